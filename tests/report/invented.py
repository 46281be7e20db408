"""A small invented report: six cities, every chart, both languages."""

from __future__ import annotations

import pandas as pd

from heban.records.cards import Card
from heban.report.charts import Chart, comparisons, flows, maps, matrix, parts, planks, series, webs
from heban.report.facts import Facts
from heban.report.texts import ChapterText, editors_text

CITIES = [
    ("100100", "甲", "Jia", 0, 1, 118.0, 32.0),
    ("100200", "乙", "Yi", 1, 1, 120.5, 31.5),
    ("100300", "丙", "Bing", 2, 1, 121.5, 31.2),
    ("100400", "丁", "Ding", 1, 2, 120.1, 30.2),
    ("100500", "戊", "Wu", 2, 2, 121.6, 29.8),
    ("100600", "己己己", "Ji Long Name", 0, 0, 117.2, 34.2),
]
PLACES = pd.DataFrame(CITIES, columns=["place", "place_zh", "place_en", "col", "row", "lon", "lat"])

CHARTS = {
    "total": Chart(series.lines, ("total",), {"highlight": (2011, 2013), "band": ("low", "high")}),
    "editions": Chart(series.editions, ("editions",)),
    "by_city": Chart(series.lines, ("by_city",), {"series": "place"}),
    "small": Chart(series.multiples, ("by_city",), {"facet": "place"}),
    "balance": Chart(comparisons.diverging, ("balance",)),
    "dumbbell": Chart(comparisons.dumbbell, ("moments",), {"start": "first", "end": "last"}),
    "slope": Chart(comparisons.slope, ("moments",), {"start": "first", "end": "last"}),
    "ranked": Chart(comparisons.ranked, ("cities",), {"highlight": ("100300",)}),
    "stacked": Chart(parts.bars, ("industries",), {"part": "industry"}),
    "shares": Chart(parts.bars, ("industries",), {"part": "industry", "mode": "shares"}),
    "grouped": Chart(parts.bars, ("industries",), {"part": "industry", "mode": "grouped"}),
    "matrix": Chart(matrix.heat, ("pairs_small",)),
    "verdicts": Chart(matrix.verdicts, ("claims",)),
    "tiles": Chart(maps.tiles, ("cities",), {}, outlined=True),
    "flows": Chart(flows.flows, ("pairs", "nodes"), {}, outlined=True),
    "flows_by_year": Chart(flows.flows, ("pairs", "nodes"), {"by": "year"}, outlined=True),
    "planks": Chart(planks.planks, ("boards",)),
    "web": Chart(webs.web, ("web_ties", "web_nodes")),
    "webs": Chart(webs.web, ("web_ties", "web_panels"), {"by": "place"}),
    "empty": Chart(series.lines, ("empty",)),
}


def named(codes: list[str], column: str = "place") -> pd.DataFrame:
    """Codes of the invented cities with both names beside them."""
    found = PLACES.set_index("place").loc[codes, ["place_zh", "place_en"]].reset_index()
    return found.set_axis([column, f"{column}_zh", f"{column}_en"], axis="columns")


def collected() -> Facts:
    """The facts of the invented report."""
    facts = Facts(
        {
            "title": {"zh": "示例区域创新报告", "en": "Innovation in a Demo Region"},
            "region": {"zh": "示例区域", "en": "Demo region"},
            "edition": {"zh": "2023 年版", "en": "Edition 2023"},
            "date": "2026-01-31",
            "version": "0.1.0",
            "seed": "",
            "engine": "DuckDB",
            "package": "demo",
            "checksum": "0123456789abcdef" * 4,
        }
    )
    facts.card(
        "index",
        Card(
            "示例指数",
            "示例院",
            "2023",
            "https://index.example/",
            "CC-BY-4.0",
            "2026-01-01",
            "手工录入",
            False,
        ),
        "ab" * 32,
    )
    facts.card(
        "flows",
        Card("示例流", "示例校", "2022", "https://flows.example/", "CC0-1.0", "2026-01-01", "随机生成", True),
    )
    _numbers(facts)
    _tables(facts)
    return facts


def _numbers(facts: Facts) -> None:
    how = ("取自公布的指数", "as published")
    facts.fact("index.total.2013", 123.455, decimals=2, unit=("分", "points"), sources=("index",), how=how)
    facts.fact("index.growth", 0.0917, decimals=2, sources=("index",), how=("年均增速", "annual growth"))
    facts.fact("balance.js", -2237, decimals=0, unit=("件", "patents"), sources=("flows",))
    facts.fact("talent.nation", None, unit=("人年", "person-years"))
    facts.fact("year.last", 2013, plain=True)
    facts.fact("top", ("丙", "Bing"), sources=("flows",))
    facts.fact("core", [("丙", "Bing"), ("甲", "Jia"), ("乙", "Yi")], sources=("flows",))


