"""Bringing the texts of addresses to one spelling, all texts of a batch in one pass."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

BETWEEN = "\x1e"  # the ASCII record separator stands between two texts
_CJK = "\u3400-\u9fff"
_ACCENTS = re.compile("[\u0300-\u036f]+")
_APOSTROPHES = re.compile("[’‘'`´]")
_HYPHENS = re.compile("(?<=[a-z])[-‐‑–—_./]+|[-‐‑–—_./]+(?=[a-z])")
_NOISE = re.compile(r"[^\S\x1e]{2,}|[\t\n\r\x0b\x0c]")
# A single character among spaces belongs to its neighbour: 江 苏 is 江苏.
_TORN = re.compile(rf"(?<![{_CJK}])([{_CJK}])[ ]+(?=[{_CJK}])|(?<=[{_CJK}])[ ]+(?=[{_CJK}](?![{_CJK}]))")


def fold(text: str) -> str:
    """Return a text in the spelling in which names are compared.

    Full width becomes narrow, capitals small, accents and apostrophes go, hyphens and points
    beside a letter become spaces, and characters torn apart by spaces are joined.

    >>> fold("Ma’anshan, P.R. China"), fold("江   苏省"), fold("Ürümqi")
    ('maanshan, p r china', '江苏省', 'urumqi')
    """
    text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    text = _HYPHENS.sub(" ", _APOSTROPHES.sub("", text))
    text = _NOISE.sub(" ", text)
    return _TORN.sub(r"\1", text)


def is_chinese(name: str) -> bool:
    """Return whether a name is written in Chinese characters.

    >>> is_chinese("苏州"), is_chinese("Łódź")
    (True, False)
    """
    return re.search(f"[{_CJK}]", name) is not None


def characters(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Return the folded texts as one array of code points, and the start of each text in it.

    Every text is followed by one separator.

    >>> points, starts = characters(["苏州", "Wuxi"])
    >>> "".join(map(chr, points)), starts.tolist()
    ('苏州\\x1ewuxi\\x1e', [0, 3])
    """
    joined = BETWEEN.join(text.replace(BETWEEN, " ") for text in texts) + BETWEEN
    points = np.frombuffer(fold(joined).encode("utf-32-le"), dtype=np.uint32)
    ends = np.flatnonzero(points == ord(BETWEEN))
    return points, np.concatenate([[0], ends[:-1] + 1])
