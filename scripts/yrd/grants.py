"""Grants in social science and management by city, discipline and year; disciplines over all of China."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from heban.measures import space
from heban.records.writing import Table
from scripts.yrd.cards import card
from scripts.yrd.places import cities
from scripts.yrd.seats import Seats

HERE = Path(__file__).parent
NUMBERED = r"^(?:\d\d[A-Z&]|\d{8}$)"
UNCLASSIFIED = "nssfc_unclassified"
MANAGEMENT = "nsfc_management"
SAME = {"新闻学": "新闻学与传播学"}  # the name that one discipline has in the rows of 2013 alone
PERIODS = ((2003, 2007), (2008, 2012), (2013, 2017))
NATION, NATIONAL = "100000", "grants_nation"


def tables(sources: Path) -> list[Table]:
    """Return grants per city, the names of their disciplines, and China as the background, with cards."""
    classes = pd.read_csv(HERE / "grant_classes.csv", dtype=str)
    rows, agrees = _rows(sources, classes)
    grants, facts = _grants(rows)
    names = classes.drop(columns="source").assign(scheme="grants")
    totals, pairs, background = _nation(rows)
    told = card("grants", year_agrees=f"{agrees:.1%}", **facts)
    return [
        Table("grants", "holdings", grants, told, format="parquet"),
        Table("grant_classes", "classes", names, card("grant_classes")),
        Table("grants_nation", "holdings", totals, card("grants_nation", **background)),
        Table("grant_pairs", "class_pairs", pairs, card("grant_pairs", **background)),
    ]


def _rows(sources: Path, classes: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """Return every row with its city, year and class, and how often the two tellings of a year agree."""
    rows = pd.read_csv(sources / "21_china_grants/cn_grants_city_tidy.csv", dtype=str).fillna("")
    printed = pd.to_numeric(rows["year"], errors="coerce").where(lambda year: year > 0)
    numbered = _year_of_number(rows["grant_id"]).where(rows["source"] == "NSSFC")
    known = printed.notna() & numbered.notna()
    in_delta = _cities_of(rows, sources)
    rows = rows.assign(
        place=in_delta.fillna(rows["city"].where(rows["city"] != "")),
        inside=in_delta.notna(),
        year=printed.fillna(numbered),
        **{"class": _class(rows, classes)},
    )
    return rows, float((printed[known] == numbered[known]).mean())


def _grants(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, object]]:
    """Return the grants of the Delta's cities, and what its card tells."""
    rows = rows[rows["inside"]]
    once = _once(rows)
    dated = once[once["year"].notna()]
    counted = dated.astype({"year": int})
    frame = counted.groupby(["place", "class", "year"]).size().rename("value").reset_index()
    facts = {
        "first": frame["year"].min(),
        "last": frame["year"].max(),
        "counted": len(dated),
        "repeated": len(rows) - len(once),
        "undated": len(once) - len(dated),
    }
    return frame.assign(kind="grants", unit="项"), facts


def _nation(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, object]]:
    """Return China's grants by discipline and period, and in how many cities two disciplines are present."""
    once = _once(rows)
    once = once[once["year"].between(PERIODS[0][0], PERIODS[-1][1])]
    classed = once[once["class"] != UNCLASSIFIED]
    known = classed[classed["place"].notna()]
    totals, pairs = [], []
    for since, year in PERIODS:
        mine = known[known["year"].between(since, year)]
        amounts = mine.groupby(["place", "class"]).size().unstack(fill_value=0)
        period = {"since": since, "year": year}
        totals.append(amounts.sum().rename("value").reset_index().assign(**period))
        pairs.append(_pairs(amounts).assign(places=len(amounts), **period))
    facts = {
        "first": PERIODS[0][0],
        "last": PERIODS[-1][1],
        "counted": len(known),
        "unplaced": len(classed) - len(known),
        "unclassified": len(once) - len(classed),
        "places": "、".join(str(one["places"].iloc[0]) for one in pairs),
    }
    holdings = pd.concat(totals).assign(kind=NATIONAL, place=NATION, unit="项")
    return holdings, pd.concat(pairs).assign(kind=NATIONAL), facts


def _pairs(amounts: pd.DataFrame) -> pd.DataFrame:
    """Return the number of cities where both of two disciplines are present, each pair once."""
    counts = space.cooccurrences(space.presence(amounts)).rename_axis("class").rename_axis("other", axis=1)
    long = counts.stack().astype(int).rename("together").reset_index()
    return long[long["class"] <= long["other"]]


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
    """Keep one row of each number: the Delta's, then the one with a year, then the one with a discipline."""
    order = pd.DataFrame(
        {
            "outside": ~rows["inside"],
            "undated": rows["year"].isna(),
            "unclassified": rows["field_clean"] == "",
        }
    )
    best_first = rows.loc[order.sort_values(["undated", "unclassified"], kind="stable").index]
    numbered = best_first["grant_id"].str.match(NUMBERED)
    repeated = numbered & best_first.duplicated(["source", "grant_id"])
    return best_first[~repeated].sort_index()


def _class(rows: pd.DataFrame, classes: pd.DataFrame) -> pd.Series:
    code = rows["field_clean"].replace(SAME).map(classes.set_index("zh")["code"])
    code = code.where(rows["field_clean"] != "", UNCLASSIFIED)
    code = code.where(rows["source"] != "NSFC_mgmt", MANAGEMENT)
    if code.isna().any():
        unknown = sorted(rows.loc[code.isna(), "field_clean"].unique())
        raise AssertionError(f"disciplines without a class in grant_classes.csv: {unknown}")
    return code
