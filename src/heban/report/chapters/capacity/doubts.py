"""What was varied to find the band, in words of both languages."""

from __future__ import annotations

import pandas as pd

from heban.measures.uncertainty import Choice, Distribution, Include, Input, Interval, Simplex, WeightNoise
from heban.measures.uncertainty.document import drawn
from heban.records.package import DataPackage
from heban.report.chapters.capacity.building import Capacity
from heban.report.facts import Facts


def add_doubts(package: DataPackage, facts: Facts, made: Capacity) -> None:
    """Add a table of what is uncertain: each input in words, and between how many values it is drawn."""
    inputs = made.doubtful.inputs
    table = pd.DataFrame(
        {
            "drawn_zh": [_zh(one) for one in inputs],
            "drawn_en": [drawn(one) for one in inputs],
            "values_zh": [_count(one, "不限") for one in inputs],
            "values_en": [_count(one, "without end") for one in inputs],
        }
    )
    facts.table(
        "capacity.doubts",
        table,
        sources=made.sources,
        labels={"drawn": ("变动的选择", "What is drawn"), "values": ("取值个数", "Values")},
        notes=(
            f"由 {package.name} 的 index.toml 指定；未指定时取惯用的变动，其大小为默认值待核。",
            f"As index.toml of {package.name} says; where it says nothing, the customary doubts, of a size "
            "that is Heban's own (默认值待核).",
        ),
    )


def _zh(one: Input) -> str:
    if isinstance(one, Choice):
        return f"{one.of}：{' 或 '.join(map(_value, one.values))}"
    if isinstance(one, Interval | Distribution):
        return f"{one.of} 在一个区间内取值"
    if isinstance(one, WeightNoise):
        return f"每个权重乘以 {1 - one.factor:g} 到 {1 + one.factor:g} 之间的一个数"
    if isinstance(one, Simplex):
        return f"第 {one.level} 层的权重围绕原权重变动（Dirichlet，集中度 {one.concentration:g}）"
    if isinstance(one, Include):
        return "至多去掉一个指标" if one.how == "one" else f"{len(one.indicators)} 个指标各自可去可留"
    return "缺数的补法" if one.count else "测量误差"


def _count(one: Input, endless: str) -> str:
    return endless if one.count is None else str(one.count)


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "、".join(f"{key} = {item}" for key, item in value.items())
    return str(value)
