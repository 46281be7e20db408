"""The sentences of a verdict: what was reckoned, and what that says about the claim."""

from __future__ import annotations

from collections.abc import Sequence

from heban.measures.audit import ordering
from heban.measures.audit import printed as printed_numbers
from heban.measures.audit.figures import Figures, Label
from heban.measures.audit.outcome import Outcome

# What is said after the working, by kind: when the claim holds, and when it is off.
TAILS: dict[str, tuple[Label, Label]] = {
    "number": (
        ("，与印出的“{zh}”相符", ", which agrees with the printed {en}"),
        ("，而印出的是“{zh}”", ", but {en} is printed"),
    ),
    "order": (
        ("，与所说的“{zh}”相符", ", which agrees with “{en}”"),
        ("，与所说的“{zh}”不符", ", which does not agree with “{en}”"),
    ),
    "contradiction": (
        ("，文中说法前后相合", ", so the text agrees with itself"),
        ("，文中说法前后不合", ", so the text contradicts itself"),
    ),
    "whole_share": (
        ("，与印出的占比相合", ", which gives the printed shares"),
        ("，没有整数能得到印出的占比", ", and no whole numbers give the printed shares"),
    ),
}
SHOWN = 3

FAMILIES = {
    "rank": "order",
    "choice": "order",
    "contradiction": "contradiction",
    "whole_share": "whole_share",
}


def said(kind: str, printed: str, figures: Figures) -> Label:
    """Return the printed value as a Chinese and as an English reader reads it."""
    family = FAMILIES.get(kind, "number")
    if family == "number":
        return printed, printed_numbers.parse(printed).en
    if kind == "rank":
        return f"第 {printed}", f"rank {printed}"
    if kind == "choice":
        names, top = ordering.chosen(printed)
        zh, en = "、".join(names), ", ".join(figures.english(name) for name in names)
        return (f"前 {top} 位中有{zh}", f"{en} among the first {top}") if top > len(names) else (zh, en)
    return printed, printed


def body(kind: str, printed: Label, outcome: Outcome) -> Label:
    """Return the sentence of one outcome, without its full stop."""
    if outcome.state == "cannot be checked":
        named, more = outcome.missing[:SHOWN], len(outcome.missing) - SHOWN
        zh = "、".join(label[0] for label in named) + (f" 等 {more + SHOWN} 项" if more > 0 else "")
        en = "; ".join(label[1] for label in named) + (f" and {more} more" if more > 0 else "")
        before = (f"{outcome.working[0]}；", f"{outcome.working[1]}; ") if outcome.working[0] else ("", "")
        return f"{before[0]}无法核对：缺 {zh}", f"{before[1]}cannot be checked, for want of {en}"
    tail = TAILS[FAMILIES.get(kind, "number")][outcome.state == "off"]
    zh, en = (side.format(zh=printed[0], en=printed[1]) for side in tail)
    return outcome.working[0] + zh, outcome.working[1] + en


def literal(sentence: Label, tried: Sequence[tuple[Label, Label]]) -> Label:
    """Return the sentence of a claim read literally, and of the readings tried in vain."""
    zh, en = sentence
    for reading, other in tried:
        zh += f"；读作“{reading[0]}”也不成立：{other[0]}"
        en += f"; read as “{reading[1]}” it fares no better: {other[1]}"
    return _sentence(zh, en)


def conditional(reading: Label, holding: Label, sentence: Label) -> Label:
    """Return the sentence of a claim that holds in another reading."""
    return _sentence(
        f"读作“{reading[0]}”则成立：{holding[0]}。按字面：{sentence[0]}",
        f"holds if read as “{reading[1]}”: {holding[1]}. Read literally: {sentence[1]}",
    )


def _sentence(zh: str, en: str) -> Label:
    return f"{zh}。", f"{en[:1].upper()}{en[1:]}."
