"""What partner suggestions and their evaluation are told with, in Chinese and English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from heban.domain.place import Language
from heban.plans.allocation.words import Names, checked, figure, share

if TYPE_CHECKING:
    from heban.plans.partners.evaluation import Evaluation

SHOWN = 3  # shared partners that a reason names

SUGGESTED: dict[Language, str] = {
    "zh": "{one}与{other}：{span}年内新建联系的概率约{chance}；{reasons}。",
    "en": "{one} and {other}: a new link within {span} has a chance of about {chance}; {reasons}.",
}
SHARED: dict[Language, str] = {
    "zh": "共同伙伴{count}个（{named}）",
    "en": "{count} shared ({named})",
}
ALONE: dict[Language, str] = {"zh": "无共同伙伴", "en": "no shared partner"}
NEAR: dict[Language, str] = {"zh": "相距{km}千米", "en": "{km} km apart"}
ADDS: dict[Language, str] = {
    "zh": "{giver}可为{taker}的空缺{gap}补{part}的相关知识",
    "en": "{giver} has {part} of what is related to {gap}, which {taker} lacks",
}
COMMA: dict[Language, str] = {"zh": "，", "en": ", "}
JUDGED: dict[Language, str] = {
    "zh": "据{second}年及以前预测此后至{third}年的新联系：{pairs}对未联系者中有{links}对建立联系。"
    "综合模型AUC {auc}，前{top}对命中{precision}。",
    "en": "From what was known by {second}, new links until {third}: {links} of {pairs} pairs without a link "
    "got one. The combined model has an AUC of {auc} and {precision} of its first {top} pairs linked.",
}
GAINED: dict[str, dict[Language, str]] = {
    "more": {
        "zh": "平均精度比{method}高{gain}（95%区间{low}至{high}）。",
        "en": "Its average precision is {gain} above that of {method} (95 % interval {low} to {high}).",
    },
    "less": {
        "zh": "平均精度比{method}低{gain}（差值的95%区间{low}至{high}）。",
        "en": "Its average precision is {gain} below that of {method} (95 % interval of the difference {low} "
        "to {high}).",
    },
    "none": {
        "zh": "平均精度与{method}之差{gain}不显著（95%区间{low}至{high}）。",
        "en": "Its average precision differs from that of {method} by {gain}, which may be chance (95 % "
        "interval {low} to {high}).",
    },
}
METHOD: dict[str, dict[Language, str]] = {
    "common": {"zh": "共同邻居", "en": "common neighbours"},
    "gravity": {"zh": "引力", "en": "gravity"},
    "adamic_adar": {"zh": "Adamic–Adar指数", "en": "Adamic–Adar"},
    "allocation": {"zh": "资源分配指数", "en": "resource allocation"},
    "attachment": {"zh": "优先连接", "en": "preferential attachment"},
    "walk": {"zh": "重启随机游走", "en": "the random walk with restart"},
}
TOLD = ("common", "gravity")  # baselines that words compare with
TOP = 50


def language(lang: str) -> Language:
    """Return a language that words exist in, or raise `BadSpec`."""
    checked("lang", lang, ("zh", "en"))
    return "zh" if lang == "zh" else "en"


def reason(
    shared: Sequence[str],
    km: float,
    adds: Sequence[tuple[str, str, str, float]],
    names: Names,
    lang: Language,
) -> str:
    """Return why two are suggested to each other: who both know, how far it is, what one adds to the other.

    >>> reason(["c"], 12.3, [], Names(), "en")
    '1 shared (c), 12.3 km apart'
    """
    named = names.listed(shared[:SHOWN], lang) + ("…" if len(shared) > SHOWN else "")
    said = [SHARED[lang].format(count=len(shared), named=named) if shared else ALONE[lang]]
    said += [] if np.isnan(km) else [NEAR[lang].format(km=figure(km))]
    for giver, taker, gap, part in adds:
        ends = {"giver": names.place(giver, lang), "taker": names.place(taker, lang)}
        said.append(ADDS[lang].format(**ends, gap=gap, part=share(part, lang)))
    return COMMA[lang].join(said)


def suggested(one: str, other: str, chance: float, span: int, reasons: str, lang: Language) -> str:
    """Return a suggestion in words."""
    years = str(span) if lang == "zh" else f"{span} year{'s' if span != 1 else ''}"
    said = {"one": one, "other": other, "chance": share(chance, lang), "span": years, "reasons": reasons}
    return SUGGESTED[lang].format(**said)


def judged(made: Evaluation, lang: str) -> list[str]:
    """Return an evaluation in words, gains over common neighbours and gravity with their intervals."""
    spoken = language(lang)
    own = made.table[made.table["method"] == "combined"].set_index("metric")["value"]
    said = [
        JUDGED[spoken].format(
            second=made.years[1],
            third=made.years[2],
            pairs=figure(made.pairs),
            links=figure(made.links),
            auc=figure(own["auc"]),
            top=TOP,
            precision=share(own[f"precision@{TOP}"], spoken),
        )
    ]
    gains = made.gains[made.gains["metric"] == "average_precision"].set_index("method")
    for name in TOLD:
        row = gains.loc[name]
        kind = "more" if row["low"] > 0 else "less" if row["high"] < 0 else "none"
        gain = figure(row["value"] if kind == "none" else abs(row["value"]))
        ends = {"low": figure(row["low"]), "high": figure(row["high"])}
        said.append(GAINED[kind][spoken].format(method=METHOD[name][spoken], gain=gain, **ends))
    return said
