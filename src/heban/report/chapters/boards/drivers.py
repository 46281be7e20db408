"""Key factors: which quantities go with a city's output of innovation, and how sure that is."""

from __future__ import annotations

import pandas as pd

from heban.measures.factors.verdict import METHODS
from heban.report.chapters.maker import NONE
from heban.report.facts import Facts
from heban.report.planning.ground import Ground

LABELS = {
    "factor": ("要素", "Factor"),
    "method": ("方法", "Method"),
    "importance": ("重要性", "Importance"),
    "low": ("下界", "Low"),
    "high": ("上界", "High"),
    "rank": ("位次", "Rank"),
    "rank_low": ("位次下界", "Rank, low"),
    "rank_high": ("位次上界", "Rank, high"),
    "inclusion": ("进入前列的概率", "Inclusion"),
}


def add_drivers(facts: Facts, made: Ground) -> None:
    """Add the methods side by side and the verdict; a ranking never without its doubt."""
    found = made.drivers
    called = [_called(made, lang) for lang in ("zh", "en")]
    verdict = NONE
    table = pd.DataFrame(columns=list(LABELS))
    if found is not None:
        zh, en = found.verdict("zh", called[0]), found.verdict("en", called[1])
        verdict = ("".join(zh), " ".join(en))
        table = found.table().rename(columns={"factor": "code"})
        for column, lookup in (("factor", called), ("method", _methods())):
            source = "code" if column == "factor" else "method"
            for lang, names in zip(("zh", "en"), lookup, strict=True):
                table[f"{column}_{lang}"] = [names.get(code, code) for code in table[source]]
        table = table.drop(columns=["code", "method"])
    order = ["factor_zh", "factor_en", "method_zh", "method_en", *list(LABELS)[2:]]
    facts.table(
        "boards.drivers",
        table.reindex(columns=order),
        labels=LABELS,
        decimals={**dict.fromkeys(("importance", "low", "high", "inclusion"), 2), "rank": 0},
        sources=made.sources,
    )
    facts.fact("boards.drivers.verdict", verdict, sources=made.sources)


def _called(made: Ground, lang: str) -> dict[str, str]:
    asked = made.spec.drivers
    every = [*made.spec.factors, *made.spec.structure, *((asked.outcome,) if asked else ())]
    return {one.code: (one.zh if lang == "zh" else one.en) or one.zh or one.code for one in every}


def _methods() -> tuple[dict[str, str], dict[str, str]]:
    return ({code: words["zh"] for code, words in METHODS.items()}, {c: w["en"] for c, w in METHODS.items()})
