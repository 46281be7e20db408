"""Year-end resident population of the four provinces and the nation."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from heban.records.writing import Table
from scripts.yrd.cards import card

HERE = Path(__file__).parent
EDITION = "NBS, revised after the 2020 census"


def tables() -> list[Table]:
    """Return the population of the provinces and of the nation, each with its own card."""
    names = ("population", "population_nation")
    return [Table(name, "statistics", _population(f"{name}.csv"), card(name)) for name in names]


def _population(name: str) -> pd.DataFrame:
    typed = pd.read_csv(HERE / name, dtype={"place": str})
    return typed.assign(data_year=typed["year"], indicator="population", unit="万人", edition=EDITION)