def _tables(facts: Facts) -> None:
    years = [2011, 2012, 2013]
    points = ("分", "points")
    value = {"value": ("总指数", "Total index"), "low": ("下界", "Low"), "high": ("上界", "High")}
    total = {"year": years, "value": [100, 110.5, 123.455], "low": [98, 107, 118], "high": [102, 114, 129]}
    facts.table(
        "total", pd.DataFrame(total), labels=value, sources=("index",), decimals={"value": 2},
        units={"value": points}, notes=("以 2011 年为 100。", "2011 = 100."),
    )  # fmt: skip
    editions = {
        "edition": [2021, 2021, 2022, 2022, 2022, 2020],
        "year": [2011, 2012, 2011, 2012, 2013, 2011],
        "value": [100, 108.2, 100, 110.5, 123.455, 101],
    }
    facts.table("editions", pd.DataFrame(editions), labels=value, sources=("index",), decimals={"value": 1})
    codes = [city[0] for city in CITIES]
    by_city = named([code for code in codes[:4] for _ in years])
    by_city["year"] = years * 4
    by_city["value"] = [1, 2, 3, 1.1, 2.1, 3.1, 5, None, 7, 2, 2, 2]
    facts.table("by_city", by_city, sources=("index",), decimals={"value": 1})
    balance = named(codes[:4]).assign(value=[814, 1405, 18, -2237])
    facts.table("balance", balance, sources=("flows",), labels={"value": ("净输出", "Net output")})
    moments = named(codes[:4]).assign(first=[85, -47, -19, -20], last=[18, -2237, 814, 1405])
    labels = {"first": ("2011 年", "2011"), "last": ("2022 年", "2022")}
    facts.table("moments", moments, sources=("flows",), labels=labels)
    cities = PLACES.assign(value=[10, 20, 300, None, 40, 5])
    facts.table("cities", cities, sources=("flows",), units={"value": ("篇", "papers")})
    industries = named([code for code in codes[:3] for _ in range(3)])
    industries["industry_zh"] = ["新材料", "生物", "节能环保"] * 3
    industries["industry_en"] = ["New materials", "Biology", "Energy saving"] * 3
    industries["value"] = [10, 20, 5, 40, 2, 8, 15, 15, 30]
    facts.table("industries", industries, sources=("flows",), labels={"industry": ("产业", "Industry")})
    _pair_tables(facts, codes)
    _boards(facts, codes[:3])
    _web(facts, codes[:2])
    claims = {
        "claim": ["a", "b", "c", "d", "e"],
        "kind_zh": ["增长", "增长", "份额", "求和", "求和"],
        "kind_en": ["Growth", "Growth", "Share", "Sum", "Sum"],
        "verdict": ["holds", "off", "holds if", "cannot be checked", "holds"],
    }
    labels = {"claim": ("断言", "Claim"), "kind": ("种类", "Kind"), "verdict": ("结论", "Verdict")}
    facts.table("claims", pd.DataFrame(claims), sources=("index",), labels=labels)
    facts.table("empty", pd.DataFrame({"year": [], "value": []}), sources=("index",))


def _boards(facts: Facts, codes: list[str]) -> None:
    """Two boards of three places: long, short, neither, without a value, and one far beyond the scale."""
    boards = named([code for code in codes for _ in range(2)])
    boards[["factor_zh", "factor_en"]] = [["实验室", "Laboratories"], ["人才", "Talent"]] * 3
    boards["share"] = [3.4, 0.2, 1.0, 1.1, 0.0, None]
    boards["share_low"] = [2.0, 0.1, 0.8, 0.9, 0.0, None]
    boards["share_high"] = [None, 0.3, 1.2, 1.3, 0.4, None]
    boards["standing"] = ["long", "short", "even", "even", "short", "unknown"]
    words = {"long": ("长板", "long"), "short": ("短板", "short"), "even": ("够用", "even")}
    for at, lang in enumerate(("zh", "en")):
        boards[f"standing_{lang}"] = [words.get(one, ("无数据", "no data"))[at] for one in boards["standing"]]
    labels = {
        "factor": ("要素", "Factor"),
        "share": ("占需要", "Of the need"),
        "share_low": ("下界", "Low"),
        "share_high": ("上界", "High"),
        "standing": ("长短", "Standing"),
    }
    facts.table("boards", boards, sources=("flows",), labels=labels, decimals={"share": 2})


