"""Needs as they are read: public ones, one's own, the matcher's table, and the programmes made of them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from heban.exchange import access
from heban.exchange.acts.needs import told_programme
from heban.exchange.acts.rows import found
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import JointProgramme, Need
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.roles import lies_in

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("id", "kind", "title", "text", "field", "place", "price_fen", "date")
"""Columns of the matcher's table of needs; `price_fen` is the budget, `date` the day of registration."""


def needs(by: By, *, field: str = "", place: str = "", limit: int = 200) -> list[dict[str, Any]]:
    """Return the open needs that whoever reads may read: public ones, and those of their organisations.

    `field` is the beginning of a code, `place` a county, city or province that they lie in.
    """
    rows = Need.objects.filter(closed_at=None).select_related("organisation__jurisdiction").order_by("-pk")
    if field:
        rows = rows.filter(field__startswith=field)
    if by.person is not None:
        rows = rows.filter(Q(public=True) | Q(organisation__in=_mine(by)))
    found_rows = (row for row in rows if not place or lies_in(row.organisation.jurisdiction.code, place))
    return [_shown(row) for row in islice(found_rows, limit)]


def need(by: By, number: int) -> dict[str, Any]:
    """Return one need; to whom it is not public and not their own, `access.denied`."""
    row = found(Need, "need", pk=number)
    if not row.public and by.person is not None and row.organisation_id not in _mine(by):
        raise denied("access.denied")
    return _shown(row)


def for_matching(*, public_only: bool = False) -> pd.DataFrame:
    """Return the open needs as the matcher reads them: a row each, with `COLUMNS`.

    Needs that are not public are in it: what it finds for them is shown to those whose needs they are, and
    to nobody else. No person is in it.
    """
    import pandas as pd  # noqa: PLC0415  a second, which pages that show a list do without

    rows = Need.objects.filter(closed_at=None).order_by("pk")
    if public_only:
        rows = rows.filter(public=True)
    values = rows.values_list(
        "pk", "title", "text", "field", "organisation__jurisdiction__code", "budget_fen", "made_at"
    )
    made = [
        (f"need:{number}", "need", title, text, field, place, budget, local(at).date().isoformat())
        for number, title, text, field, place, budget, at in values
    ]
    return pd.DataFrame(made, columns=list(COLUMNS)).astype({"price_fen": "Int64"})


def programmes(by: By, *, proposed_only: bool = False) -> list[dict[str, Any]]:
    """Return the joint programmes: proposed ones to everybody, others to those in them and to offices."""
    rows = JointProgramme.objects.order_by("-pk")
    if proposed_only:
        rows = rows.exclude(proposed_at=None)
    mine = _mine(by)
    offices = by.person is None or bool(access.roles_of(by) & {"region_reviewer", "platform"})
    shown = [told_programme(row) for row in rows]
    return [one for one in shown if one["proposed"] or offices or mine & set(one["partners"])]


def _mine(by: By) -> set[int]:
    """The organisations that whoever reads belongs to today."""
    if by.person is None:
        return set()
    day = local(by.now).date()
    return {int(one.organisation) for one in access.mine(by) if one.in_force(day)}


def _shown(row: Any) -> dict[str, Any]:
    """A need with its place; who looks for it is named, for it is theirs to be found."""
    return {
        "need": row.pk,
        "title": row.title,
        "text": row.text,
        "field": row.field,
        "organisation": row.organisation_id,
        "name": row.organisation.name,
        "place": row.organisation.jurisdiction.code,
        "budget_fen": row.budget_fen,
        "deadline": row.deadline.isoformat() if row.deadline else None,
        "public": row.public,
        "open": row.closed_at is None,
    }
