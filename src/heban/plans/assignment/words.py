"""What an assignment is told with, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from heban.domain.place import Language
from heban.plans.allocation.words import checked, figure, share

if TYPE_CHECKING:
    from heban.plans.assignment.assignment import Assignment

REASON: dict[str, dict[Language, str]] = {
    "floor": {
        "zh": "{count}个因达到相关度下限的候选人不足",
        "en": "{count} for want of candidates above the floor of relevance",
    },
    "conflict": {
        "zh": "{count}个因其余候选人须回避",
        "en": "{count} because the other candidates have a conflict of interest",
    },
    "balance": {
        "zh": "{count}个因为省内外保留的名额无人可补",
        "en": "{count} for want of candidates from the provinces that the places are kept for",
    },
    "capacity": {
        "zh": "{count}个因候选人承接已满",
        "en": "{count} because the candidates serve as many others as they may",
    },
}
LEFT: dict[Language, str] = {
    "zh": "需求{need}需{wanted}人，得{got}人；空缺中{why}。",
    "en": "Need {need} wants {wanted} and gets {got}; of its empty places {why}.",
}
PRICED: dict[Language, str] = {
    "zh": "专家{expert}现承接{capacity}项，多承接一项可增{price}。",
    "en": "Expert {expert} serves {capacity}; one more would bring {price}.",
}
WHOLE: dict[Language, str] = {
    "zh": "{needs}项需求共需{wanted}人次，已配{pairs}人次，空缺{empty}；平均相关度{mean}，最低一项{worst}。",
    "en": "{needs} needs want {wanted} places; {pairs} are filled and {empty} stay empty. Mean relevance is "
    "{mean}, that of the worst-off need {worst}.",
}
FAIR: dict[Language, str] = {
    "zh": "顾及公平：在单独可得更多的需求中，最低者由{before}变为{level}（任何方案不超过{bound}），"
    "平均相关度损失{lost}。",
    "en": "For fairness the least that a need gets which could get more alone goes from {before} to {level} "
    "(no assignment exceeds {bound}), at {lost} of the mean relevance.",
}
ASIDE: dict[Language, str] = {
    "zh": "{count}项需求无法同时得到满足，不计入公平：{named}。",
    "en": "{count} needs cannot all be served and do not count for fairness: {named}.",
}
IF: dict[Language, str] = {
    "zh": "专家{expert}多承接{more}项：目标增{gain}（边际价格{price}），相关度之和变动{relevance}，"
    "多填空缺{filled}个；{changes}。",
    "en": "If expert {expert} served {more} more, the objective would gain {gain} (price at the margin "
    "{price}): relevance changes by {relevance}, {filled} more places are filled; {changes}.",
}
CHANGE: dict[str, dict[Language, str]] = {
    "gained": {"zh": "{need}得{expert}", "en": "{need} gains {expert}"},
    "lost": {"zh": "{need}失{expert}", "en": "{need} loses {expert}"},
}
NOTHING: dict[Language, str] = {"zh": "方案不变", "en": "nothing else changes"}
COMMA: dict[Language, str] = {"zh": "，", "en": ", "}
SHOWN = 10  # changes and needs that a sentence names


def language(lang: str) -> Language:
    """Return a language that words exist in, or raise `BadSpec`.

    >>> language("en")
    'en'
    """
    checked("lang", lang, ("zh", "en"))
    return "zh" if lang == "zh" else "en"


def left(row: Mapping[str, Any], lang: Language) -> str:
    """Return why places of a need stay empty."""
    why = [said[lang].format(count=row[name]) for name, said in REASON.items() if row[name]]
    return LEFT[lang].format(
        need=row["need"], wanted=row["wanted"], got=row["got"], why=COMMA[lang].join(why)
    )


def priced(row: Mapping[Any, Any], lang: Language) -> str:
    """Return what one more of an expert is worth."""
    return PRICED[lang].format(
        expert=row["expert"], capacity=figure(row["capacity"]), price=figure(row["price"])
    )


def told(made: Assignment, lang: str) -> list[str]:
    """Return an assignment in words."""
    spoken, given = language(lang), made.ground
    said = [
        WHOLE[spoken].format(
            needs=figure(len(given.needs)),
            wanted=figure(int(given.wanted.sum())),
            pairs=figure(int(made.chosen.sum())),
            empty=figure(made.empty),
            mean=figure(made.mean),
            worst=figure(made.worst),
        )
    ]
    if made.fairness is None:
        return said
    fair = made.fairness
    bound, lost = figure(fair.bound), share(made.lost, spoken)
    before, level = figure(fair.before), figure(fair.level)
    said.append(FAIR[spoken].format(before=before, level=level, bound=bound, lost=lost))
    if fair.aside.any():
        names = [given.needs[n] for n in fair.aside.nonzero()[0]]
        named = COMMA[spoken].join([*map(str, names[:SHOWN]), *(["…"] if len(names) > SHOWN else [])])
        said.append(ASIDE[spoken].format(count=len(names), named=named))
    return said


def changed(rows: list[dict[str, Any]], lang: Language) -> str:
    """Return changes of an assignment, pair by pair."""
    if not rows:
        return NOTHING[lang]
    parts = [
        CHANGE[row["change"]][lang].format(need=row["need"], expert=row["expert"]) for row in rows[:SHOWN]
    ]
    return COMMA[lang].join([*parts, *(["…"] if len(rows) > SHOWN else [])])
