"""Down into the index: the page of a pillar and that of one indicator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext as _

from heban.domain.errors import unknown
from heban.report.results import frame
from heban.report.tables import column, written
from heban.web.atlas import finding, whatif
from heban.web.atlas.drawing import part
from heban.web.atlas.figures import Sight
from heban.web.atlas.pieces import Section, own_picture, table_picture
from heban.web.atlas.prose import Picture

GROWN = "capacity.grown"


@dataclass(frozen=True)
class Leaf:
    """An indicator of a pillar, as the catalogue of the results describes it."""

    code: str
    name: str
    unit: str
    weight: str
    definition: str
    origins: tuple[str, ...]
    href: str


@dataclass(frozen=True)
class Pillar:
    """A pillar of the index, with its indicators where the package stores them."""

    slug: str
    name: str
    href: str
    leaves: tuple[Leaf, ...]


def pillars(sight: Sight) -> list[Pillar]:
    """Return the pillars that have scores, in their order."""
    return [
        Pillar(slug, name, sight.page("pillar", slug), _leaves(sight, slug, name))
        for slug, name in _names(sight).items()
    ]


def pillar(sight: Sight, slug: str) -> dict[str, Any]:
    """Return the parts of the page of one pillar: its scores, its indicators, how they grew."""
    known = pillars(sight)
    here = _found(sight, known, slug)
    made = _of_pillar(sight, here)
    return {
        "title": here.name,
        "up": (sight.page("index"), _("Index")),
        "sections": [section for section in made if section.pictures],
        "siblings": [(one.href, one.name, one.slug == slug) for one in known],
        "leaves": here.leaves,
    }


def _of_pillar(sight: Sight, here: Pillar) -> list[Section]:
    kept, name = {f"pillar_{sight.lang}": here.name}, here.name
    own = {"indicator": ",".join(leaf.code for leaf in here.leaves)}
    drawn = own_picture(sight, "pillar_indicators", _("Scores of its indicators"), own) if here.leaves else []
    named = {name, *(leaf.name for leaf in here.leaves)}
    steps = _rows(sight, whatif.STEPS, kept, name)
    scores = own_picture(sight, "pillar_scores", name, kept, "value")
    return [
        Section("scores", _("Scores of the places"), scores),
        Section("indicators", _("Its indicators"), [*drawn, *steps]),
        Section("growth", _("How they grew"), _grown(sight, named, name)),
    ]


def indicator(sight: Sight, slug: str, code: str) -> dict[str, Any]:
    """Return the parts of the page of one indicator: its figures and scores, its weight, its origin."""
    above = _found(sight, pillars(sight), slug)
    known = {leaf.code: leaf for leaf in above.leaves}
    if code not in known:
        raise unknown("indicator", code, known, f"the pillar {above.name}")
    leaf = known[code]
    made = _of_indicator(sight, leaf)
    known_cards = sight.results.facts["cards"]
    return {
        "title": leaf.name,
        "up": (above.href, above.name),
        "stats": _stats(sight, leaf),
        "said": [leaf.definition] if leaf.definition else [],
        "sections": [section for section in made if section.pictures],
        "siblings": [(one.href, one.name, one.code == code) for one in above.leaves],
        "cards": finding.cards(sight, [name for name in leaf.origins if name in known_cards]),
    }


def _of_indicator(sight: Sight, leaf: Leaf) -> list[Section]:
    here = {"indicator": leaf.code}
    title = f"{leaf.name} ({leaf.unit})" if leaf.unit else leaf.name
    figures = own_picture(sight, "indicator_figures", title, here, "figure")
    scores = own_picture(sight, "indicator_scores", _("Scores of the places"), here, "value")
    entered = _rows(sight, whatif.STEPS, {f"indicator_{sight.lang}": leaf.name}, leaf.name)
    return [
        Section("figures", _("Figures of the places"), figures),
        Section("scores", _("What they become in the index"), scores),
        Section("growth", _("How it grew"), _grown(sight, {leaf.name}, leaf.name)),
        Section("step", _("What entered for the region"), entered),
    ]


def _stats(sight: Sight, leaf: Leaf) -> list[dict[str, object]]:
    link = format_html('<a class="fact" href="{}">{}</a>', sight.page("table", whatif.CATALOGUE), leaf.weight)
    said = [{"label": _("Weight in the index"), "value": link}]
    return [*said, {"label": _("Unit"), "value": leaf.unit}] if leaf.unit else said


def _found(sight: Sight, known: list[Pillar], slug: str) -> Pillar:
    by_slug = {one.slug: one for one in known}
    if slug not in by_slug:
        raise unknown("pillar", slug, by_slug, f"the results {sight.results.slug}")
    return by_slug[slug]


def _names(sight: Sight) -> dict[str, str]:
    """The pillars by the address that their English name makes."""
    table = sight.results.facts["tables"].get(whatif.PILLARS)
    if table is None:
        return {}
    names = [one["name"] for one in table["columns"]]
    at, en = names.index(f"pillar_{sight.lang}"), names.index("pillar_en")
    return {slugify(str(row[en]), allow_unicode=True): str(row[at]) for row in table["rows"]}


def _leaves(sight: Sight, slug: str, name: str) -> tuple[Leaf, ...]:
    table = sight.results.facts["tables"].get(whatif.CATALOGUE)
    if table is None:
        return ()
    rows, weight = frame(table), column(table, "weight")
    own = rows[rows[f"pillar_{sight.lang}"] == name].fillna("").to_dict("records")
    return tuple(
        Leaf(
            code=str(row["indicator"]),
            name=str(row[f"indicator_{sight.lang}"]),
            unit=str(row[f"unit_{sight.lang}"]),
            weight=written(row["weight"], weight, sight.lang, unit=True),
            definition=str(row[f"definition_{sight.lang}"]),
            origins=tuple(str(row["origins"]).split()),
            href=sight.page("indicator", slug, str(row["indicator"])),
        )
        for row in own
    )


def _rows(sight: Sight, id: str, kept: dict[str, str], name: str) -> list[Picture]:
    if id not in sight.results.facts["tables"]:
        return []
    rows = part(sight.results.table(id), kept)
    return [table_picture(sight, id, name, rows)] if rows["rows"] else []


def _grown(sight: Sight, wanted: set[str], name: str) -> list[Picture]:
    """The growth of what is named."""
    grown = sight.results.facts["tables"].get(GROWN)
    if grown is None:
        return []
    node = [one["name"] for one in grown["columns"]].index(f"node_{sight.lang}")
    rows = [row for row in grown["rows"] if row[node] in wanted]
    return [table_picture(sight, GROWN, name, {**grown, "rows": rows})] if rows else []
