"""Yearbook statistics of the four provinces and the nation, their catalogue and their corrections."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from heban.records.writing import Table
from scripts.yrd.cards import card

HERE = Path(__file__).parent
PLACES = {"全国": "100000", "上海": "310000", "江苏": "320000", "浙江": "330000", "安徽": "340000"}
EDITION = "techme@9ad60a1"
FIRST_YEAR = 2010

# The source labels counts of 2020 and invention patents "万元"; the yearbook's own table heads say otherwise.
MISLABELLED = {"hightech_rd_fte", "hightech_rd_institutes", "hightech_new_products_projects"}
MISLABELLED |= {"hightech_patents_filed_invention"}


def tables(sources: Path) -> list[Table]:
    """Return the catalogue, the statistics by producer, and the corrections, each with its card."""
    catalogue = pd.read_csv(HERE / "indicators.csv", dtype=str)
    units = dict(zip(catalogue["code"], catalogue["unit"], strict=True))
    corrections = pd.read_csv(HERE / "corrections.csv", dtype=str)
    typed = _numbers(corrections, ["year", "expected", "value"])
    return [
        Table("indicators", "indicators", _numbers(catalogue, ["direction", "weight"]), card("indicators")),
        Table("statistics", "statistics", _yearbook(sources, units), card("statistics")),
        Table("fiscal", "statistics", _fiscal(sources, units), card("fiscal")),
        Table("hightech_enterprises", "statistics", _announced(sources, units), card("hightech_enterprises")),
        Table("corrections", "corrections", typed, card("corrections")),
    ]


def _yearbook(sources: Path, units: dict[str, str]) -> pd.DataFrame:
    rows = pd.read_csv(sources / "04_province_st/yrd_province_st_long.csv")
    wanted = pd.read_csv(HERE / "yearbook.csv")
    keys = {"dataset": "dataset", "variables": "variable"}
    rows = rows.rename(columns=keys).merge(wanted, on=["dataset", "variable"], validate="many_to_one")
    rows = rows[(rows["year"] >= FIRST_YEAR) & rows["value"].notna()]
    unit = rows["indicator"].map(units)
    wrong = rows[(rows["units"] != unit) & ~rows["indicator"].isin(MISLABELLED)]
    if not wrong.empty:
        raise AssertionError(f"units differ from the catalogue: {sorted(set(wrong['indicator']))}")
    return _statistics(rows.assign(place=rows["province"].map(PLACES)), units)


def _fiscal(sources: Path, units: dict[str, str]) -> pd.DataFrame:
    rows = pd.read_csv(sources / "10_published/yrd_stats.csv")
    wanted = {
        "地方一般公共预算支出|预算支出|合计|v6_cz_yszc_hj": "fiscal_total",
        "地方一般公共预算支出|预算支出|教育|v6_cz_yszc_jy": "fiscal_education",
        "地方一般公共预算支出|预算支出|科学技术|v6_cz_yszc_kxjs": "fiscal_science",
    }
    rows = rows.assign(place=rows["region"].map(PLACES), indicator=rows["indicator"].map(wanted))
    return _statistics(rows.dropna(subset=["place", "indicator"]), units)


def _announced(sources: Path, units: dict[str, str]) -> pd.DataFrame:
    rows = pd.read_csv(sources / "04_province_st/hightech_firms_by_province_2018_2024.csv")
    rows = rows.rename(columns={"num": "value"}).assign(year=rows["year"].astype(int))
    if (rows.groupby("year")["province"].nunique() != 31).any():
        raise AssertionError("a year lacks a province: the sum would not be the nation")
    nation = rows.groupby("year", as_index=False)["value"].sum().assign(province="全国")
    rows = pd.concat([rows, nation], ignore_index=True)
    rows = rows.assign(place=rows["province"].map(PLACES), indicator="hightech_enterprises_listed")
    return _statistics(rows.dropna(subset=["place"]), units)


def _statistics(rows: pd.DataFrame, units: dict[str, str]) -> pd.DataFrame:
    frame = rows[["place", "year", "indicator"]].assign(
        value=as_printed(rows["value"]),
        data_year=rows["year"],
        unit=rows["indicator"].map(units),
        edition=EDITION,
    )
    return frame.reset_index(drop=True)


def as_printed(values: pd.Series) -> pd.Series:
    """Counts without the ".0" that a column of floats would give them."""
    plain = [int(value) if value == int(value) else value for value in values]
    return pd.Series(plain, index=values.index, dtype=object)


def _numbers(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return frame.assign(**{column: pd.to_numeric(frame[column]) for column in columns})