def _web(facts: Facts, codes: list[str]) -> None:
    """Four fields in a square with a tie on three sides; the last has no amount and stands alone."""
    names = {
        "chem": ("化学", "Chemistry"),
        "law": ("法学", "Law"),
        "art": ("艺术", "Art"),
        "sea": ("海洋", "Sea"),
    }
    fields = pd.DataFrame(
        [(code, *both) for code, both in names.items()], columns=["class", "class_zh", "class_en"]
    )
    fields["value"], fields["standing"] = [40.0, 10, 5, None], ["present", "absent", "present", "absent"]
    fields["standing_zh"] = fields["standing"].map({"present": "见长", "absent": "未见长"})
    fields["standing_en"] = fields["standing"]
    fields["x"], fields["y"] = [0.0, 1, 1, 0], [0.0, 0, 1, 1]
    ties = pd.DataFrame({"origin": ["chem", "law", "chem"], "destination": ["law", "art", "art"]})
    for end in ("origin", "destination"):
        ties[[f"{end}_zh", f"{end}_en"]] = [names[code] for code in ties[end]]
    ties["value"] = [3.0, 2, 1]
    labels = {
        "class": ("学科", "Field"),
        "standing": ("是否见长", "Presence"),
        "x": ("横", "x"),
        "y": ("纵", "y"),
    }
    facts.table("web_ties", ties, sources=("flows",), labels=labels, decimals={"value": 1})
    facts.table("web_nodes", fields, sources=("flows",), labels=labels, decimals={"value": 0})
    panels = pd.concat([named([code] * 4).join(fields) for code in codes])
    facts.table("web_panels", panels, sources=("flows",), labels=labels, decimals={"value": 0})


def _pair_tables(facts: Facts, codes: list[str]) -> None:
    some = [(a, b) for a in codes for b in codes if a < b]
    pairs = named([a for a, _ in some], "origin").join(named([b for _, b in some], "destination"))
    pairs = pd.concat([pairs.assign(year=year, value=range(1, len(some) + 1)) for year in (2011, 2022)])
    facts.table("pairs", pairs, sources=("flows",), labels={"value": ("合署论文", "Joint papers")})
    nodes = PLACES.assign(strength=[10.0, 20, 90, 30, 5, 1], core=[False, True, True, False, False, False])
    labels = {"strength": ("强度", "Strength"), "core": ("核心城市", "Core city")}
    facts.table("nodes", nodes, sources=("flows",), labels=labels)
    few = [(a, b) for a in codes[:3] for b in codes[:3] if a != b and (a, b) != (codes[0], codes[2])]
    small = named([a for a, _ in few], "origin").join(named([b for _, b in few], "destination"))
    shares = small.assign(value=[51.71, 49.15, 53.32, 36.96, 39.46])
    facts.table("pairs_small", shares, sources=("flows",), decimals={"value": 2}, units={"value": "%"})


INDEX_ZH = """# 总指数稳步提高

总指数升至{{fact:index.total.2013|unit}}，年均增长**{{fact:index.growth|percent}}**，
全国为{{fact:talent.nation|unit}}。核心城市是{{fact:core}}，首位是*{{fact:top}}*。

![{{fact:year.last}} 年升至 {{fact:index.total.2013}}](chart:total "约 {{fact:index.total.2013|0}} 分")

## 各城市

手写的数字 12.5 会被列出，2011—2022 年与 G60 不会。

1. 第一条
2. 第二条，见[来源](https://index.example/)

> 引用一句。

| 项 | 值 |
|---|---|
| 总指数 | {{fact:index.total.2013|unit}} |

![各城市指数](table:by_city)
"""

INDEX_EN = """# The index rose steadily

The total rose to {{fact:index.total.2013|unit}}, **{{fact:index.growth|percent}}** a year;
the nation stands at {{fact:talent.nation|unit}}. Core cities are {{fact:core}}, led by *{{fact:top}}*.

![The total rose to {{fact:index.total.2013}}](chart:total "About {{fact:index.total.2013|0}}")

## Cities

The typed number 12.5 is listed; 2011–2022 and G60 are not.

![The index by city](table:by_city)
"""

ESSAY = """+++
chapter = "essays"
title = "以协同赢得未来"
author = "某某"
post = "示例院研究员"
+++
协同不是口号。

## 第一点

净输出{{fact:balance.js|abs|unit}}。
"""

NOTE = """+++
chapter = "index"
title = "编者按"
author = "编辑部"
+++
增幅约 99 倍。
"""


def chapter_texts(lang: str) -> list[ChapterText]:
    """Heban's own chapters and, in Chinese, the editors' texts of the invented report."""
    own = [ChapterText("index", "index.md", INDEX_ZH if lang == "zh" else INDEX_EN, own=True)]
    drawn = "\n\n".join(f"![{id} {{{{fact:top}}}}](chart:{id})" for id in CHARTS)
    own.append(
        ChapterText("charts", "charts.md", f"# {'各图' if lang == 'zh' else 'Charts'}\n\n{drawn}\n", own=True)
    )
    if lang == "en":
        return own
    return [*own, editors_text("texts/zh/essay.md", ESSAY), editors_text("texts/zh/note.md", NOTE)]
