"""The page of the plan and that of the audit: what to share, and which claims hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from heban.domain.errors import unknown
from heban.web.atlas import tiles
from heban.web.atlas.drawing import part
from heban.web.atlas.figures import Sight, facts_of
from heban.web.atlas.pieces import sections, table_picture, tables_left
from heban.web.atlas.prose import titles

VERDICTS = "audit.verdicts"
SAID = {
    "flows": ("boards.plan.tied", "boards.plan.left_over"),
    "prices": ("boards.plan.dearest", "boards.bound"),
    "after": ("boards.border",),
    "patrols": ("boards.patrol.told", "boards.group.told"),
    "drivers": ("boards.drivers.verdict",),
}
"""The sentences of the plan, each above the figures that it speaks of."""


def plan(sight: Sight) -> dict[str, Any]:
    """Return the parts of the page of the plan."""
    made = sections(sight, (
        ("boards", _("Boards, long and short"), ("boards_planks", "boards.composite", "boards.factors")),
        ("flows", _("Who shares with whom"), ("boards_flows", "boards.moves")),
        ("prices", _("What one more unit is worth"), ("boards.prices",)),
        ("after", _("Before and after"), ("boards_after", "boards.after")),
        ("patrols", _("Matches looked at one by one"), ("boards.patrol.matches", "boards.group.matches")),
        ("drivers", _("What goes with the result"), ("boards.drivers",)),
    ))  # fmt: skip
    return {
        "title": _("Plan"),
        "stats": list(facts_of(sight, (
            (_("Boards that are long"), "boards.long"),
            (_("Boards that are short"), "boards.short"),
            (_("Moves that the plan makes"), "boards.plan.moves"),
            (_("Gain"), "boards.plan.gain"),
            (_("Index of boards before"), "boards.region.before"),
            (_("Index of boards after"), "boards.region.after"),
            (_("Change, low end of the band"), "boards.region.low"),
            (_("Change, high end of the band"), "boards.region.high"),
        ))),
        "pair": tiles.pair(sight, "boards.after", "before", "after"),
        "sections": [replace(one, leads=_said(sight, one.id)) for one in made],
        "left": tables_left(sight, ("boards.",), made),
    }  # fmt: skip


def _said(sight: Sight, section: str) -> list[str]:
    return [text for id in SAID.get(section, ()) if (text := sight.fact(id))]


def audit(asked: QueryDict, sight: Sight) -> dict[str, Any]:
    """Return the parts of the page of the audit; `verdict` and `kind` choose claims."""
    made = sections(sight, (
        ("off", _("Claims that are off"), ("audit.wrong",)),
        ("all", _("All verdicts"), ("audit_verdicts",)),
    ))  # fmt: skip
    chosen = {name: asked.get(name, "") for name in ("verdict", "kind")}
    choices = {name: _choices(sight, name) for name in chosen}
    for name, value in chosen.items():
        if value and value not in choices[name]:
            raise unknown(name, value, choices[name], "the audit")
    kept = {name: value for name, value in chosen.items() if value}
    whole = sight.results.facts["tables"].get(VERDICTS)
    title = titles(sight.results, sight.lang).get(VERDICTS, _("All verdicts"))
    return {
        "title": _("Audit"),
        "stats": list(facts_of(sight, (
            (_("Claims checked"), "audit.claims"),
            (_("Claims that hold"), "audit.holds"),
            (_("Claims that hold on a condition"), "audit.holds_if"),
            (_("Claims that are off"), "audit.off"),
            (_("Claims that could not be checked"), "audit.unchecked"),
        ))),
        "sections": made,
        "filters": [
            {"name": name, "choices": list(choices[name].items()), "chosen": chosen[name]} for name in chosen
        ],
        "is_filtered": bool(kept),
        "claims": table_picture(sight, VERDICTS, title, part(whole, kept)) if whole else None,
        "left": tables_left(sight, ("audit.",), made),
    }  # fmt: skip


def _choices(sight: Sight, name: str) -> dict[str, str]:
    table = sight.results.facts["tables"].get(VERDICTS)
    if table is None:
        return {}
    names = [one["name"] for one in table["columns"]]
    code, at = names.index(name), names.index(f"{name}_{sight.lang}")
    return {str(row[code]): str(row[at]) for row in table["rows"]}
