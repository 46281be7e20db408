"""Units of measure as sheets write them, and the ratio between two of them where it is known."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import cache

_ZH_TIMES = {"亿": 8, "千万": 7, "百万": 6, "十万": 5, "万": 4, "千": 3, "百": 2}
_EN_TIMES = {
    "hundred million": 8, "ten thousand": 4, "hundred thousand": 5, "thousand": 3, "million": 6,
    "billion": 9, "trillion": 12, "k": 3, "mn": 6, "mio": 6, "m": 6, "bn": 9,
}  # fmt: skip
# A larger unit may hide in the word: 百分点 is no hundred of anything, 千瓦时 is a thousand.
_WHOLE_WORDS = ("百分", "千分")
_SAME = {
    "元": "元 圆 人民币元 cny yuan rmb ¥ rmbyuan",
    "美元": "美元 usd us$ $ usdollars usdollar dollars",
    "人": "人 名 persons person people headcount",
    "人年": "人年 人·年 person-years personyears person-year personyear fte fullTimeequivalents",
    "人次": "人次 visits",
    "个": "个 家 enterprises firms",
    "户": "户 households",
    "件": "件 pieces",
    "项": "项 items projects contracts",
    "篇": "篇 papers articles",
    "所": "所",
    "座": "座",
    "台": "台 台套 台(套) 套",
    "辆": "辆",
    "部": "部",
    "种": "种",
    "次": "次 times",
    "天": "天 日 days",
    "小时": "小时 hours",
    "年": "年 years",
    "点": "点 points",
    "分": "分",
    "倍": "倍",
    "%": "% percent percents 百分比 pct",
    "‰": "‰ permille",
    "百分点": "百分点 个百分点 percentagepoints pp",
    "平方公里": "平方公里 平方千米 km2 sqkm squarekilometres squarekilometers",
    "平方米": "平方米 m2 sqm squaremetres",
    "公顷": "公顷 ha hectares hectare",
    "立方米": "立方米 m3 cubicmetres",
    "米": "米 公尺 metres meters",
    "克": "克 g grams",
    "吨": "吨 t tonnes tons",
    "吨标准煤": "吨标准煤 tce",
    "瓦时": "瓦时 wh",
    "瓦": "瓦 watts",
    "度": "度",
    "patents": "patents patent",
}
_BASE_OF = {word.casefold(): base for base, words in _SAME.items() for word in words.split()}
# How much of the second one of the first is, where two words do not differ by a power of ten of one word.
_LINKED = {"‰": ("%", Decimal("0.1")), "公顷": ("平方公里", Decimal("0.01"))}
_TIMES = "|".join(sorted(_EN_TIMES, key=len, reverse=True))
_EN_FORM = re.compile(rf"^(?P<count>\d[\d,]*(?:\s\d{{3}})*)?\s*(?P<times>{_TIMES})?\s+(?P<base>\D.*)$")
_CURRENCY_FIRST = re.compile(
    rf"^(?P<base>cny|rmb|usd|us\$|\$|¥|yuan)\s*(?P<count>\d[\d,]*)?\s*"
    rf"(?P<times>{_TIMES})?$"
)


@cache
def measured(text: str) -> tuple[str, Decimal]:
    """Return the plain unit that a unit counts in, and how many of them it is.

    >>> measured("亿元"), measured("10k CNY"), measured("万人")
    (('元', Decimal('1E+8')), ('元', Decimal('1E+4')), ('人', Decimal('1E+4')))
    """
    unit = unicodedata.normalize("NFKC", text).casefold().strip()
    for form in (_EN_FORM, _CURRENCY_FIRST):
        match = form.match(unit)
        if match and (match["count"] or match["times"]):
            times = Decimal(1).scaleb(_EN_TIMES[match["times"]]) if match["times"] else Decimal(1)
            count = Decimal(re.sub(r"[,\s]", "", match["count"])) if match["count"] else Decimal(1)
            return _linked(match["base"], (count * times).normalize())
    return _linked(*_zh_measured(unit.replace(" ", "")))


def _zh_measured(unit: str) -> tuple[str, Decimal]:
    power = 0
    while not unit.startswith(_WHOLE_WORDS) and unit not in _BASE_OF:
        word = next((word for word in _ZH_TIMES if unit.startswith(word) and len(unit) > len(word)), None)
        if word is None:
            break
        power, unit = power + _ZH_TIMES[word], unit[len(word) :]
    return unit, Decimal(1).scaleb(power)


def _linked(word: str, times: Decimal) -> tuple[str, Decimal]:
    base = _BASE_OF.get(word.replace(" ", ""), word.strip())
    if base in _LINKED:
        base, ratio = _LINKED[base]
        times = times * ratio
    return base, times


def ratio(stated: str, wanted: str) -> Decimal | None:
    """Return what a figure is multiplied with to go from one unit to another; None when not known.

    >>> ratio("万元", "亿元"), ratio("人", "万人"), ratio("10k CNY", "万元"), ratio("人", "人年")
    (Decimal('0.0001'), Decimal('0.0001'), Decimal('1'), None)
    """
    (base, times), (wanted_base, wanted_times) = measured(stated), measured(wanted)
    if base != wanted_base:
        return None
    return (times / wanted_times).normalize() + 0


@cache
def is_unit(text: str) -> bool:
    """Tell whether a word is a unit of measure, simple or one per another.

    >>> is_unit("亿元"), is_unit("件/万人"), is_unit("100m CNY"), is_unit("研发经费")
    (True, True, True, False)
    """
    if not text.strip() or len(text) > 30:
        return False
    parts = re.split(r"\s*/\s*|\s+per\s+", text.strip())
    return len(parts) <= 2 and all(measured(part)[0] in _SAME for part in parts)


def per_something(unit: str) -> bool:
    """Tell whether a unit is a share or a ratio, whose values do not add up over places.

    >>> per_something("件/万人"), per_something("%"), per_something("亿元")
    (True, True, False)
    """
    plain = unicodedata.normalize("NFKC", unit).casefold()
    return (
        "/" in plain
        or "每" in plain
        or " per " in plain
        or measured(plain)[0] in ("%", "百分点", "倍", "分", "点")
    )
