"""Grants in social science and management by city, discipline and year."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from heban.records.writing import Table
from scripts.yrd.cards import card
from scripts.yrd.places import cities
from scripts.yrd.seats import Seats

HERE = Path(__file__).parent
NUMBERED = r"^(?:\d\d[A-Z&]|\d{8}$)"
UNCLASSIFIED = "nssfc_unclassified"
MANAGEMENT = "nsfc_management"


def tables(sources: Path) -> list[Table]:
    """Return grants per city and the names of their disciplines, each with its card."""
    classes = pd.read_csv(HERE / "grant_classes.csv", dtype=str)
    grants, facts = _grants(sources, classes)
    names = classes.drop(columns="source").assign(scheme="grants")
    return [
        Table("grants", "holdings", grants, card("grants", **facts), format="parquet"),
        Table("grant_classes", "classes", names, card("grant_classes")),
    ]


def _grants(sources: Path, classes: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, object]]:
    rows = pd.read_csv(sources / "21_china_grants/cn_grants_city_tidy.csv", dtype=str).fillna("")
    printed = pd.to_numeric(rows["year"], errors="coerce").where(lambda year: year > 0)
    social = rows["source"] == "NSSFC"
    numbered = _year_of_number(rows["grant_id"]).where(social)
    known = printed.notna() & numbered.notna()
    agrees = (printed[known] == numbered[known]).mean()
    rows = rows.assign(place=_cities_of(rows, sources), year=printed.fillna(numbered))
    rows = rows[rows["place"].notna()]
    once = _once(rows)
    dated = once[once["year"].notna()]
    counted = dated.assign(**{"class": _class(dated, classes), "year": dated["year"].astype(int)})
    frame = counted.groupby(["place", "class", "year"]).size().rename("value").reset_index()
    facts = {
        "first": frame["year"].min(),
        "last": frame["year"].max(),
        "counted": len(dated),
        "repeated": len(rows) - len(once),
        "undated": len(once) - len(dated),
        "year_agrees": f"{agrees:.1%}",
    }
    return frame.assign(kind="grants", unit="项"), facts


def _cities_of(rows: pd.DataFrame, sources: Path) -> pd.Series:
    """The city by the institution's name; else the one that the source matched.

    The source's own match is by campus and puts all of 上海财经大学 in Jinhua, so it comes second.
    """
    seats = Seats(sources)
    named = rows["institution"].map({name: seats.city(name) for name in rows["institution"].unique()})
    matched = rows["city"].map(cities(sources).set_index("zh")["code"])
    in_beijing = rows["institution"].str.startswith("中国矿业大学") & rows["province_raw"].str.contains(
        "北京"
    )
    return named.fillna(matched).mask(in_beijing)


def _year_of_number(number: pd.Series) -> pd.Series:
    """The first two digits of a number of the National Social Science Fund are its year."""
    digits = pd.to_numeric(number.str.extract(r"^(\d\d)[A-Z&]", expand=False))
    return digits + (digits > 50).map({True: 1900, False: 2000})


def _once(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep one row of each number: the one with a year, then the one with a discipline."""
    order = pd.DataFrame({"undated": rows["year"].isna(), "unclassified": rows["field_clean"] == ""})
    best_first = rows.loc[order.sort_values(["undated", "unclassified"], kind="stable").index]
    numbered = best_first["grant_id"].str.match(NUMBERED)
    repeated = numbered & best_first.duplicated(["source", "grant_id"])
    return best_first[~repeated].sort_index()


def _class(rows: pd.DataFrame, classes: pd.DataFrame) -> pd.Series:
    code = rows["field_clean"].map(classes.set_index("zh")["code"])
    code = code.where(rows["field_clean"] != "", UNCLASSIFIED)
    code = code.where(rows["source"] != "NSFC_mgmt", MANAGEMENT)
    if code.isna().any():
        unknown = sorted(rows.loc[code.isna(), "field_clean"].unique())
        raise AssertionError(f"disciplines without a class in grant_classes.csv: {unknown}")
    return code
