"""Runs of a folded text: Chinese characters in a row, and Latin words, numbers, units and formulae whole."""

from __future__ import annotations

import re

LONGEST = 64  # characters of one token: what is longer is no word, and is cut
_HAN = "㐀-䶿一-鿿\U00020000-\U0003ffff"  # the others are folded into these
_LETTER = rf"[^\W_{_HAN}]"
_UNDER = "[lgk]|m[lg]?|m[23]|cm[23]?|km[23]?|s|min|h|d|a|hm2|mol|kg|w|kw|v|k|℃"
_TOKEN = re.compile(
    rf"""
    [{_HAN}]+
    | c\+\+ (?!\w) | [cf]\# (?!\w)
    | [a-z0-9]{{0,{LONGEST}}} \( [a-z][a-z0-9]{{0,5}} \) [0-9] [a-z0-9]*          # ca(oh)2, (nh4)2so4
    | [0-9]{{1,3}} (?:,[0-9]{{3}})+ (?![0-9])                       # 1,000
    | {_LETTER}{{1,{LONGEST}}}
      (?: (?<=[0-9]) \. [0-9] {_LETTER}*                            # pm2.5
        | (?<=[0-9]) \^ -?[0-9]+                                    # 10^-3
        | · {_LETTER}+                                              # kw·h
        | - (?= {_LETTER}*[0-9] | {_LETTER} (?!{_LETTER})) {_LETTER}+   # covid-19, vitamin-d
        | (?: (?<! {_LETTER}{_LETTER} ) | (?<= [0-9] )) - {_LETTER}+       # x-ray, 5-axis
        | (?<= {_LETTER} ) / (?: {_UNDER} ) (?!{_LETTER}) ){{0,8}}  # mg/l, m/s
      [℃℉%‰°]?
    | [℃℉%‰]
    """,
    re.VERBOSE,
)


def runs(folded: str) -> list[str]:
    """Return the runs of a folded text, in order; white space and punctuation are left out.

    >>> runs("tio2光催化剂,pm2.5低于10mg/m3的x-ray machine-learning")
    ['tio2', '光催化剂', 'pm2.5', '低于', '10mg/m3', '的', 'x-ray', 'machine', 'learning']
    """
    return _TOKEN.findall(folded)


def is_chinese(run: str) -> bool:
    """Tell whether a run is one of Chinese characters.

    >>> is_chinese("光催化"), is_chinese("tio2")
    (True, False)
    """
    return "㐀" <= run < "ꀀ" or run >= "\U00020000"
