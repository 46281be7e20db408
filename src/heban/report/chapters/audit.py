"""The audit: every checkable published claim, recomputed from the figures it rests on."""

from __future__ import annotations

import pandas as pd

from heban.measures import audit as measure
from heban.measures.audit import Verdict
from heban.records.package import DataPackage
from heban.report.chapters.maker import Maker
from heban.report.charts import Chart
from heban.report.charts.matrix import verdicts as verdict_marks
from heban.report.facts import Facts

QUOTED = ("published", "holdings", "flows", "statistics", "classes", "places", "indicators")
WORDS = {
    measure.HOLDS: ("成立", "holds"),
    measure.OFF: ("有误", "off"),
    measure.UNCHECKED: ("无法核对", "cannot be checked"),
    measure.HOLDS_IF: ("换一种读法成立", "holds if read otherwise"),
}
KINDS = {
    "value": ("数值", "Value"),
    "growth": ("增长", "Growth"),
    "annual_growth": ("年均增长", "Annual growth"),
    "share": ("占比", "Share"),
    "sum": ("合计", "Sum"),
    "balance": ("差额", "Balance"),
    "difference": ("相差", "Difference"),
    "rank": ("位次", "Rank"),
    "ratio": ("比值", "Ratio"),
    "choice": ("首选", "First choice"),
    "contradiction": ("前后一致", "Consistency"),
    "whole_share": ("占比与整数", "Shares of a count"),
}


def audited(package: DataPackage) -> list[Verdict]:
    """Return the verdict on every claim of a package."""
    figures = {r.name: package.frame(r.name) for kind in QUOTED for r in package.of_kind(kind)}
    return [
        verdict
        for resource in package.of_kind("claims")
        for verdict in measure.verdicts(package.frame(resource.name), figures, resource.path.name)
    ]


def add(package: DataPackage, facts: Facts) -> None:
    """Add the verdicts, their counts, and the claims that are off."""
    verdicts = audited(package)
    quoted = {figure.resource for verdict in verdicts for figure in verdict.figures}
    sources = (*[r.name for r in package.of_kind("claims")], *sorted(quoted & set(package.resources)))
    facts.fact("audit.claims", len(verdicts), decimals=0, sources=sources)
    counts = pd.Series([verdict.verdict for verdict in verdicts]).value_counts()
    for name, key in zip(measure.VERDICTS, ("holds", "off", "unchecked", "holds_if"), strict=True):
        facts.fact(f"audit.{key}", int(counts.get(name, 0)), decimals=0, sources=sources)
    table = pd.DataFrame([_row(verdict) for verdict in verdicts])
    labels = {
        "claim": ("编号", "Claim"),
        "statement": ("断言", "Claim as stated"),
        "kind": ("种类", "Kind"),
        "printed": ("印出的值", "Printed"),
        "verdict": ("结论", "Verdict"),
        "where": ("出处", "Where"),
        "explanation": ("核算", "Recomputation"),
    }
    facts.table(
        "audit.verdicts", table, sources=sources, labels=labels, hidden=("claim", "kind_zh", "kind_en")
    )
    wrong = table[table["verdict"] == measure.OFF].drop(columns=["verdict", "verdict_zh", "verdict_en"])
    facts.table("audit.wrong", wrong, sources=sources, labels=labels, hidden=("claim", "kind_zh", "kind_en"))


def _row(verdict: Verdict) -> dict[str, str]:
    word = WORDS[verdict.verdict]
    return {
        "claim": verdict.claim,
        "kind": verdict.kind,
        "kind_zh": KINDS[verdict.kind][0],
        "kind_en": KINDS[verdict.kind][1],
        "statement_zh": verdict.statement[0],
        "statement_en": verdict.statement[1],
        "printed": verdict.printed,
        "verdict": verdict.verdict,
        "verdict_zh": word[0],
        "verdict_en": word[1],
        "explanation_zh": verdict.explanation[0],
        "explanation_en": verdict.explanation[1],
        "where": verdict.where,
    }


CHARTS = {"audit_verdicts": Chart(verdict_marks, ("audit.verdicts",))}
CHAPTER = Maker("audit", "核对", "The audit", add, CHARTS, needs=("claims", "published"))
