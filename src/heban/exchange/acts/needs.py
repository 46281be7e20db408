"""Needs: what firms, parks and stations look for, and the shortlists that offices make of them (联合攻关)."""

from __future__ import annotations

from datetime import date
from typing import Any

from heban.exchange import access
from heban.exchange.acts.notices import tell
from heban.exchange.acts.rows import found, locked
from heban.exchange.china import local, province_of
from heban.exchange.desk import By, Said, act
from heban.exchange.models import (
    JointProgramme,
    Jurisdiction,
    Mandate,
    Need,
    Organisation,
    ProgrammeNeed,
    ProgrammePartner,
    Station,
)
from heban.exchange.rules import roles
from heban.exchange.rules.money import checked_fen
from heban.exchange.rules.refusals import denied, listed

OWN = ("firm_member", "firm_manager", "provider_member", "provider_manager")
"""Whoever belongs to an organisation says what it needs: a firm's people, and a park's or an incubator's."""
MANAGERS = ("firm_manager", "provider_manager")
PROVINCES = 2
"""A joint programme is of several provinces. Source: 长三角联合攻关计划实施办法(试行), 2023."""


@act
def register(  # noqa: PLR0913 — what is needed, each by its name
    by: By,
    *,
    organisation: int,
    title: str,
    text: str,
    field: str = "",
    budget_fen: int | None = None,
    deadline: date | None = None,
    public: bool = False,
    station: int | None = None,
) -> Said:
    """Register what an organisation needs, as one of its people or through a station with its mandate.

    Not public, it is read by the matcher alone. `field` is a code of GB/T 13745. Refused: `access.denied`,
    `needs.late` for a deadline that is over.
    """
    row = found(Organisation, "organisation", pk=organisation)
    _ensure_speaks_for(by, row, station)
    if not title.strip() or not text.strip():
        raise denied("needs.words")
    if budget_fen is not None and checked_fen(budget_fen, "the budget") == 0:
        raise denied("needs.budget")
    if deadline is not None and deadline < local(by.now).date():
        raise denied("needs.late", deadline=deadline)
    made = Need.objects.create(
        organisation=row, station_id=station, title=title.strip(), text=text.strip(), field=field,
        budget_fen=budget_fen, deadline=deadline, public=public, made_by_id=by.person, made_at=by.now,
    )  # fmt: skip
    return told(made)


@act
def close(by: By, *, need: int) -> Said:
    """Close a need that is met or given up; what was made of it stays. Refused the second time."""
    row = locked(Need, need, "need")
    _ensure_speaks_for(by, row.organisation, row.station_id)
    _ensure_open(row)
    row.closed_at = by.now
    row.save(update_fields=["closed_at"])
    return told(row)


@act
def begin_programme(by: By, *, title: str, field: str, jurisdiction: str) -> Said:
    """Begin a shortlist of needs of a field, as a reviewer of the region or the platform."""
    place = found(Jurisdiction, "jurisdiction", code=jurisdiction)
    if not title.strip():
        raise denied("needs.no_title")
    row = JointProgramme(title=title.strip(), field=field, jurisdiction=place, made_by_id=by.person)
    _ensure_office(by, row)
    row.made_at = by.now
    row.save()
    return told_programme(row)


@act
def shortlist(by: By, *, programme: int, need: int) -> Said:
    """Put an open need on a shortlist: a public one as its office, any other only as whose need it is.

    Refused: `needs.private`, `needs.closed`, `needs.listed` the second time, `needs.proposed`.
    """
    row = _open_programme(programme)
    one = found(Need, "need", pk=need)
    _ensure_open(one)
    if not _own(by, one.organisation, OWN):
        _ensure_office(by, row)
        if not one.public:
            raise denied("needs.private", need=need)
    ProgrammeNeed.objects.create(programme=row, need=one)
    _joined(row, one.organisation_id)
    tell(by, "needs.shortlisted", row, organisation=one.organisation_id, need=need)
    return told_programme(row)


@act
def invite_partner(by: By, *, programme: int, organisation: int) -> Said:
    """Ask an organisation to take part in a shortlist, as its office; what it pledges it says itself."""
    row = _open_programme(programme)
    _ensure_office(by, row)
    _joined(row, found(Organisation, "organisation", pk=organisation).pk)
    tell(by, "needs.invited", row, organisation=organisation)
    return told_programme(row)


