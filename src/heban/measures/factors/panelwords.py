"""The panel regression in sentences, in Chinese and English, from its record alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heban.domain.place import Language

BASIS: dict[Language, str] = {
    "zh": "面板回归用了{places}个地方、{years}个年份共{observations}行；组内R²为{share:.2f}。"
    "系数说的是同一地方内部的变化，是相关，不是因果。",
    "en": "The panel regression uses {observations} rows of {places} places over {years} years; the factors "
    "account for {share:.2f} of the variation within places (within R²). A coefficient tells what moves "
    "together within a place, not what causes what.",
}
EFFECT: dict[Language, str] = {
    "zh": "“{factor}”每增加1，{when}结果变化{estimate:.3g}（{level:.0%}区间{low:.3g}至{high:.3g}）{told}。",
    "en": "One more of {factor} goes with {estimate:.3g} of the outcome {when} "
    "({level:.0%} interval {low:.3g} to {high:.3g}){told}.",
}
TOLD: dict[Language, tuple[str, str]] = {
    "zh": ("", "，与零无法区分"),
    "en": ("", ": it cannot be told from nothing"),
}
SUM: dict[Language, str] = {"zh": "{lags}个滞后合计，", "en": "over {lags} lags together"}
FEW: dict[Language, str] = {
    "zh": "“{factor}”的估计（{estimate:.3g}）只由很少几个地方决定{freedom}，不给出区间。",
    "en": "Too few places speak for {factor} (estimate {estimate:.3g}{freedom}): no interval is given.",
}
FREEDOM: dict[Language, str] = {
    "zh": "（自由度{df:.1f}，至少需要4）",
    "en": "; {df:.1f} degrees of freedom, 4 are needed",
}
REASONS: dict[str, dict[Language, str]] = {
    "constant": {"zh": "它从不变化", "en": "it never varies"},
    "no_variation": {
        "zh": "它在各地内部不随年份变化，无法与地方效应区分",
        "en": "it does not vary over the years within any place, so it cannot be told from the places",
    },
    "common": {
        "zh": "它在各地同步变化，无法与年份效应区分",
        "en": "it moves alike in all places, so it cannot be told from the years",
    },
    "collinear": {
        "zh": "它在扣除地方与年份效应后完全由{beside}给出",
        "en": "beside the effects of places and years it repeats {beside}",
    },
    "few_rows": {
        "zh": "行数不够：{observations}行承载不了这么多系数",
        "en": "{observations} rows cannot carry so many coefficients",
    },
}
LEFT: dict[Language, str] = {"zh": "未纳入“{term}”：{reason}。", "en": "{term} is left out: {reason}."}
MISSING: dict[Language, str] = {
    "zh": "{missing}行缺少数据或所需的往年数据，{alone}行没有可比的行，均未使用。",
    "en": "{missing} rows lack a figure or a year before, and {alone} have no row to be compared with; "
    "they are not used.",
}
NICKELL: dict[Language, str] = {
    "zh": "{terms}是结果自身的往年值：在平均{mean_years:.1f}年的面板里，它的系数会偏低约(1+ρ)/{spare:.1f}"
    "（Nickell偏误），其他系数也受影响。本软件不提供动态面板估计，请把它移出因素。",
    "en": "{terms} repeats an earlier year of the outcome: over {mean_years:.1f} years on average its "
    "coefficient comes out too low by about (1 + ρ)/{spare:.1f} (Nickell's bias), and the others bend with "
    "it. Estimators for such dynamic panels are not offered; take it out of the factors.",
}


def sentences(record: Mapping[str, Any], lang: Language) -> list[str]:
    """Return what the record of a panel regression says, a sentence each.

    The basis; each effect with its interval; sums over lags; what was left out and why; the warning about
    a lagged outcome.

    >>> from heban.measures.factors.panelwords import LEFT, REASONS
    >>> print(LEFT["en"].format(term="area", reason=REASONS["constant"]["en"]))
    area is left out: it never varies.
    """
    said = [BASIS[lang].format(share=record["r2_within"] or 0.0, **record)]
    said += [_effect(each, _when(each["lag"], lang), record["level"], lang) for each in _standing(record)]
    said += [
        _effect(each, SUM[lang].format(**each), record["level"], lang)
        for each in record["cumulated"]
        if each["lags"] > 1
    ]
    for each in record["left_out"]:
        reason = REASONS[each["reason"]][lang].format(
            beside=listed(each["beside"], lang), observations=record["observations"]
        )
        said.append(LEFT[lang].format(term=each["term"], reason=reason))
    if record["missing"] or record["alone"]:
        said.append(MISSING[lang].format(**record))
    if record["echoes"]:
        spare = max(record["mean_years"] - 1, 1.0)
        said.append(
            NICKELL[lang].format(
                terms=listed(record["echoes"], lang), mean_years=record["mean_years"], spare=spare
            )
        )
    return said


def listed(names: list[str], lang: Language) -> str:
    """Return names as a sentence lists them.

    >>> listed(["a", "b", "c"], "en"), listed(["a", "b"], "zh")
    ('a, b and c', '“a”、“b”')
    """
    if lang == "zh":
        return "、".join(f"“{name}”" for name in names)
    return "".join(names) if len(names) < 2 else f"{', '.join(names[:-1])} and {names[-1]}"


def _standing(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [each for each in record["effects"] if each["estimate"] is not None]


def _effect(each: Mapping[str, Any], when: str, level: float, lang: Language) -> str:
    if each["low"] is None:
        freedom = "" if each["df"] is None else FREEDOM[lang].format(**each)
        return FEW[lang].format(freedom=freedom, factor=each["factor"], estimate=each["estimate"])
    told = TOLD[lang][int(each["low"] <= 0 <= each["high"])]
    shown = {key: each[key] for key in ("factor", "estimate", "low", "high")}
    return EFFECT[lang].format(when=when, told=told, level=level, **shown)


def _when(lag: int, lang: Language) -> str:
    if lang == "zh":
        return "同年" if lag == 0 else f"{lag}年后"
    return "in the same year" if lag == 0 else f"{lag} year{'s' if lag > 1 else ''} later"
