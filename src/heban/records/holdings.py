"""Holdings: how much each place has in each class, by year."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from heban.domain.errors import BadSpec

COLUMNS = ("place", "class", "year", "value")


@dataclass(frozen=True)
class Holdings:
    """Counts by place, class and year, kept sparse: a row for what is there, none for the rest.

    >>> frame = pd.DataFrame({"place": ["a", "a"], "class": ["x", "y"], "year": [2020, 2020],
    ...     "value": [3.0, 1.0]})
    >>> Holdings(frame, ("a", "b"), ("x", "y")).table().loc["a", "x"]
    np.float64(3.0)
    """

    frame: pd.DataFrame
    places: tuple[str, ...]
    classes: tuple[str, ...]
    unit: str = ""

    def __post_init__(self) -> None:
        missing = [column for column in COLUMNS if column not in self.frame]
        if missing:
            raise BadSpec(f"holdings lack the columns {', '.join(missing)}.")
        for column, known in (("place", self.places), ("class", self.classes)):
            strangers = sorted(set(self.frame[column]) - set(known))
            if strangers:
                raise BadSpec(f"holdings name an unlisted {column}: {', '.join(map(str, strangers[:10]))}.")

    def table(self) -> pd.DataFrame:
        """Return the sum over the years as a place × class table; NaN where nothing is recorded."""
        wide = self.frame.pivot_table(index="place", columns="class", values="value", aggfunc="sum")
        return wide.reindex(index=list(self.places), columns=list(self.classes))
