"""Texts: titles and descriptions, with their language, year and place."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from heban.domain.errors import BadSpec

COLUMNS = ("id", "lang", "text")


@dataclass(frozen=True)
class Texts:
    """Texts by identifier; `frame` has the columns id, lang, text and any facets (year, class).

    >>> len(Texts(pd.DataFrame({"id": ["1"], "lang": ["zh"], "text": ["合板"]})).frame)
    1
    """

    frame: pd.DataFrame

    def __post_init__(self) -> None:
        missing = [column for column in COLUMNS if column not in self.frame]
        if missing:
            raise BadSpec(f"texts lack the columns {', '.join(missing)}.")
        if self.frame["id"].duplicated().any():
            twice = self.frame.loc[self.frame["id"].duplicated(), "id"].iloc[0]
            raise BadSpec(f"texts name {twice!r} twice.")