@act
def pledge(by: By, *, programme: int, organisation: int, fen: int) -> Said:
    """Pledge money to a programme that one's organisation was asked into, as its manager; the last counts.

    Refused: `needs.not_invited`, `needs.proposed`.
    """
    row = _open_programme(programme)
    whose = found(Organisation, "organisation", pk=organisation)
    access.ensure_of(by, whose, *MANAGERS)
    partner = ProgrammePartner.objects.filter(programme=row, organisation=whose).first()
    if partner is None:
        raise denied("needs.not_invited", programme=programme)
    partner.pledged_fen = checked_fen(fen, "the pledge")
    partner.save(update_fields=["pledged_fen"])
    return told_programme(row)


@act
def propose(by: By, *, programme: int) -> Said:
    """Propose a shortlist as a joint programme; from then on it is fixed.

    Refused: `needs.empty` without an open need, `needs.one_province` when all who take part are of one.
    """
    row = _open_programme(programme)
    _ensure_office(by, row)
    if not row.needs.filter(need__closed_at=None).exists():
        raise denied("needs.empty", programme=programme)
    provinces = _provinces(row)
    if len(provinces) < PROVINCES:
        raise denied("needs.one_province", provinces=listed((one, one) for one in provinces))
    row.proposed_at = by.now
    row.save(update_fields=["proposed_at"])
    for partner in row.partners.all():
        tell(by, "needs.proposed", row, organisation=partner.organisation_id)
    return told_programme(row)


def told(row: Any) -> Said:
    """Return a need as an act answers it."""
    return {
        "need": row.pk, "organisation": row.organisation_id, "title": row.title, "field": row.field,
        "public": row.public, "open": row.closed_at is None,
    }  # fmt: skip


def told_programme(row: Any) -> Said:
    """Return a joint programme as an act answers it."""
    pledges = dict(row.partners.order_by("organisation").values_list("organisation", "pledged_fen"))
    return {
        "programme": row.pk,
        "title": row.title,
        "field": row.field,
        "needs": list(row.needs.order_by("need").values_list("need", flat=True)),
        "partners": list(pledges),
        "pledged_fen": sum(pledges.values()),
        "provinces": _provinces(row),
        "proposed": row.proposed_at is not None,
    }


def _ensure_speaks_for(by: By, organisation: Any, station: int | None) -> None:
    if station is None:
        if by.person is not None and not _own(by, organisation, OWN):
            raise denied("access.denied")
        return
    host = found(Station, "station", pk=station).host
    day = local(by.now).date()
    mandate = Mandate.objects.filter(access.in_force(day), firm=organisation.pk, station=station)
    if not mandate.exists() or not _own(by, host, ("station_member",)):
        raise denied("access.denied")


def _own(by: By, organisation: Any, wanted: tuple[str, ...]) -> bool:
    """Whether a person holds one of these roles of this very organisation."""
    if by.person is None:
        return False
    day, key = local(by.now).date(), str(organisation.pk)
    mine = access.held(by.person)
    return any(one.organisation == key and one.role in wanted and one.in_force(day) for one in mine)


def _ensure_office(by: By, programme: Any) -> None:
    """The region that makes a programme is whose reviewer it is, or the platform."""
    if by.person is None or "platform" in access.roles_of(by):
        return
    day, place = local(by.now).date(), programme.jurisdiction.code
    for one in access.held(by.person):
        if one.role == "region_reviewer" and one.in_force(day) and roles.lies_in(place, one.jurisdiction):
            return
    raise denied("access.denied")


def _open_programme(number: int) -> Any:
    row = locked(JointProgramme, number, "programme")
    if row.proposed_at is not None:
        raise denied("needs.proposed", programme=number, on=local(row.proposed_at).date())
    return row


def _ensure_open(need: Any) -> None:
    if need.closed_at is not None:
        raise denied("needs.closed", need=need.pk, on=local(need.closed_at).date())


def _joined(programme: Any, organisation: int) -> None:
    ProgrammePartner.objects.get_or_create(programme=programme, organisation_id=organisation)


def _provinces(programme: Any) -> list[str]:
    codes = programme.partners.values_list("organisation__jurisdiction__code", flat=True)
    return sorted({province_of(code) for code in codes})
