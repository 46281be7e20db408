"""The tables of the 2023 report on the Delta index, and every published figure of the index.

The figures were typed by hand from the report and from the pages named row by row, into
the CSV files of the folder `report2023_tables`: one file, one table, in the columns of the data
dictionary. Values are kept as printed (`76.20`, not 76.2), because the decimals say how
far a figure may be off. Lower bounds ("more than 25,000") are no figures and have no row.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd

from heban.records.cards import Card
from heban.records.kinds import kind
from heban.records.writing import Table

FOLDER = Path(__file__).parent / "report2023_tables"
REPORT = "《2023长三角区域协同创新指数》"
PRODUCER = "上海市科学学研究所等"
PRODUCER_EN = "Shanghai Institute for Science of Science and others"
SITE = "https://www.siss.sh.cn/"
LICENCE = "LicenseRef-published-figures"
RETRIEVED = "2026-11-20"

REPORT_EN = "2023 Yangtze River Delta Regional Collaborative Innovation Index"
TITLES = {
    "published": (
        "published",
        "长三角区域协同创新指数各版已发布的数字",
        "Published figures of every edition of the Delta's collaborative innovation index",
    ),
    "report_fields": (
        "holdings",
        f"{REPORT}：国际科技论文合作的学科领域",
        f"{REPORT_EN}: fields of international co-publication",
    ),
    "report_transfers": (
        "holdings",
        f"{REPORT}：专利输入、输出与转移",
        f"{REPORT_EN}: patents received, given and transferred",
    ),
    "report_investees": (
        "holdings",
        f"{REPORT}：上市企业与投资机构的异地被投资企业数（截至 2023 年 9 月）",
        f"{REPORT_EN}: firms invested in across provinces (to September 2023)",
    ),
    "report_investment": (
        "flows",
        f"{REPORT}：区域内异地投资的来源与去向占比（截至 2023 年 9 月）",
        f"{REPORT_EN}: shares of cross-province investment by origin and destination (to September 2023)",
    ),
    "report_classes": (
        "classes",
        f"{REPORT}：学科领域、战略性新兴产业与行业门类",
        f"{REPORT_EN}: fields, strategic emerging industries and industries",
    ),
    "claims": (
        "claims",
        "长三角区域协同创新指数各版的可核断言",
        "Checkable claims of every edition of the Delta's collaborative innovation index",
    ),
}

# How the name of a published figure is put together from a row of a table of holdings.
PUBLISHED_NAMES = {
    "co_papers": ("国际科技论文合作数", "International papers co-published"),
    "patents_in": ("输入专利总数", "Patents received from the other provinces"),
    "patents_out": ("输出专利总数", "Patents given to the other provinces"),
    "patents_transferred": ("三省一市间专利转移", "Patents transferred between the four provinces"),
    "listed_investees": (
        "上市企业区域内异地投资企业数",
        "Firms in other Delta provinces invested in by listed firms",
    ),
    "venture_investees": (
        "投资机构区域内异地投资企业数",
        "Firms in other Delta provinces invested in by venture investors",
    ),
    "venture_financed": ("获融资企业数", "Firms financed by venture investors"),
}


def tables() -> list[Table]:
    """Return the tables of the report, each with its card."""
    frames = {name: _read(name) for name in TITLES}
    frames["published"] = pd.concat([frames["published"], _published_holdings(frames)], ignore_index=True)
    return [Table(name, TITLES[name][0], frame, card=_card(name)) for name, frame in frames.items()]


def _read(name: str) -> pd.DataFrame:
    """Read one typed table; numbers stay as printed."""
    known = kind(TITLES[name][0])
    frame = pd.read_csv(FOLDER / f"{name}.csv", dtype=str, keep_default_na=False, encoding="utf-8")
    for field in known.fields:
        if field.type == "number":
            frame[field.name] = [Decimal(value) for value in frame[field.name]]
        elif field.is_number:
            frame[field.name] = pd.to_numeric(frame[field.name]).astype("Int64")
    return frame[known.columns]


def _published_holdings(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Give the figures of the report's tables a row among the published figures too."""
    classes = frames["report_classes"].set_index("code")
    parts = ("report_fields", "report_transfers", "report_investees")
    holdings = pd.concat([frames[part] for part in parts], ignore_index=True)
    keys = zip(holdings["kind"], holdings["class"], strict=True)
    zh, en = zip(*(_published_name(key, code, classes) for key, code in keys), strict=True)
    published = holdings.drop(columns=["kind", "class"]).assign(
        edition="2023",
        level="indicator",
        name=list(zh),
        name_en=list(en),
        data_year=pd.array([pd.NA] * len(holdings), dtype="Int64"),
        source=REPORT,
        note="",
    )
    return published[kind("published").columns]


def _published_name(what: str, code: str, classes: pd.DataFrame) -> tuple[str, str]:
    zh, en = PUBLISHED_NAMES[what]
    if code == "all":
        return zh, en
    return f"{zh}（{classes.loc[code, 'zh']}）", f"{en}: {classes.loc[code, 'en']}"


def _card(name: str) -> Card:
    by_row = name in ("published", "claims")
    return Card(
        title=TITLES[name][1],
        title_en=TITLES[name][2],
        producer=PRODUCER,
        producer_en=PRODUCER_EN,
        year="2020–2024" if by_row else "2023",
        url=SITE,
        licence=LICENCE,
        retrieved=RETRIEVED,
        made="由人工从报告正文与逐行所记网页录入，只录数字" if by_row else "由人工从报告正文录入，只录数字",
        synthetic=False,
    )
