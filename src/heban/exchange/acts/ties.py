"""Ties: who holds, leads or controls whom, and the groups of one actual controller that follow from them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from heban.exchange import access
from heban.exchange.acts import related
from heban.exchange.acts.rows import locked
from heban.exchange.china import local
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Controlled, Organisation, Tie
from heban.exchange.rules.controllers import controller_groups
from heban.exchange.rules.links import Link
from heban.exchange.rules.refusals import denied


@act
def declare(
    by: By,
    *,
    a: str,
    b: str,
    kind: str,
    source: str,
    basis_points: int = 0,
    since: date | None = None,
) -> Said:
    """Write a tie between two keys, with where it is known from, and regroup those it touches.

    By a manager of an organisation at either end, or by an office or the platform, who see registers.
    """
    Link(a, b, kind, basis_points, since, None, source)  # type: ignore[arg-type]  # says what is wrong with it
    _ensure_may(by, (a, b))
    row = Tie.objects.create(a=a, b=b, kind=kind, basis_points=basis_points, since=since, source=source)
    regroup((a, b), by.now)
    return {"tie": row.pk}


@act
def end(by: By, *, tie: int, on: date) -> Said:
    """Write that a tie holds no more from a day on; what was found while it held stays found."""
    row = locked(Tie, tie, "tie")
    _ensure_may(by, (row.a, row.b))
    if row.until is not None:
        raise denied("tie.ended", tie=tie, until=row.until)
    row.until = on
    row.save(update_fields=["until"])
    regroup((row.a, row.b), by.now)
    return {"tie": row.pk}


@act
def regroup_all(by: By) -> Said:
    """Work out every controller group anew, for ties that began or ended since; the system does it."""
    access.ensure_system(by)
    keys = [related.key(row) for row in Organisation.objects.all()]
    return {"changed": regroup(keys, by.now)}


def group_of(organisation: Any) -> str:
    """Return the key of the group that an organisation is in; its own when nobody else is."""
    row = Controlled.objects.filter(organisation=organisation.pk).first()
    return row.key if row else related.key(organisation)


def regroup(keys: Iterable[str], now: datetime) -> int:
    """Work out the groups of those within reach of some keys, and return how many changed theirs."""
    touched = list(keys)
    links = related.around(touched)
    reach = {*touched, *(end for link in links for end in (link.a, link.b))}
    rows = {related.key(row): row for row in _organisations(reach)}
    state = {key for key, row in rows.items() if row.holds_for_state}
    known = dict(Controlled.objects.filter(organisation__in=rows.values()).values_list("organisation", "key"))
    changed = 0
    for group in controller_groups(rows, links, local(now).date(), state):
        for one in group:
            if known.get(rows[one].pk) != group[0]:
                Controlled.objects.update_or_create(organisation=rows[one], defaults={"key": group[0]})
                changed += 1
    return changed


def _organisations(keys: Iterable[str]) -> list[Any]:
    teams = [int(key.removeprefix("team:")) for key in keys if key.startswith("team:")]
    return [
        *Organisation.objects.filter(uscc__in=[key for key in keys if not key.startswith("team:")]),
        *Organisation.objects.filter(pk__in=teams),
    ]


def _ensure_may(by: By, keys: Iterable[str]) -> None:
    if by.person is None:
        return
    day = local(by.now).date()
    mine = [one for one in access.held(by.person) if one.in_force(day)]
    managed = {one.organisation for one in mine if one.role in ("firm_manager", "provider_manager")}
    offices = any(one.role in ("county_reviewer", "region_reviewer", "auditor", "platform") for one in mine)
    if not offices and not managed & {str(row.pk) for row in _organisations(list(keys))}:
        raise denied("access.denied")
