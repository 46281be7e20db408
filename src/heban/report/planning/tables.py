"""The tables of boards and of a plan, with names beside the codes."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from heban.domain.place import LANGUAGES
from heban.plans.allocation.alternatives import alternatives, differences
from heban.plans.allocation.compensation import compensation
from heban.plans.allocation.frontier import frontier
from heban.plans.allocation.moves import table as moves
from heban.plans.allocation.plan import Plan
from heban.plans.allocation.prices import prices
from heban.plans.allocation.received import deficits, received
from heban.plans.allocation.robustness import robustness
from heban.plans.allocation.sensitivity import reruns, sensitivity, steadiness
from heban.plans.allocation.toll import border_cost
from heban.plans.boards.bound import consequences
from heban.plans.boards.composite import composite
from heban.plans.boards.pairs import complementarity, similarity
from heban.plans.boards.standing import STANDINGS, standing
from heban.plans.patrol import GroupPatrol, Patrol, told_group
from heban.plans.patrol import told as told_patrol
from heban.plans.spec import PlanSpec
from heban.records.package import DataPackage
from heban.report.planning.ground import Ground

PLACES = ("place", "origin", "destination", "donor", "receiver", "a", "b")
MOBILITY = {
    "transferable": ("可调动", "can be moved"),
    "shareable": ("可共享", "can be shared without loss"),
    "bound": ("附着于本地", "bound to its place"),
}


def boards_tables(ground: Ground) -> dict[str, pd.DataFrame]:
    """Return what is known of the boards: each board, composites, pairs, likeness, notes, what is missing."""
    boards = ground.boards
    alike = similarity(boards).rename_axis("place").reset_index()
    return {
        "boards": names(ground, told(standing(boards))),
        "composite": names(ground, composite(boards)),
        "pairs": names(ground, complementarity(boards)),
        "similarity": names(ground, alike),
        "notes": _notes(ground),
        "bound": _bound(ground),
        "missing": _missing(ground),
    }


def plan_tables(ground: Ground, made: Plan) -> dict[str, pd.DataFrame]:
    """Return what a plan says: moves, deficits, what each place gains, prices, doubts, the frontier."""
    called, runs = ground.named, reruns(made)
    toll = border_cost(made, called)
    border = [(zh, en) for zh, en in zip(*(toll.sentences(lang, called) for lang in LANGUAGES), strict=True)]
    return {
        "moves": names(ground, moves(made, called)),
        "deficits": names(ground, deficits(made, called)),
        "received": names(ground, received(made).reset_index()),
        "prices": names(ground, priced(ground, made)),
        "border": pd.DataFrame(border, columns=["zh", "en"]),
        "compensation": names(ground, _paid(made)),
        "alternatives": names(ground, _others(made)),
        "sensitivity": names(ground, sensitivity(made, runs=runs)),
        "steadiness": names(ground, steadiness(made, runs=runs)),
        "robustness": names(ground, robustness(made, np.random.default_rng(ground.seed))),
        "frontier_cost": frontier(made),
        "frontier_equity": frontier(made, "equity"),
    }


def patrol_tables(ground: Ground, found: Patrol | GroupPatrol) -> dict[str, pd.DataFrame]:
    """Return what a patrol found: matches, what stays without one, and in words."""
    if isinstance(found, Patrol):
        made = {
            "offers": found.offers.assign(donor=found.place),
            "wants": found.wants.assign(receiver=found.place),
        }
        said = told_patrol(found, ground.named)
    else:
        made = {"within": found.within, "outward": found.outward, "inward": found.inward}
        made |= {"balance": found.balance.reset_index(), "matrix": found.matrix.reset_index()}
        said = told_group(found, ground.named)
    made |= {"unmatched": found.unmatched, "told": pd.DataFrame(list(said), columns=["zh", "en"])}
    return {name: names(ground, table) for name, table in made.items()}


def told(table: pd.DataFrame) -> pd.DataFrame:
    """Return boards with the words for their standing."""
    words = table["standing"].map(STANDINGS)
    return table.assign(standing_zh=words.str[0], standing_en=words.str[1])


def names(ground: Ground | DataPackage, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the names of places and factors beside their codes, in both languages."""
    package, spec = (ground.package, ground.spec) if isinstance(ground, Ground) else (ground, None)
    pieces = []
    for column in table:
        pieces.append(table[column])
        if column in (*PLACES, "factor"):
            found = [str(code) for code in table[column]]
            pairs = [_factor(spec, code) if column == "factor" else _place(package, code) for code in found]
            for at, lang in enumerate(("zh", "en")):
                called = [pair[at] for pair in pairs]
                pieces.append(pd.Series(called, table.index, dtype=object, name=f"{column}_{lang}"))
    return pd.concat(pieces, axis=1)


def _place(package: DataPackage, code: str) -> tuple[str, str]:
    region = package.region
    return (region.short_name(code, "zh"), region.short_name(code, "en")) if code in region else ("", "")


def _factor(spec: PlanSpec | None, code: str) -> tuple[str, str]:
    listed = spec.factors if spec else ()
    found = {one.code: (one.zh or one.code, one.en or one.zh or one.code) for one in listed}
    return found.get(code, ("", ""))


def priced(ground: Ground, made: Plan) -> pd.DataFrame:
    """Return the prices of limits; no row for a plan in whole numbers, whose limits have none."""
    if made.solution.duals is None:
        return pd.DataFrame(columns=["limit", "place", "factor", "price", "unit", "part", "zh", "en"])
    return prices(made, ground.named)


def _others(made: Plan) -> pd.DataFrame:
    """Return the moves in which nearly as good plans differ from the best, and what each gives up."""
    tables = [
        differences(made, other.plan).assign(plan=number, differs=other.differs, given_up=other.given_up)
        for number, other in enumerate(alternatives(made), start=1)
    ]
    columns = ["plan", "differs", "given_up", "origin", "destination", "factor", "amount", "other", "change"]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)


def _paid(made: Plan) -> pd.DataFrame:
    """Return what would be paid at those prices; gains halved where there are none."""
    rule: Literal["prices", "half"] = "half" if made.solution.duals is None else "prices"
    return compensation(made, rule).reset_index().assign(rule=rule)


def _notes(ground: Ground) -> pd.DataFrame:
    """Return what a reader of each factor's boards must know."""
    called = [ground.called(lang) for lang in LANGUAGES]
    rows = [
        (code, note.kind, *(note.said(lang, names) for lang, names in zip(LANGUAGES, called, strict=True)))
        for code, notes in ground.boards.notes.items()
        for note in notes
    ]
    return names(ground, pd.DataFrame(rows, columns=["factor", "note", "zh", "en"]))


def _bound(ground: Ground) -> pd.DataFrame:
    """Return what follows for the factors that no plan can move."""
    called = [ground.called(lang) for lang in LANGUAGES]
    rows = [
        (one.factor.code, *(one.said(lang, names) for lang, names in zip(LANGUAGES, called, strict=True)))
        for one in consequences(ground.boards)
    ]
    return names(ground, pd.DataFrame(rows, columns=["factor", "zh", "en"]))


def _missing(ground: Ground) -> pd.DataFrame:
    """Return the factors that the specification names and the package lacks, with the reason."""
    rows = [(code, zh, en) for code, (zh, en) in ground.boards.missing.items()]
    return names(ground, pd.DataFrame(rows, columns=["factor", "zh", "en"]))
