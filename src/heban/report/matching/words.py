"""The words that the page of a matching says, in both languages."""

# ruff: noqa: E501 — a sentence stands whole

from __future__ import annotations

from heban.domain.place import Language

WORDS: dict[str, tuple[str, str]] = {
    "title": ("需求与供给的匹配", "Needs and offers, matched"),
    "made_of": ("{needs} 项需求，{offers} 项供给", "{needs} needs, {offers} offers"),
    "made_of_works": (
        "{needs} 项需求，{offers} 项供给，{works} 项成果",
        "{needs} needs, {offers} offers with {works} works",
    ),
    "files": ("{needs} 对 {offers}", "{needs} against {offers}"),
    "contents": ("目录", "Contents"),
    "overview": ("全部需求", "All needs"),
    "needs": ("需求", "Needs"),
    "need": ("需求", "Need"),
    "answers": ("答案", "Answers"),
    "answers_of": ("{count} 个答案", "{count} answers"),
    "answer_of": ("1 个答案", "1 answer"),
    "best": ("最高得分", "Best score"),
    "best_chance": ("最高概率", "Highest probability"),
    "nothing": ("没有足够好的答案", "Nothing is good enough"),
    "answered": ("有答案的需求", "needs answered"),
    "unanswered": ("没有足够好的答案", "without a good answer"),
    "all_offers": ("供给", "offers"),
    "offers_shown": ("出现在答案中的供给", "offers shown"),
    "score": ("得分", "score"),
    "probability": ("相关概率", "probability"),
    "terms_of": ("占得分", "of the score"),
    "more": ("其余答案", "Further answers"),
    "whole_text": ("全文", "The whole text"),
    "lacking": ("欠缺与不明", "What is missing or not stated"),
    "reading": ("怎样读", "How to read this"),
    "reading_score": (
        "得分是需求与供给用语的相近程度，0 到 1；它是各用语份额之和，标出的用语即其来源。得分用于比较同一需求的供给，"
        "不是概率，也不说明供给能否做到它所写的事。",
        "A score says how near the words of an offer are to those of the need, from 0 to 1. It is a sum over terms, "
        "and the marked ones carried it. It compares the offers of one need; it is no probability, and does not "
        "say that an offer can do what it writes.",
    ),
    "reading_chance": (
        "概率由所给的判定校准，只对与被判定者同类的供给成立；其可靠性见下文。",
        "The probability is calibrated by the judgements given and holds for offers like those judged; how far it can be trusted is shown below.",
    ),
    "reading_nothing": (
        "没有足够好的答案时如实说明，不凑足条数。",
        "Where nothing is good enough, this is said, and no list is filled up.",
    ),
    "field": ("领域", "Field"),
    "place": ("地区", "Place"),
    "organisation": ("机构", "Organisation"),
    "date": ("日期", "Date"),
    "budget": ("预算", "Budget"),
    "price": ("价格", "Price"),
    "maturity": ("成熟度", "Maturity"),
    "maturity_asked": ("成熟度要求", "Maturity asked"),
    "yuan": ("{amount} 元", "{amount} yuan"),
    "kind": ("类别", "Kind"),
    "reliability": ("概率的可靠性", "How reliable the probability is"),
    "reliability_told": (
        "由 {cases} 对判定校准（其中相关 {relevant} 对，{method}）。对预测时未见过的需求，误差（Brier）为 {error}；"
        "一律用平均比例时为 {constant}。点旁为判定数，竖线为 95 % 区间；越近虚线越可信。",
        "Calibrated by {cases} judgements, {relevant} of them relevant ({method}). On needs that the prediction had "
        "not seen Brier's error is {error}; always saying the mean share has {constant}. Beside a point stands "
        "the number of judgements, the line is the 95 % interval; the nearer to the dashes, the better.",
    ),
    "isotonic": ("保序回归", "isotonic"),
    "logistic": ("逻辑回归", "logistic"),
    "predicted": ("预测概率", "Predicted probability"),
    "observed": ("实际相关的比例", "Share observed to be relevant"),
    "count": ("判定数", "Judgements"),
    "interval": ("95 % 区间", "95 % interval"),
    "exposure": ("谁被看到", "Who is seen"),
    "exposure_told": (
        "答案按位次计曝光：第 r 位计 1/log₂(1 + r)。共有 {owners} 家机构，其中 {never} 家未在任何答案中出现。",
        "Exposure counts 1/log₂(1 + r) for the r-th place. Of {owners} organisations {never} occur in no answer.",
    ),
    "group_told": (
        "受关注的供给占 {offers}，占曝光 {share}。若保证其曝光下限，代价如下。",
        "Offers that are watched are {offers} of all offers and have {share} of the exposure. What a floor would "
        "cost:",
    ),
    "group_none": (
        "供给中没有标出小机构或青年企业，因此不计算其曝光（见 [seen]）。",
        "No offers are marked as of small laboratories or young firms, so their exposure is not told (see [seen]).",
    ),
    "floor": ("下限", "Floor"),
    "group_share": ("受关注供给的曝光份额", "Share of exposure of those watched"),
    "kept": ("保留的价值", "Worth that is kept"),
    "assignment": ("分派", "Assignment"),
    "assigned": ("谁承接哪一项需求", "Who serves which need"),
    "offer": ("供给", "Offer"),
    "relevance": ("相关度", "Relevance"),
    "loads": ("承接量", "Loads"),
    "load": ("已承接", "Serves"),
    "capacity": ("最多", "At most"),
    "one_more_price": ("多一项之值", "Worth of one more"),
    "unfilled": ("空缺及原因", "Empty places and why"),
    "one_more": ("多承接一项会怎样", "What one more would change"),
    "no_unfilled": ("没有空缺。", "No place stays empty."),
    "no_pairs": ("没有可分派的答案。", "There is no answer to assign."),
    "notes": ("说明", "Notes"),
    "page_left": (
        "此页列出前 {shown} 项需求，共 {all} 项；其余见表格。",
        "This page shows the first {shown} of {all} needs; the tables hold them all.",
    ),
    "rows_left": ("此处列出前 {shown} 行，共 {all} 行；其余见表格。", "The first {shown} of {all} rows; see the tables."),
    "made_from": ("数据来源", "Made from"),
    "computed": ("由 Heban 计算，版本", "Computed by Heban"),
    "back": ("回到目录", "Back to the list"),
    "kind_need": ("需求", "need"),
    "kind_expert": ("专家", "expert"),
    "kind_achievement": ("成果", "achievement"),
    "kind_patent": ("专利", "patent"),
    "kind_instrument": ("仪器", "instrument"),
    "kind_service": ("服务", "service"),
}  # fmt: skip


def word(name: str, lang: Language) -> str:
    """Return one of the page's words in a language.

    >>> word("offer", "en")
    'Offer'
    """
    return WORDS[name][0 if lang == "zh" else 1]
