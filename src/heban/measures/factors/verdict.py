"""What may be said of key factors, in Chinese and English, from their record alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heban.domain.place import Language
from heban.measures.factors.size import LEAST_CASES, LEAST_PLACES

METHODS: dict[str, dict[Language, str]] = {
    "lmg": {"zh": "R²分解（LMG）", "en": "LMG"},
    "stability": {"zh": "稳定性选择", "en": "stability selection"},
    "permutation": {"zh": "置换重要性", "en": "permutation"},
    "fixed_effects": {"zh": "地方内部的面板回归", "en": "the panel regression"},
}
BASIS: dict[Language, str] = {
    "zh": "用{rows}行{of}考察{factors}个因素与“{outcome}”的关系。",
    "en": "{rows} rows{of} were searched for what goes with {outcome} among {factors} factors.",
}
OF: dict[Language, tuple[str, str, str]] = {
    "zh": ("", "（{places}个地方）", "（{places}个地方、{years}个年份）"),
    "en": ("", " of {places} places", " of {places} places in {years} years"),
}
LEFT: dict[Language, str] = {
    "zh": "另有{left_out}行缺少数值，未使用，也未填补。",
    "en": "{left_out} more lack a value; they were left out, not filled in.",
}
WEIGHT: dict[Language, str] = {
    "zh": "同一地方各年相似，这些行只相当于{cases:.0f}个独立观测，每个因素{each:.1f}个。",
    "en": "Years of one place are alike, so these rows weigh as {cases:.0f} independent ones: {each:.1f} for "
    "each factor.",
}
FIT: dict[Language, str] = {
    "zh": "全部因素合起来的R²为{r2:.2f}（调整后{adjusted:.2f}）；把结果随机调换{draws}次，"
    "偶然得到同样好的拟合的概率p={p:.3g}（种子{seed}）。",
    "en": "All factors together have an R² of {r2:.2f} (adjusted {adjusted:.2f}); dealing the outcomes out "
    "at random ({draws} draws, seed {seed}) does as well with p = {p:.3g}.",
}
NO_SPARE: dict[Language, str] = {
    "zh": "行数不多于系数，任何结果都能被“解释”，R²没有意义。",
    "en": "There is no row to spare beyond the coefficients: any outcome would be explained, R² is empty.",
}
NOTHING: dict[Language, str] = {
    "zh": "没有发现：这些因素与结果的关系和偶然无法区分，不给出排名。",
    "en": "Nothing found: how these factors go with the outcome cannot be told from chance. None is named.",
}
FAINT: dict[Language, str] = {
    "zh": "样本也小，较弱的关系即使存在也看不出来：没有发现不等于没有。",
    "en": "The sample is small too, so weak links would not have shown: nothing found is not nothing there.",
}
SMALL: dict[Language, str] = {
    "zh": f"样本太小，说不清是哪些因素：至少需要{LEAST_PLACES}个地方、每个因素{LEAST_CASES:g}个独立观测，"
    "现有{places}个地方、每个因素{each:.1f}个。不给出前{count}名。",
    "en": f"Too small to say which: {LEAST_PLACES} places and {LEAST_CASES:g} independent rows for each "
    "factor are the least, and there are {places} and {each:.1f}. No first {count} are named.",
}
ALL: dict[Language, str] = {
    "zh": "前{count}个因素站得住：{stand}。",
    "en": "The first {count} stand: {stand}.",
}
SOME: dict[Language, str] = {
    "zh": "站得住的有{stand}；站不住的有{weak}，换一份样本就可能换成别的因素。不给出前{count}名。",
    "en": "These stand: {stand}; these do not: {weak}. Another sample might have put others there. "
    "No first {count} are named.",
}
NONE: dict[Language, str] = {
    "zh": "有关系，但说不清是哪些因素：{weak}都站不住，换一份样本就可能换成别的因素。不给出前{count}名。",
    "en": "Something is there, but not which: none of {weak} stands. Another sample might have put others "
    "there. No first {count} are named.",
}
HELD: dict[Language, str] = {
    "zh": "排在前面的因素里有的包含了结果本身，不给出前{count}名；请先处理下面指出的问题。",
    "en": "Among the first are factors that hold the outcome itself. No first {count} are named; mend "
    "first what is said below.",
}
SHARE: dict[Language, str] = {"zh": "“{name}”（{share}）", "en": "{name} ({share})"}
MEANING: dict[Language, str] = {
    "zh": "括号内为{bootstraps}次重抽样本中按{method}进入前{count}名的比例，0.80以上为站得住。",
    "en": "In brackets: the share of {bootstraps} redrawn samples in which the factor is among the first "
    "{count} by {method}; it stands from .80 on.",
}
DETAIL: dict[Language, str] = {
    "zh": "“{name}”：{method}{importance:.2f}（{level:.0%}区间{low:.2f}至{high:.2f}），"
    "名次{rank}（{rank_low}至{rank_high}）{others}。"
    "其他因素相同时，它高一个标准差，结果相差{effect:.2f}个标准差（{effect_low:.2f}至{effect_high:.2f}）。",
    "en": "{name}: {method} {importance:.2f} ({level:.0%} interval {low:.2f} to {high:.2f}), rank {rank} "
    "({rank_low} to {rank_high}){others}. With the others equal, one standard deviation more of it goes with "
    "{effect:.2f} of the outcome's ({effect_low:.2f} to {effect_high:.2f}).",
}
OTHERS: dict[Language, tuple[str, str, str]] = {
    "zh": ("；其他方法进入前{count}名的比例：", "{method}{share}", "、"),
    "en": ("; among the first {count} by ", "{method} {share}", ", "),
}
CAUTION: dict[Language, str] = {
    "zh": "重要性是相关，不是因果。",
    "en": "Importance is association, not cause.",
}


def sentences(
    record: Mapping[str, Any], lang: Language, *, names: Mapping[str, str] | None = None
) -> list[str]:
    """Return what the record of key factors says, a sentence each: sample, fit against chance, and the first.

    Factors are named only where they may be, each with its inclusion, rank and intervals. `names` gives
    factors and the outcome other names than their codes.

    >>> size = {"rows": 60, "left_out": 0, "places": 60, "years": 0, "factors": 4, "cases": 60.0,
    ...         "each": 15.0, "small": False}
    >>> noise = {"r2": 0.05, "adjusted": -0.02, "p": 0.61, "draws": 999}
    >>> top = {"count": 2, "names": [], "refused": "nothing", "stand": [], "weak": []}
    >>> made = {"outcome": "patents", "seed": 1, "size": size, "noise": noise, "top": top}
    >>> print(sentences(made, "en")[-1])
    Nothing found: how these factors go with the outcome cannot be told from chance. None is named.
    """
    called = names or {}
    said = _sample(record, lang, called)
    top = record["top"]
    if top["refused"] == "nothing":
        return [*said, NOTHING[lang], *([FAINT[lang]] if record["size"]["small"] else [])]
    if top["refused"] == "small":
        return [*said, SMALL[lang].format(count=top["count"], **record["size"])]
    return said + _first(record, lang, called)


def _sample(record: Mapping[str, Any], lang: Language, called: Mapping[str, str]) -> list[str]:
    """Return what the rows are, and how the fit compares with chance."""
    size, noise = record["size"], record["noise"]
    of = OF[lang][2 if size["years"] > 1 else int(size["places"] < size["rows"])].format(**size)
    outcome = called.get(record["outcome"], record["outcome"])
    said = [BASIS[lang].format(of=of, outcome=outcome, **size)]
    said += [LEFT[lang].format(**size)] if size["left_out"] else []
    said += [WEIGHT[lang].format(**size)] if size["places"] < size["rows"] else []
    fit = NO_SPARE if noise["p"] is None else FIT
    return [*said, fit[lang].format(seed=record["seed"], **noise)]


def _first(record: Mapping[str, Any], lang: Language, called: Mapping[str, str]) -> list[str]:
    """Return which of the first factors stand, and what each is by all methods."""
    top, lead = record["top"], record["methods"][0]
    listed = {key: _shares(top[key], lang, called) for key in ("stand", "weak")}
    form = ALL if not top["refused"] else HELD if top["refused"] == "leak" else SOME if top["stand"] else NONE
    said = [form[lang].format(count=top["count"], **listed)]
    if form is HELD:
        return said
    about = {"count": top["count"], "bootstraps": record["bootstraps"], "method": METHODS[lead][lang]}
    said.append(MEANING[lang].format(**about))
    return said + [_detail(record, str(name), lang, called) for name, _ in top["stand"]]


def _detail(record: Mapping[str, Any], name: str, lang: Language, called: Mapping[str, str]) -> str:
    """Return one factor's importance, rank and intervals, and how the other methods see it."""
    lead, *rest = [row for row in record["table"] if row["factor"] == name]
    start, each, between = OTHERS[lang]
    others = between.join(
        each.format(method=METHODS[row["method"]][lang], share=_share(row["inclusion"])) for row in rest
    )
    shown = {**lead, "method": METHODS[lead["method"]][lang], "name": called.get(name, name)}
    slope = next(row for row in record["effects"] if row["factor"] == name)
    shown.update(effect=slope["effect"], effect_low=slope["low"], effect_high=slope["high"])
    told = start.format(count=record["top"]["count"]) + others if others else ""
    return DETAIL[lang].format(level=record["level"], others=told, **shown)


def _shares(pairs: Any, lang: Language, called: Mapping[str, str]) -> str:
    named = [SHARE[lang].format(name=called.get(name, name), share=_share(share)) for name, share in pairs]
    return ("、" if lang == "zh" else ", ").join(named)


def _share(value: float) -> str:
    """Return a share with two decimals; what is not sure is never rounded up to 1, nor .796 to .80."""
    return f"{int(value * 100 + 1e-9) / 100:.2f}"
