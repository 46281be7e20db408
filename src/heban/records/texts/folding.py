"""Folding: one written form for what readers take to be the same text."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_DOTS = "·∙⋅•・‧"  # all seen between the parts of a unit, as in kW·h
_HYPHENS = "‐‑‒–−﹣－"
_POWERS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
_POWER = re.compile(f"(?<=[0-9０-９])([{''.join(_POWERS)}]+)")
_OWN = (
    dict.fromkeys(_DOTS, "·")
    | dict.fromkeys(_HYPHENS, "-")
    | {"℃": "℃", "℉": "℉", "µ": "μ", "⁄": "/", "〇": "零"}
)


def fold(text: str) -> str:
    """Return a text in its folded form: what is written alike after it is read alike.

    Full width becomes half width, traditional characters simplified ones (each character by itself), capitals
    small letters; control characters and marks of direction go, white space is one space. Units and formulae
    keep their meaning: TiO₂ is tio2, m² is m2, but 10² is 10^2; µ is μ, °C is ℃, kW⋅h is kw·h, ½ is 1/2.
    Folding twice changes nothing. Sources: Unicode Standard Annex 15 (NFKC); OpenCC's table of characters.

    >>> fold("ＴｉＯ₂ 光催化劑，１０² ㎡、25°C")
    'tio2 光催化剂,10^2 m2、25℃'
    """
    text = unicodedata.normalize("NFC", text)
    if not text.isascii():
        text = _POWER.sub(lambda found: "^" + "".join(map(_POWERS.__getitem__, found[1])), text)
    text = unicodedata.normalize("NFC", text.translate(_table()))
    return " ".join(text.replace("°c", "℃").replace("°f", "℉").split())


class _Table(dict[int, str]):
    """What each character becomes, found out when it is first met."""

    def __init__(self) -> None:
        from opencc import OpenCC  # noqa: PLC0415  (a fifth of a second less for who never folds)

        super().__init__()
        self.simplified = OpenCC("t2s").convert

    def __missing__(self, code: int) -> str:
        found = self[code] = self._folded(chr(code))
        return found

    def _folded(self, char: str) -> str:
        if char in _OWN:
            return _OWN[char]
        if char.isspace():
            return " "
        if unicodedata.category(char) in ("Cc", "Cf", "Cs") or "\ufe00" <= char <= "\ufe0f":
            return ""
        apart = unicodedata.normalize("NFKC", char).replace("⁄", "/").lower()
        plain = "".join(" " if c.isspace() else _OWN.get(c, c) for c in apart)
        while plain != (further := self.simplified(plain)):
            plain = further
        loose = unicodedata.decomposition(char).startswith(("<circle>", "<fraction>"))
        return f" {plain} " if loose else plain


@cache
def _table() -> _Table:
    return _Table()
