"""Patrols 巡查匹配: one city and one corridor, what they could give and get."""

from __future__ import annotations

import pandas as pd

from heban.plans.patrol import told, told_group
from heban.report.chapters.maker import NONE, name_of
from heban.report.facts import Facts
from heban.report.planning.ground import Ground
from heban.report.planning.tables import names

ROWS = 12
LABELS = {
    "factor": ("要素", "Factor"),
    "donor": ("给出", "Donor"),
    "receiver": ("得到", "Receiver"),
    "pays": ("数量", "Amount"),
    "share": ("占缺口", "Of the deficit"),
    "net": ("净增益", "Net gain"),
    "distance_km": ("距离", "Distance"),
    "ties": ("已有联系", "Ties"),
    "proximity": ("学科邻近", "Proximity"),
    "complement": ("学科互补", "Complement"),
}
COLUMNS = ["factor", "pays", "share", "net", "distance_km", "ties", "proximity", "complement"]
UNITS = {"share": "%", "distance_km": "km"}
DECIMALS = {"pays": 2, "share": 0, "net": 3, "distance_km": 0, "ties": 0, "proximity": 2, "complement": 2}


def add_patrols(facts: Facts, made: Ground) -> None:
    """Add the patrol of the places and groups that the specification names; the first of each in the text."""
    place = next((code for code in made.spec.patrol.places if code in made.codes), None)
    group = next((code for code in made.spec.patrol.groups if code in made.package.region.groups), None)
    facts.fact("boards.patrol.place", NONE if place is None else name_of(made.package.region, place))
    matches = pd.DataFrame(columns=["place", *COLUMNS])
    sentences: list[tuple[str, str]] = []
    if place is not None:
        found = made.patrol(place)
        sentences = list(told(found, made.named))
        offers = found.offers.assign(donor=place)
        matches = pd.concat([offers, found.wants.assign(receiver=place)], ignore_index=True)
    _add(facts, made, "boards.patrol", matches, sentences)
    inside = pd.DataFrame()
    told_: list[tuple[str, str]] = []
    one = None if group is None else made.package.region.group(group)
    facts.fact("boards.group.name", NONE if one is None else (one.zh, one.en))
    if one is not None:
        walked = made.patrol_group(made.members(one.code))
        told_, inside = list(told_group(walked, made.named)), walked.within
        movable = walked.balance[walked.balance["mobility"] != "bound"]
        told_ = told_[: int((movable[["surplus", "deficit"]].max(axis=1) > 0).sum())]
    _add(facts, made, "boards.group", inside, told_)


def _add(
    facts: Facts, made: Ground, id: str, matches: pd.DataFrame, sentences: list[tuple[str, str]]
) -> None:
    """Add the matches that pay, the best first, and what was found in words."""
    columns = ["donor", "receiver", *COLUMNS]
    paying = matches[matches["net"] > 0] if "net" in matches else pd.DataFrame(columns=columns)
    table = paying.sort_values("net", ascending=False, kind="stable").head(ROWS).reindex(columns=columns)
    table = table.assign(share=100 * table["share"].astype(float))
    facts.table(
        f"{id}.matches",
        names(made, table),
        labels=LABELS,
        units=UNITS,
        decimals=DECIMALS,
        sources=made.sources,
        notes=(
            "每一对单独看：同一份富余也可给别处，方案才作分配。联系、邻近与互补不影响排序。",
            "Each pair is looked at alone: the plan shares out what several could get. Ties, proximity and "
            "complement do not rank.",
        ),
    )
    zh, en = ("".join(one for one, _ in sentences), " ".join(one for _, one in sentences))
    facts.fact(f"{id}.told", (zh, en) if sentences else NONE, sources=made.sources)
