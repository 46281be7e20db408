"""The border effect in sentences, in Chinese and English, from its record alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heban.domain.place import Language
from heban.measures.gravity.border import LEAST_FREEDOM, LEAST_PAIRS, WIDEST

GROUP: dict[Language, tuple[str, str]] = {"zh": ("省", "省"), "en": ("province", "provinces")}

EFFECT = {
    "zh": "{year}年，同等距离下同{one}两地往来是异{one}两地的{ratio:.2f}倍（95%区间{low:.2f}–{high:.2f}）",
    "en": "At equal distance two places of one {one} exchanged {ratio:.2f} times as much in {year} as two of "
    "different {many} (95% interval {low:.2f} to {high:.2f})",
}
BEFORE = {
    "zh": "；{year}年为{ratio:.2f}倍（{low:.2f}–{high:.2f}）",
    "en": "; in {year} it was {ratio:.2f} ({low:.2f} to {high:.2f})",
}
STOP: dict[Language, str] = {"zh": "。", "en": "."}
UNTOLD = {
    "zh": "{year}年的区间包含1，{one}界效应与偶然无法区分。",
    "en": "The interval of {year} includes 1: the border of a {one} cannot be told from chance.",
}
SHIFT = {
    "fall": {
        "zh": "两者之比为{ratio:.2f}（{low:.2f}–{high:.2f}），{one}界效应减弱。",
        "en": "The later is {ratio:.2f} times the earlier ({low:.2f} to {high:.2f}): the border weakened.",
    },
    "rise": {
        "zh": "两者之比为{ratio:.2f}（{low:.2f}–{high:.2f}），{one}界效应增强。",
        "en": "The later is {ratio:.2f} times the earlier ({low:.2f} to {high:.2f}): the border hardened.",
    },
    "none": {
        "zh": "两者之比为{ratio:.2f}（{low:.2f}–{high:.2f}），变化与偶然无法区分。",
        "en": "The later is {ratio:.2f} times the earlier ({low:.2f} to {high:.2f}): "
        "a change cannot be told from chance.",
    },
}
REFUSAL = {
    "few_within": {
        "zh": f"同{{one}}有往来的地对只有{{flowing_within}}对，至少需要{LEAST_PAIRS}对",
        "en": f"only {{flowing_within}} pairs of one {{one}} have a flow, and {LEAST_PAIRS} are needed",
    },
    "few_between": {
        "zh": f"跨{{one}}有往来的地对只有{{flowing_between}}对，至少需要{LEAST_PAIRS}对",
        "en": f"only {{flowing_between}} pairs across {{many}} have a flow, and {LEAST_PAIRS} are needed",
    },
    "no_variation": {
        "zh": "同{one}与跨{one}的地对之间没有可比的差别（同{one}{pairs_within}对，跨{one}{pairs_between}对）",
        "en": "{pairs_within} pairs of one {one} cannot be set against {pairs_between} pairs across {many}",
    },
    "no_distance": {
        "zh": "各地对之间的距离没有可用的差别",
        "en": "the distances do not differ, so none can be held equal",
    },
    "separated": {
        "zh": "往来恰好全在边界的一侧，倍数趋于无穷",
        "en": "the flows that could tell lie on one side of the border, so the ratio has no finite value",
    },
    "few_spare": {
        "zh": f"扣除各地效应与系数后，余下的观测不足{LEAST_FREEDOM}个",
        "en": f"fewer than {LEAST_FREEDOM} observations are left beside the effects of the places",
    },
    "not_fitted": {"zh": "模型没有收敛", "en": "the model did not come to rest"},
    "wide": {
        "zh": f"区间太宽（{{low:.3g}}–{{high:.3g}}，上下限之比超过{WIDEST:g}倍）",
        "en": f"its interval is too wide ({{low:.3g}} to {{high:.3g}}, more than {WIDEST:g} times)",
    },
}
REFUSED = {
    "zh": "{year}年的{one}界效应无法给出：{reason}。",
    "en": "There is no border effect for {year}: {reason}.",
}


def sentences(
    record: Mapping[str, Any], lang: Language, *, group: Mapping[Language, tuple[str, str]] = GROUP
) -> list[str]:
    """Return what the record of border effects says, a sentence each.

    The last year that carries an effect and the first; whether each differs from 1 and from the other; and
    why a year has none. `group` is what a province is called, one and many.

    >>> from heban.measures.gravity.border import borders, _demo
    >>> print(sentences(borders(*_demo()).record(), "en")[0])
    At equal distance two places of one province exchanged 2.00 times as much in 2021 as two of different
    provinces (95% interval 2.00 to 2.00); in 2020 it was 3.00 (3.00 to 3.00).
    """
    one, many = group[lang]
    said: list[str] = []
    first, last, change = record["first"], record["last"], record["change"]
    if last is not None:
        before = BEFORE[lang].format(**first) if first else ""
        said.append(EFFECT[lang].format(one=one, many=many, **last) + before + STOP[lang])
        said += [UNTOLD[lang].format(one=one, **each) for each in (first, last) if each and not each["told"]]
    if change is not None:
        way = "rise" if change["low"] > 1 else "fall" if change["high"] < 1 else "none"
        said.append(SHIFT[way][lang].format(one=one, **change))
    return said + [
        REFUSED[lang].format(
            one=one,
            year=year["year"],
            reason=REFUSAL[year["refused"]][lang].format(one=one, many=many, **year),
        )
        for year in record["years"]
        if year["refused"]
    ]
