"""What a patrol found, in sentences made from its numbers, Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from heban.domain.place import LANGUAGES, Language
from heban.plans.allocation.words import CODES, Names, amount, figure, share, thing
from heban.plans.boards.board import Boards
from heban.plans.patrol.city import Patrol
from heban.plans.patrol.group import GroupPatrol
from heban.plans.spec import Factor

Pair = tuple[str, str]
Templates = dict[str, dict[Language, str]]

SAID: Templates = {
    "offer": {
        "zh": "{place}多余{thing}{surplus}，{count}地短缺且值得给；首选{other}：{pays}可补其缺口的{share}，"
        "净增益{net}{way}{border}{ties}。",
        "en": "{place} has {surplus} of {thing} beyond its need, worth giving to {count}; first {other}: "
        "{pays} fill {share} of its deficit, for a net gain of {net}{way}{border}{ties}.",
    },
    "want": {
        "zh": "{place}缺{thing}{deficit}，{count}地有余且值得要；首选{other}：{pays}可补缺口的{share}，"
        "净增益{net}{way}{border}{ties}。",
        "en": "{place} lacks {deficit} of {thing}, worth getting from {count}; first {other}: {pays} fill "
        "{share} of the deficit, for a net gain of {net}{way}{border}{ties}.",
    },
    "no_offers": {
        "zh": "{place}没有可供给的：没有一项可调配的要素超出自身需求（含误差带）。",
        "en": "{place} has nothing to offer: no factor that can move exceeds its own need beyond the band.",
    },
    "no_wants": {
        "zh": "{place}没有要补的：可调配的要素中没有短板。",
        "en": "{place} wants nothing: none of its boards that can be filled from outside is short.",
    },
    "within": {
        "zh": "{thing}：组内多余{surplus}，短缺{deficit}，组内可补{filled}，仍缺{left}。",
        "en": "{thing}: the group has {surplus} beyond the needs of its members and lacks {deficit}; by "
        "itself it fills {filled}, and {left} stay.",
    },
}
WHY: dict[tuple[str, str], dict[Language, str]] = {
    ("long", "bound"): {
        "zh": "{place}的{thing}多余{amount}，但附着于本地，不可调配。",
        "en": "{place} has {amount} of {thing} beyond its need, but it is bound to its place.",
    },
    ("short", "bound"): {
        "zh": "{place}缺{thing}{amount}，该要素附着于本地，只能自己生长。",
        "en": "{place} lacks {amount} of {thing}, which is bound to its place: it can only grow at home.",
    },
    ("long", "no_receiver"): {
        "zh": "{place}多余{thing}{amount}，但无处短缺。",
        "en": "{place} has {amount} of {thing} beyond its need, and nobody is short of it.",
    },
    ("short", "no_donor"): {
        "zh": "{place}缺{thing}{amount}，各地均无富余，无人能补。",
        "en": "{place} lacks {amount} of {thing}, and nobody can fill it: no place has any to give.",
    },
    ("short", "fill"): {
        "zh": "{place}缺{thing}{amount}，但方案不许补缺口。",
        "en": "{place} lacks {amount} of {thing}, but the plan allows no deficit to be filled.",
    },
    ("long", "out_of_reach"): {
        "zh": "{place}多余{thing}{amount}，短缺之地均不可达。",
        "en": "{place} has {amount} of {thing} beyond its need, and no way to any place that is short of it.",
    },
    ("short", "out_of_reach"): {
        "zh": "{place}缺{thing}{amount}，有余之地均不可达。",
        "en": "{place} lacks {amount} of {thing}, and there is no way from any place that has it to give.",
    },
    ("long", "whole"): {
        "zh": "{place}多余{thing}{amount}，凑不成别处所缺的一整单位。",
        "en": "{place} has {amount} of {thing} beyond its need: not one whole unit that another place lacks.",
    },
    ("short", "whole"): {
        "zh": "{place}缺{thing}{amount}，没有一整单位可补。",
        "en": "{place} lacks {amount} of {thing}: not one whole unit that another place could give.",
    },
    ("long", "price"): {
        "zh": "{place}多余{thing}{amount}，给任何一地的增益都抵不过成本。",
        "en": "{place} has {amount} of {thing} beyond its need, but wherever it went, it would gain no more "
        "than it costs.",
    },
    ("short", "price"): {
        "zh": "{place}缺{thing}{amount}，从任何一地来的增益都抵不过成本。",
        "en": "{place} lacks {amount} of {thing}, but wherever it came from, it would gain no more than it "
        "costs.",
    },
    ("unknown", "no_data"): {
        "zh": "{place}的{thing}无数据，不判长短。",
        "en": "{place} has no data on {thing}: neither long nor short.",
    },
}


def told(found: Patrol, names: Names = CODES) -> tuple[Pair, ...]:
    """Return what the patrol of a city found: for each long and short board the best match, then the rest.

    Pairs of a sentence in Chinese and one in English. Only matches with a net gain are told of; a city that
    has nothing to offer, or wants nothing, is told so.

    >>> from heban.plans.allocation.programme import _demo
    >>> from heban.plans.patrol.city import patrol
    >>> for _, en in told(patrol(*_demo(), "c")): print(en)
    c has nothing to offer: no factor that can move exceeds its own need beyond the band.
    c lacks 20 hours of instrument time, worth getting from 1 place; first a: 20 hours fill 100 % of the
    deficit, for a net gain of 0.435, over 120 km, across the border of a province.
    """
    boards, p = found.boards, found.boards.places.index(found.place)
    known = np.nan_to_num(boards.to_give[p]), np.nan_to_num(boards.to_fill[p])
    lines: list[Pair] = []
    for side, matches, amounts in (("offer", found.offers, known[0]), ("want", found.wants, known[1])):
        if not (amounts[boards.planned] > 0).any():
            lines.append(_pair(SAID[f"no_{side}s"], lambda lang: {"place": names.place(found.place, lang)}))
        lines += _best(boards, found.place, matches, side, names)
    return (*lines, *_rest(boards, found.unmatched, names))


def told_group(found: GroupPatrol, names: Names = CODES) -> tuple[Pair, ...]:
    """Return what the patrol of a group found: each factor within, the best matches with outside, the rest.

    >>> from heban.plans.allocation.programme import _demo
    >>> from heban.plans.patrol.group import patrol_group
    >>> for _, en in told_group(patrol_group(*_demo(), ["a", "b"])): print(en)
    instrument time: the group has 30 hours beyond the needs of its members and lacks 20 hours; by itself
    it fills 20 hours, and 0 hours stay.
    a has 10 hours of instrument time beyond its need, worth giving to 1 place; first c: 10 hours fill 50 % of
    its deficit, for a net gain of 0.318, over 120 km, across the border of a province.
    """
    boards = found.boards
    lines: list[Pair] = []
    factors = {factor.code: factor for factor in boards.factors}
    for code, row in found.balance.iterrows():
        factor = factors[str(code)]
        if max(row["surplus"], row["deficit"]) > 0:
            lines.append(_pair(SAID["within"], lambda lang, f=factor, r=row: _balanced(f, r, lang)))
    for member in found.members:
        lines += _best(boards, member, found.outward[found.outward["donor"] == member], "offer", names)
        lines += _best(boards, member, found.inward[found.inward["receiver"] == member], "want", names)
    return (*lines, *_rest(boards, found.unmatched, names))


def _best(boards: Boards, place: str, matches: pd.DataFrame, side: str, names: Names) -> Iterator[Pair]:
    """Yield a sentence for each factor that has a match with a net gain, the best factor first."""
    paying = matches[matches["net"] > 0]
    factors = {factor.code: factor for factor in boards.factors}
    for code, group in paying.groupby("factor", sort=False):
        first: dict[str, Any] = group.iloc[0].to_dict()
        first |= {
            "place": place,
            "count": len(group),
            "other": first["receiver" if side == "offer" else "donor"],
        }
        yield _pair(SAID[side], lambda lang, f=factors[str(code)], r=first: _match(f, r, names, lang))


def _match(factor: Factor, row: dict[str, Any], names: Names, lang: Language) -> dict[str, str]:
    km, ties, count = float(row["distance_km"]), float(row["ties"]), int(row["count"])
    zh = lang == "zh"
    group = names.group[lang]
    return {
        "place": names.place(row["place"], lang),
        "other": names.place(row["other"], lang),
        "thing": thing(factor, lang),
        "count": str(count) if zh else f"{count} place{'' if count == 1 else 's'}",
        "surplus": amount(row["surplus"], factor, lang),
        "deficit": amount(row["deficit"], factor, lang),
        "pays": amount(row["pays"], factor, lang),
        "share": share(row["pays"] / row["deficit"], lang),
        "net": figure(row["net"]),
        "way": "" if np.isnan(km) else f"，相距{figure(km)}公里" if zh else f", over {figure(km)} km",
        "border": "" if not row["crosses"] else f"，跨{group}" if zh else f", across the border of a {group}",
        "ties": ""
        if np.isnan(ties)
        else f"，已有联系{figure(ties)}"
        if zh
        else f", with ties of {figure(ties)}",
    }


def _balanced(factor: Factor, row: pd.Series[Any], lang: Language) -> dict[str, str]:
    said = {"surplus": "surplus", "deficit": "deficit", "filled": "filled", "left": "deficit_left"}
    return {"thing": thing(factor, lang)} | {
        key: amount(float(row[column]), factor, lang) for key, column in said.items()
    }


def _rest(boards: Boards, rows: pd.DataFrame, names: Names) -> Iterator[Pair]:
    """Yield why each board without a match has none."""
    factors = {factor.code: factor for factor in boards.factors}
    for row in rows.to_dict("records"):
        factor = factors[row["factor"]]
        yield _pair(
            WHY[row["side"], row["reason"]],
            lambda lang, f=factor, r=row: {
                "place": names.place(r["place"], lang),
                "thing": thing(f, lang),
                "amount": amount(float(r["amount"]), f, lang),
            },
        )


def _pair(templates: dict[Language, str], fill: Any) -> Pair:
    zh, en = (templates[lang].format(**fill(lang)) for lang in LANGUAGES)
    return zh, en
