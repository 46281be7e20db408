"""The network field by field: who works with whom in the papers of each class, all years together."""

from __future__ import annotations

import pandas as pd

from heban.records.package import DataPackage
from heban.report.chapters.maker import labelled, named
from heban.report.chapters.network.shape import CITY, DRAWN
from heban.report.cooperation import COUNTED, Cooperation, classed
from heban.report.facts import Facts

CLASS = ["class"]
PAIR = [*CLASS, "origin", "destination"]
FIELD = ("学科", "Field")
NOTE = (
    "由论文记录直接计数，各年合计；没有标明学科的论文不在任何一个学科之内，因此各学科之和不大于全部论文。",
    "Counted from the records of papers themselves, all years together; a paper with no class is in none of "
    "the fields, so that their sum is at most that of all papers.",
)
COUNTED_TOO = (
    "全部论文的网络取自已计好的城市对，与论文记录可能相差一篇。",
    "The network of all papers rests on pairs that were counted elsewhere; they and the records may differ "
    "by a paper.",
)
CUT = (
    f"每个学科只列最强的 {DRAWN} 对。",
    f"Of each field the {DRAWN} strongest pairs are listed.",
)


def add_fields(package: DataPackage, facts: Facts) -> None:
    """Add the tied pairs of each class of papers and the size of its network, if papers have classes."""
    made = classed(package)
    if made is None:
        return
    ties = made.flows.frame.groupby(PAIR, as_index=False)["value"].sum()
    sizes = _sizes(ties)
    names = _names(package, set(sizes["class"]))
    _add_pairs(package, facts, made, _ranked(ties, sizes), names)
    facts.table(
        "network.fields",
        labelled(sizes, names),
        sources=made.sources,
        labels={
            "class": FIELD,
            "cities": ("参与城市", "Cities taking part"),
            "ties": ("有联系的城市对", "Pairs of cities with a tie"),
            "pairs": made.unit,
        },
        decimals={"cities": 0, "ties": 0, "pairs": 0},
        notes=_notes(package),
    )


def _add_pairs(
    package: DataPackage,
    facts: Facts,
    made: Cooperation,
    ties: pd.DataFrame,
    names: dict[str, tuple[str, str]],
) -> None:
    rows = ties.groupby("class", sort=False).head(DRAWN)
    facts.table(
        "network.by_field",
        labelled(named(rows, package.region, "origin", "destination"), names),
        sources=made.sources,
        labels={"class": FIELD, "origin": CITY, "destination": CITY, "value": made.unit},
        decimals={"value": 0},
        notes=_notes(package, *([CUT] if len(rows) < len(ties) else [])),
    )


def _sizes(ties: pd.DataFrame) -> pd.DataFrame:
    """Return how many cities and tied pairs each class has, and the sum of its pairs; the largest first."""
    ends = pd.concat([ties[["class", end]].set_axis(["class", "city"], axis=1) for end in PAIR[1:]])
    cities = ends.groupby(CLASS)["city"].nunique().rename("cities")
    sums = ties.groupby(CLASS)["value"].agg(ties="size", pairs="sum")
    return (
        cities.to_frame()
        .join(sums)
        .reset_index()
        .sort_values(["pairs", "class"], ascending=[False, True], ignore_index=True)
    )


def _ranked(ties: pd.DataFrame, sizes: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of the largest class first, and in a class the strongest first."""
    place = pd.Series(sizes.index, index=sizes["class"])
    order = ties.assign(at=ties["class"].map(place))
    by = ["at", "value", "origin", "destination"]
    return order.sort_values(by, ascending=[True, False, True, True], ignore_index=True).drop(columns="at")


def _names(package: DataPackage, codes: set[str]) -> dict[str, tuple[str, str]]:
    """Return the names of classes after the scheme that names the most of them; papers do not say theirs."""
    if not package.of_kind("classes"):
        return {}
    rows = package.frames("classes")
    known = rows[rows["code"].isin(codes)].groupby("scheme", sort=False)["code"].nunique()
    return package.class_names(str(known.idxmax())) if len(known) else {}


def _notes(package: DataPackage, *more: tuple[str, str]) -> tuple[str, str]:
    said = [NOTE, *([COUNTED_TOO] if COUNTED in package.row_kinds else []), *more]
    return "".join(zh for zh, _ in said), " ".join(en for _, en in said)
