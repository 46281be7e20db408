"""The words of addresses that are no names of places: roads, areas, organisations, levels."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from heban.records.addresses.folding import fold

PLACE, INSTITUTION, COUNTRY, ROAD, AREA, ORGANISATION, LEVEL = range(7)


@cache
def document() -> Mapping[str, Any]:
    """Return `words.toml` as it stands."""
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))


@cache
def context_words() -> dict[str, int]:
    """Return each word of the lexicon with its kind; road words also with the turn before them.

    >>> words = context_words()
    >>> words["东路"] == words["east road"] == ROAD, words["大学"] == ORGANISATION
    (True, True)
    """
    zh, en = document()["zh"], document()["en"]
    words = dict.fromkeys(zh["areas"], AREA)
    words |= dict.fromkeys(zh["organisations"], ORGANISATION)
    words |= dict.fromkeys(zh["roads"], ROAD)
    words |= {f"{turn}{road}": ROAD for turn in zh["turns"] for road in zh["roads"]}
    words |= dict.fromkeys(en["roads"], ROAD)
    words |= {f"{turn} {road}": ROAD for turn in en["turns"] for road in en["roads"]}
    words |= dict.fromkeys(en["levels"], LEVEL)
    return words


def shortened(name: str) -> str:
    """Return an institution's English name as the Web of Science shortens it.

    >>> shortened("University of Science and Technology of China")
    'univ sci & technol china'
    """
    words = document()["en"]["shortened"]
    return " ".join(filter(None, (words.get(word, word) for word in fold(name).split())))
