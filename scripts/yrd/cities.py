"""City figures of 2015–2017: urban residents, GDP, knowledge jobs, patents, co-publications, ties."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from heban.records.writing import Table
from scripts.yrd.cards import card
from scripts.yrd.places import cities

FILE = "23_intercity/CN_Public.csv"
EDITION = "intercity_connectivity"
# column of the source: indicator, year, unit, units of the source in one of ours
COLUMNS = {
    "Res_pop": ("city_residents", 2016, "万人", 1e4),
    "GDP": ("city_gdp", 2016, "亿元", 1e8),
    "Employ_pct": ("city_knowledge_jobs", 2016, "%", 1.0),
    "Patent": ("city_patents", 2017, "件", 1.0),
    "Pub_degree": ("city_copublications", 2017, "次", 1.0),
    "Mob_degree": ("city_mobility", 2016, "次", 1.0),
    "SM_degree": ("city_social_ties", 2015, "次", 1.0),
}


def tables(sources: Path) -> list[Table]:
    """Return the figures of the region's cities that the source has; the others have no row (§1)."""
    found = pd.read_csv(sources / FILE, dtype={"cityId": str}).set_index("cityId")
    wanted = cities(sources)["code"]
    listed = [city for city in wanted if city in found.index]
    rows = [
        (city, year, year, indicator, round(float(found.loc[city, column]) / unit, 6), name, EDITION)
        for column, (indicator, year, name, unit) in COLUMNS.items()
        for city in listed
    ]
    columns = ["place", "year", "data_year", "indicator", "value", "unit", "edition"]
    frame = pd.DataFrame(rows, columns=columns)
    made = card("city_figures", listed=len(listed), absent=len(wanted) - len(listed))
    return [Table("city_figures", "statistics", frame, made)]
