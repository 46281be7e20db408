"""The words that a report itself says, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from heban.domain.place import Language


class Label(TypedDict):
    """One text in both languages."""

    zh: str
    en: str


def pair(text: Sequence[str] | Label | str) -> Label:
    """Return a text in both languages; a plain string is the same in both.

    >>> pair(("件", "patents"))
    {'zh': '件', 'en': 'patents'}
    >>> pair("%")
    {'zh': '%', 'en': '%'}
    """
    if isinstance(text, str):
        return {"zh": text, "en": text}
    if isinstance(text, dict):
        return {"zh": text["zh"], "en": text["en"]}
    zh, en = text
    return {"zh": zh, "en": en}


def word(name: str, lang: Language) -> str:
    """Return one of the report's own words in a language.

    >>> word("source", "zh")
    '来源'
    """
    return WORDS[name][0 if lang == "zh" else 1]


def joined(names: Sequence[str], lang: Language) -> str:
    """Return names as one enumeration.

    >>> joined(["上海", "苏州", "杭州"], "zh")
    '上海、苏州和杭州'
    >>> joined(["Shanghai", "Suzhou", "Hangzhou"], "en")
    'Shanghai, Suzhou and Hangzhou'
    """
    comma, last = ("、", "和") if lang == "zh" else (", ", " and ")
    if len(names) < 2:
        return "".join(names)
    return comma.join(names[:-1]) + last + names[-1]


WORDS: dict[str, tuple[str, str]] = {
    "no_data": ("无数据", "no data"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "code": ("代码", "code"),
    "source": ("来源", "Source"),
    "note": ("注", "Note"),
    "figure": ("图", "Figure"),
    "table": ("表", "Table"),
    "contents": ("目录", "Contents"),
    "essays": ("观点篇", "Views"),
    "synthetic": ("合成数据", "synthetic data"),
    "synthetic_loud": (
        "本报告含合成数据：标有「合成数据」的图表并非观测所得，不得作为事实引用。",
        "This report contains synthetic data: what is marked so was never observed and must not be "
        "quoted as fact.",
    ),
    "cards": ("数据卡", "Data cards"),
    "cards_intro": (
        "本报告所用的每一份数据，及其来源、许可与制作方法。",
        "Every resource this report rests on, with its origin, licence and making.",
    ),
    "resource": ("资源", "Resource"),
    "producer": ("出品方", "Producer"),
    "title": ("题名", "Title"),
    "title_en": ("英文题名", "Title in English"),
    "producer_en": ("出品方英文名", "Producer in English"),
    "year": ("年份", "Year"),
    "licence": ("许可", "Licence"),
    "url": ("网址", "Address"),
    "retrieved": ("取得日期", "Retrieved"),
    "made": ("制作方法", "How it was made"),
    "licence_url": ("许可网址", "Licence address"),
    "sha256": ("SHA-256", "SHA-256"),
    "real": ("实测或发布", "observed or published"),
    "origin": ("性质", "Nature"),
    "not_traced": ("未溯源的数字", "Numbers not traced"),
    "not_traced_intro": (
        "下列数字由撰稿人手写，未取自事实表，请核对。",
        "These numbers were typed by hand and are not taken from the facts; please check them.",
    ),
    "file": ("文件", "File"),
    "line": ("行", "Line"),
    "number": ("数字", "Number"),
    "facts": ("数字索引", "Index of figures"),
    "facts_intro": (
        "正文中每一个数字的编号、取值与算法。",
        "Every figure in the text: its id, its value and how it was made.",
    ),
    "id": ("编号", "Id"),
    "value": ("数值", "Value"),
    "unit": ("单位", "Unit"),
    "how": ("算法", "How"),
    "sources": ("来源", "Sources"),
    "data": ("数据", "Data"),
    "csv": ("下载数据（CSV）", "Data (CSV)"),
    "png": ("图片（PNG）", "Picture (PNG)"),
    "svg": ("图片（SVG）", "Picture (SVG)"),
    "rows_left": (
        "此处列出前 {shown} 行，共 {total} 行；全部数据请下载 CSV。",
        "The first {shown} of {total} rows; the CSV has all of them.",
    ),
    "edition": ("版次", "Edition"),
    "date": ("日期", "Date"),
    "region": ("区域", "Region"),
    "checksum": ("数据包校验和", "Checksum of the data package"),
    "version": ("Heban 版本", "Heban version"),
    "seed": ("随机种子", "Seed"),
    "engine": ("计算引擎", "Engine"),
    "map_approval": ("审图号", "Map approval number"),
    "no_outline": (
        "数据包未附边界图，故只以坐标或方格示意各地位置，不画边界；图形不代表疆界。",
        "The package brings no boundaries: places stand at their coordinates or as tiles, and no border is "
        "drawn.",
    ),
    "no_approval": (
        "数据包所附边界图没有审图号，中文版不予印出；只以坐标或方格示意各地位置，图形不代表疆界。",
        "The boundaries in the package carry no map approval number, so no border is drawn.",
    ),
    "no_licence": (
        "数据包所附边界图没有写明许可，不予印出；只以坐标或方格示意各地位置，图形不代表疆界。",
        "The boundaries in the package name no licence, so no border is drawn.",
    ),
    "titles_in_cards": ("（题名见数据卡）", " (titles in the data cards)"),
    "boundaries": ("边界", "Boundaries"),
    "computed_by": ("由 Heban 计算生成", "Computed with Heban"),
}

COLUMN_LABELS: dict[str, tuple[str, str]] = {
    "place": ("地区", "Place"),
    "origin": ("起点", "Origin"),
    "destination": ("终点", "Destination"),
    "year": ("年份", "Year"),
    "data_year": ("数据年份", "Data year"),
    "since": ("起始年", "Since"),
    "edition": ("版本", "Edition"),
    "value": ("数值", "Value"),
    "rank": ("位次", "Rank"),
    "n": ("样本数", "n"),
    "col": ("列", "Column"),
    "row": ("行", "Row"),
    "lon": ("经度", "Longitude"),
    "lat": ("纬度", "Latitude"),
}
