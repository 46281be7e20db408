"""Two packages side by side: what both say, what differs between them, what only one has."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from heban.report.formatting import show
from heban.web.atlas.explorers.headline import figures
from heban.web.atlas.figures import Sight


def shelf(sights: list[Sight]) -> list[dict[str, Any]]:
    """Return the headline figures that several packages have, a line for each, a cell for each package."""
    lines = [(label, [sight.fact(id) for sight in sights]) for label, id in figures()]
    return [{"label": label, "cells": cells} for label, cells in lines if sum(map(bool, cells)) > 1]


def beside(sight: Sight, other: Sight) -> dict[str, Any]:
    """Return the figures of two packages, those that differ first, and the tables whose rows differ."""
    mine, theirs = sight.results.facts, other.results.facts
    both = [id for id in mine["facts"] if id in theirs["facts"]]
    differs = [id for id in both if _said(sight, id) != _said(other, id)]
    tables = [id for id in mine["tables"] if id in theirs["tables"]]
    changed = [id for id in tables if mine["tables"][id]["rows"] != theirs["tables"][id]["rows"]]
    return {
        "title": _("Side by side"),
        "other": other,
        "other_region": other.results.about["region"][other.lang],
        "other_edition": other.results.about["edition"][other.lang],
        "differs": [{"id": id, "mine": sight.fact(id), "theirs": other.fact(id)} for id in differs],
        "same": len(both) - len(differs),
        "changed": [
            {
                "id": id, "mine": sight.page("table", id), "theirs": other.page("table", id),
                "rows": (len(mine["tables"][id]["rows"]), len(theirs["tables"][id]["rows"])),
            }
            for id in changed
        ],
        "same_tables": len(tables) - len(changed),
        "only": [
            (one, _only(one, another)) for one, another in ((sight, other), (other, sight))
        ],
    }  # fmt: skip


def _said(sight: Sight, id: str) -> str:
    return show(sight.results.facts["facts"][id], sight.lang, ("unit",))


def _only(sight: Sight, other: Sight) -> list[tuple[str, str]]:
    theirs = other.results.facts["tables"]
    return [(id, sight.page("table", id)) for id in sight.results.facts["tables"] if id not in theirs]
