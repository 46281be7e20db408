"""What the words of a sheet say: years, totals, notes, heads of columns, units in brackets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

from heban.records.columns import FIRST_YEAR, LAST_YEAR
from heban.records.sheets.units import is_unit

# Superscripts must go before NFKC, which would turn 12³ into 123; those of km² and m³ are no marks.
_MARKS = re.compile(r"(?<![mM])[⁰¹²³⁴-⁹①-⑳†‡※*]+(?=\s*$)|[\[［【]\s*(?:注\s*)?\d{1,2}\s*[\]］】](?=\s*$)")
_YEAR = re.compile(
    r"(?<![\d.])(?:FY\s?)?((?:19|20)\d\d)(?:\s*(?:年度|年(?![末底初])))?(?![\d.])", re.IGNORECASE
)
_EDGES = re.compile(r"^[\s,;、/_-]+|[\s,;、/_-]+$")
_RANGE = re.compile(r"(?:19|20)\d\d\s*年?\s*(?:[-–—~～至到]|to)+\s*(?:19|20)?\d\d", re.IGNORECASE)
_UNIT_SAID = re.compile(r"(?:计量)?单位\s*[::]\s*([^()]+)|\bunits?\s*:\s*([^()]+)", re.IGNORECASE)
_NOTE = re.compile(
    r"^[(\[]?(?:注\s*\d*|备注|说明|资料来源|数据来源|来源|数据说明|notes?|sources?|remarks?)\s*[)\]]?\s*[:：.]"
    r"|^[*※†‡①-⑳]|^注\s*\d|^\d{1,2}\s*[.、)]\s*\D",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(?:合计|总计|小计|总和|平均|均值)(?:数|值)?$|^(?:grand\s*)?total\b|\btotal$|^(?:average|mean|sum)$"
)
_TOTALS = {"全省", "全市", "全区", "全区域", "全域", "全国", "三省一市", "各市", "all"}
_DERIVED = re.compile(
    r"同比|环比|比上年|较上年|增长|增速|增幅|位次|排名|名次|\brank|\bgrowth\b|\byoy\b|\bchange\b",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"^(.*\S)\s*[(\[【〔]\s*(?:单位\s*[::]\s*)?([^()\[\]【】〔〕]+?)\s*[)\]】〕]$")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_LEAD = re.compile(r"^(?:其中\s*[::]?|#|＃|\d{1,3}\s*[.、)])\s*")

HEADS = {
    "place": "地区 地方 城市 市 省市 地市 设区市 省份 省 区域 县区 区县 县市 名称 地名 地区名称 城市名称 "
    "place region city province area county name location",
    "year": "年份 年度 年 时间 期间 year date period",
    "data_year": "数据年份 datayear data_year",
    "indicator": "指标 指标名称 项目 指标项 indicator variable item series",
    "value": "数值 值 数据 指标值 数 value figure amount obs_value",
    "unit": "单位 计量单位 unit units",
    "serial": "序号 编号 顺序 no no. # 序",
    "code": "代码 行政区划代码 区划代码 地区代码 行政代码 城市代码 code",
    "edition": "版本 edition version",
    "note": "备注 说明 注 note notes remark remarks",
    "level": "层级 级别 level",
}
_HEAD_OF = {word: role for role, words in HEADS.items() for word in words.split()}


@lru_cache(maxsize=65536)
def clean(text: str) -> str:
    """Return a label without footnote marks, full width and needless spaces; line breaks stay.

    >>> clean("　研发经费（亿元）① "), clean("2０23 年")
    ('研发经费(亿元)', '2023 年')
    """
    lines = (_MARKS.sub("", line) for line in text.replace("\r", "\n").split("\n"))
    plain = (re.sub(r"\s+", " ", unicodedata.normalize("NFKC", line)).strip() for line in lines)
    return "\n".join(line for line in plain if line)


def flat(text: str) -> str:
    """Return a label on one line, spaces between Chinese characters left out.

    >>> flat("研 发 经 费\\nR&D spend")
    '研发经费 R&D spend'
    """
    one = text.replace("\n", " ")
    return re.sub(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])", "", one).strip()


def year_in(text: str) -> tuple[int | None, str]:
    """Return the one year that a label names, and the label without it.

    A range of years, or two years, is no year.

    >>> year_in("2023年研发经费(亿元)"), year_in("2023年末常住人口"), year_in("2012—2023年")
    ((2023, '研发经费(亿元)'), (2023, '年末常住人口'), (None, '2012—2023年'))
    """
    found = {int(year) for year in _YEAR.findall(text)}
    if len(found) != 1 or _RANGE.search(text):
        return None, text
    year = found.pop()
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None, text
    return year, _EDGES.sub("", _YEAR.sub("", text))


def unit_said(text: str) -> str | None:
    """Return the unit that a line above a table gives for all of it.

    >>> unit_said("单位:亿元"), unit_said("(Unit: 100m CNY)"), unit_said("单位:亿元、人")
    ('亿元', '100m CNY', None)
    """
    match = _UNIT_SAID.search(text)
    if match is None:
        return None
    unit = (match[1] or match[2]).strip()
    return unit if is_unit(unit) else None


def says_unit(text: str) -> bool:
    """Tell whether a line is about units, whichever they are.

    >>> says_unit("单位:亿元、人")
    True
    """
    return _UNIT_SAID.search(text) is not None


def is_note(text: str) -> bool:
    """Tell whether a line is a footnote or names the source.

    >>> is_note("注:含县级市"), is_note("Source: NBS"), is_note("南京市")
    (True, True, False)
    """
    return _NOTE.match(text) is not None


def is_total(text: str) -> bool:
    """Tell whether a label stands for a sum or a mean of the others.

    >>> is_total("合 计"), is_total("苏南合计"), is_total("Total"), is_total("南京市")
    (True, True, True, False)
    """
    label = flat(text).casefold()
    return label.replace(" ", "") in _TOTALS or _TOTAL.search(label) is not None


def is_derived(text: str) -> bool:
    """Tell whether a column is computed from others: a rank, a growth over the year before.

    >>> is_derived("比上年增长(%)"), is_derived("位次"), is_derived("研发经费")
    (True, True, False)
    """
    return _DERIVED.search(text) is not None


def head(text: str) -> str | None:
    """Return what a column is for by the word at its head, as place or year.

    >>> head("行政区划代码"), head("年 份"), head("研发经费")
    ('code', 'year', None)
    """
    return _HEAD_OF.get(flat(text).casefold().replace(" ", ""))


def without_lead(text: str) -> str:
    """Return a place's label without a number, a hash or "among them" before it.

    >>> without_lead("其中:南京市"), without_lead("3. 无锡")
    ('南京市', '无锡')
    """
    return _LEAD.sub("", text)


def alternatives(text: str) -> list[str]:
    """Return the ways to read a label that may hold two languages: whole, line by line, script by script.

    >>> alternatives("研发经费 R&D spend")
    ['研发经费 R&D spend', '研发经费', 'R&D spend']
    """
    found = [flat(text), *text.split("\n")]
    whole = found[0]
    match = re.match(r"^(.*[\u3400-\u9fff][)\]]?)\s+([A-Za-z][^\u3400-\u9fff]*)$", whole)
    found += [match[1], match[2]] if match else []
    return list(dict.fromkeys(part.strip() for part in found if part.strip()))


def split_unit(text: str, known: Callable[[str], bool] = is_unit) -> tuple[str, str] | None:
    """Split a label into a name and a unit, in brackets or after a mark; None when it holds no unit.

    >>> split_unit("研发经费(亿元)"), split_unit("R&D spend, 100m CNY"), split_unit("人员/人年")
    (('研发经费', '亿元'), ('R&D spend', '100m CNY'), ('人员', '人年'))
    >>> split_unit("合同(全部)")
    """
    bracketed = _BRACKETS.match(text)
    if bracketed and known(bracketed[2]):
        return bracketed[1], bracketed[2]
    for mark in (",", "、", ";", ":", "/", " "):
        name, found, unit = text.rpartition(mark)
        if found and name.strip() and known(unit.strip()):
            return name.strip(), unit.strip()
    return None


def has_han(text: str) -> bool:
    """Tell whether a label has Chinese characters.

    >>> has_han("R&D 经费")
    True
    """
    return _HAN.search(text) is not None


def is_latin(text: str) -> bool:
    """Tell whether a label has Latin letters and no Chinese characters.

    >>> is_latin("R&D"), is_latin("12")
    (True, False)
    """
    return _LATIN.search(text) is not None and not has_han(text)
