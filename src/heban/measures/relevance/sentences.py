"""Reasons: a code, its values, and the whole sentence in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from heban.domain.errors import unknown

Value = str | tuple[str, ...]  # a list is spelled as each language does

SENTENCES: Mapping[str, tuple[str, str]] = {
    "terms": (
        "与需求共有的用语：{terms}；它们占得分的 {share}%。",
        "It shares these terms with the need: {terms}; they carry {share} % of the score.",
    ),
    "characters": (
        "与需求只共有单字：{terms}。",
        "It shares only single characters with the need: {terms}.",
    ),
    "shortlist": (
        "得分的 {share}% 来自它与名单上其他候选的共同用语。",
        "{share} % of the score comes from what it has in common with the rest of the shortlist.",
    ),
    "passage": ("原文写道：“{passage}”", "It says: “{passage}”"),
    "work": (
        "在计入的 {count} 项成果中，最相近的是：{work}。",
        "Of its {count} works that count, the nearest is: {work}.",
    ),
    "field_same": ("领域相同：{field}。", "Both are of the field {field}."),
    "field_near": (
        "需求的领域 {need} 与它的领域 {offer} 的相近度为 {proximity}。",
        "The need's field {need} and its field {offer} have a proximity of {proximity}.",
    ),
    "field_unknown": (
        "领域 {field} 不在领域表中，未计入。",
        "The field {field} is not in the table of fields and was left out.",
    ),
    "distance": ("两地相距 {km} 公里。", "It is {km} km away."),
    "price_within": (
        "价格 {price} 元，在预算 {budget} 元之内。",
        "Its price of {price} yuan is within the budget of {budget} yuan.",
    ),
    "price_over": (
        "价格 {price} 元，超出预算 {budget} 元。",
        "Its price of {price} yuan is above the budget of {budget} yuan.",
    ),
    "price_unstated": (
        "未标明价格，预算为 {budget} 元。",
        "It states no price; the budget is {budget} yuan.",
    ),
    "maturity_low": (
        "成熟度为 {maturity} 级，需求要求至少 {asked} 级。",
        "Its maturity is level {maturity}; the need asks for {asked} at least.",
    ),
    "maturity_unstated": (
        "未标明成熟度，需求要求至少 {asked} 级。",
        "It states no maturity; the need asks for level {asked} at least.",
    ),
    "facet_unmet": (
        "指标“{facet}”为 {stated}，需求要求 {asked}。",
        "Its {facet} is {stated}; the need asks for {asked}.",
    ),
    "facet_unstated": (
        "未标明指标“{facet}”，需求要求 {asked}。",
        "It does not state {facet}; the need asks for {asked}.",
    ),
    "nothing_good": (
        "没有足够好的答案：最好的得分为 {best}，低于 {least}。",
        "Nothing is good enough: the best score is {best}, below {least}.",
    ),
    "nothing_likely": (
        "没有足够好的答案：最高的相关概率为 {best}，低于 {least}。",
        "Nothing is good enough: the highest probability of relevance is {best}, below {least}.",
    ),
    "nothing_shared": (
        "没有答案：没有一项供给与需求有共同用语。",
        "There is no answer: no offer shares a term with the need.",
    ),
    "no_offers": ("没有可比较的供给。", "There is no offer to compare."),
    "empty": ("文本为空，无从比较。", "The text is empty, so there is nothing to compare."),
    "unreadable": (
        "文本多为控制字符，像是二进制或编码有误，未读。",
        "The text is mostly control characters, as of a binary file or a wrong encoding, and was not read.",
    ),
    "cut": (
        "文本有 {length} 个字符，只读了前 {kept} 个。",
        "The text has {length} characters; the first {kept} were read.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an offer is an answer, what it lacks, or why there is none."""

    code: str
    values: Mapping[str, Value]

    @property
    def zh(self) -> str:
        """The sentence in Chinese."""
        return SENTENCES[self.code][0].format_map(self._spelled("、"))

    @property
    def en(self) -> str:
        """The sentence in English."""
        return SENTENCES[self.code][1].format_map(self._spelled(", "))

    def _spelled(self, comma: str) -> dict[str, str]:
        return {
            name: told if isinstance(told, str) else comma.join(told) for name, told in self.values.items()
        }

    def record(self) -> dict[str, object]:
        """Return code, values and both sentences as a plain dict, for JSON.

        >>> reason("distance", km="12").record()["en"]
        'It is 12 km away.'
        """
        return {"code": self.code, "values": dict(self.values), "zh": self.zh, "en": self.en}


def reason(code: str, **values: Value) -> Reason:
    """Return a reason; raises `UnknownName` for a code that has no sentence.

    >>> reason("distance", km="12").zh
    '两地相距 12 公里。'
    """
    if code not in SENTENCES:
        raise unknown("reason", code, SENTENCES, "the sentences of reasons")
    return Reason(code, values)
