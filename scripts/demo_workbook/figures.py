"""The invented figures behind the workbooks, with their holes: what an import must give back exactly."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd

from heban.domain.region import Region

INDICATORS = pd.read_csv(Path(__file__).parent / "indicators.csv", keep_default_na=False)
FIRST_YEAR = 2012
LAST_YEAR = {"2024": 2023, "2025": 2024}  # an edition's last data year
SEED = 20241120
ABSENT = 0.04  # the share of city cells without a figure
REVISED = "2025"  # the edition that revises the year 2023


def figures(region: Region, edition: str) -> pd.DataFrame:
    """Return place, year, indicator (its Chinese name) and value of an edition; what is absent has no row.

    Values are decimals. A province is the sum of its cities before the holes, or a mean where
    a sum has no meaning; a municipality stands for itself as a province and as a city.
    """
    cities = [place.code for place in region.cities()]
    parent = {code: region.at_level(code, "province").code for code in cities}
    years = range(FIRST_YEAR, LAST_YEAR["2025"] + 1)
    whole = _whole(cities, years, np.random.default_rng(SEED))
    if edition == REVISED:
        revised = (whole["year"] == 2023) & whole["indicator"].isin(["研发经费", "技术合同成交额"])
        whole.loc[revised, "value"] = [value + Decimal("0.5") for value in whole.loc[revised, "value"]]
    provinces = _provinces(whole.assign(place=whole["place"].map(parent)))
    holes = np.random.default_rng(SEED + 1).random(len(whole)) < ABSENT
    municipal = whole["place"].isin([c for c in cities if list(parent.values()).count(parent[c]) == 1])
    rows = pd.concat([whole[~holes | municipal], provinces], ignore_index=True)
    rows = rows[~((rows["indicator"] == "孵化器数") & (rows["place"] == "330000") & (rows["year"] == 2016))]
    return rows[rows["year"] <= LAST_YEAR[edition]].reset_index(drop=True)


def _whole(cities: list[str], years: range, rng: np.random.Generator) -> pd.DataFrame:
    size = rng.lognormal(0, 0.6, len(cities))
    records = []
    for row in INDICATORS.itertuples():
        scale = size if row.sum else rng.uniform(0.7, 1.3, len(cities))
        for at, year in enumerate(years):
            noise = rng.normal(1, 0.02, len(cities))
            values = row.first * scale * row.growth**at * noise
            records += [
                (city, year, row.zh, round(Decimal(str(value)), int(row.decimals)))
                for city, value in zip(cities, values, strict=True)
            ]
    frame = pd.DataFrame(records, columns=["place", "year", "indicator", "value"])
    # True zeros, which are not holes.
    small = (frame["indicator"] == "上市企业异地投资") & (frame.index % 7 == 0)
    frame.loc[small, "value"] = Decimal(0)
    return frame


def _provinces(rows: pd.DataFrame) -> pd.DataFrame:
    decimals = INDICATORS.set_index("zh")["decimals"]
    sums = INDICATORS.set_index("zh")["sum"]
    records = []
    for (place, year, name), group in rows.groupby(["place", "year", "indicator"]):
        total = sum(group["value"], Decimal(0))
        value = total if sums[name] else round(total / len(group), int(decimals[name]))
        records.append((place, year, name, value))
    return pd.DataFrame(records, columns=["place", "year", "indicator", "value"])
