"""Amounts by place: summed over rows, rolled up to the level asked for, and missing with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.plans.spec import Quantity
from heban.records.amounts import amounts
from heban.records.package import DataPackage, open_package

CITIES = ["A1", "A2", "A3", "B1", "B2", "B3"]


@dataclass(frozen=True)
class Ask:
    code: str
    source: str
    years: tuple[int, int] | None = None
    complete: bool = True


def of(table: pd.DataFrame, code: str) -> list[float]:
    return [float(value) for value in table[code]]


@pytest.fixture
def package(demo_with: Callable[..., Path]) -> DataPackage:
    """Institutions in counties and cities, holdings with a year and a span, ties within and between."""
    institutions = pd.DataFrame(
        [("l1", "lab", "A1", 2019), ("l2", "lab", "A11", 2020), ("u1", "university", "A2", None)],
        columns=["id", "kind", "place", "year"],
    ).astype({"year": "Int64"})
    holdings = pd.DataFrame(
        [
            ("hours", "A1", "x", None, 2020, 10.0),
            ("hours", "A1", "y", None, 2021, 5.0),
            ("hours", "A11", "x", None, 2020, 4.0),
            ("hours", "B1", "x", 2015, 2020, 100.0),
            ("hours", "P1", "x", None, 2020, 500.0),
            ("deals", "A11", "x", None, 2020, 3.0),
            ("deals", "A2", "x", None, 2020, None),
        ],
        columns=["kind", "place", "class", "since", "year", "value"],
    ).astype({"since": "Int64", "year": "Int64"})
    flows = pd.DataFrame(
        [
            ("A1", "A2", 2020, 3.0), ("B1", "A1", 2021, 2.0), ("A1", "A1", 2020, 50.0),
            ("A11", "A1", 2020, 9.0), ("A11", "B2", 2020, 1.0), ("A1", "P2", 2020, 7.0),
        ],
        columns=["origin", "destination", "year", "value"],
    )  # fmt: skip
    folder = demo_with(
        institutions=institutions.assign(zh=institutions["id"]),
        holdings=holdings.assign(unit="小时"),
        flows=flows.assign(kind="ties", unit="次"),
    )
    return open_package(folder)


def test_institutions_are_counted_in_the_city_that_they_lie_in(package: DataPackage) -> None:
    asked = [Ask("labs", "institutions:lab"), Ask("both", "institutions:lab+university")]
    found = amounts(package, asked, CITIES)
    assert of(found.table, "labs") == [2, 0, 0, 0, 0, 0]
    assert of(found.table, "both") == [2, 1, 0, 0, 0, 0]
    assert found.taken_complete == ("labs", "both")
    assert found.years == {"labs": (2019, 2020), "both": (2019, 2020)}
    assert found.origins["labs"] == ("institutions",)
    assert list(found.table.index) == CITIES


def test_a_list_without_a_year_lies_in_no_span_of_years(package: DataPackage) -> None:
    asked = [
        Ask("labs", "institutions:lab", (2020, 2024)),
        Ask("universities", "institutions:university", (2000, 2024)),
    ]
    found = amounts(package, asked, CITIES)
    assert of(found.table, "labs") == [1, 0, 0, 0, 0, 0]
    assert found.missing["universities"] == (
        "2000—2024 年没有 university 的记录",
        "no row of university is of 2000–2024",
    )


def test_holdings_are_summed_and_a_citys_own_rows_stand_for_its_counties(package: DataPackage) -> None:
    found = amounts(package, [Ask("hours", "holdings:hours"), Ask("deals", "holdings:deals")], CITIES)
    assert of(found.table, "hours") == [15, 0, 0, 100, 0, 0]  # the province's 500 belong to no city
    assert of(found.table, "deals")[0] == 3.0  # of its county
    assert np.isnan(found.table.loc["A2", "deals"])  # a row of unknown value
    assert found.units["hours"] == ("小时", "小时")


def test_a_province_has_its_own_holdings_or_those_of_its_cities(package: DataPackage) -> None:
    found = amounts(package, [Ask("hours", "holdings:hours")], ["P1", "P2"])
    assert of(found.table, "hours") == [500.0, 100.0]


def test_a_figure_of_a_span_counts_only_where_the_whole_span_does(package: DataPackage) -> None:
    asked = [Ask("late", "holdings:hours", (2016, 2020)), Ask("all", "holdings:hours", (2015, 2021))]
    found = amounts(package, asked, CITIES)
    assert of(found.table, "late") == [10, 0, 0, 0, 0, 0]
    assert of(found.table, "all") == [15, 0, 0, 100, 0, 0]


def test_flows_count_ties_with_other_places_only(package: DataPackage) -> None:
    found = amounts(package, [Ask("ties", "flows:ties")], CITIES)
    assert of(found.table, "ties") == [6, 3, 0, 2, 1, 0]  # neither A1–A1, nor A11–A1, nor A1–P2
    of_one = amounts(package, [Ask("ties", "flows:ties")], ["A1"])
    assert of(of_one.table, "ties") == [6]  # ties with cities that are not asked for are ties


def city_statistics(**values: dict[int, dict[str, float]]) -> pd.DataFrame:
    rows = [
        (place, year, year, indicator, value, "亿元", "2024")
        for indicator, years in values.items()
        for year, places in years.items()
        for place, value in places.items()
    ]
    return pd.DataFrame(rows, columns=["place", "year", "data_year", "indicator", "value", "unit", "edition"])


def test_statistics_are_those_of_one_year_that_most_places_have(demo_with: Callable[..., Path]) -> None:
    series = {2011: {"A1": 1.0, "A2": 2.0}, 2012: {"A1": 3.0, "A2": 4.0}, 2013: {"A1": 9.0}}
    package = open_package(demo_with(statistics=city_statistics(spend=series)))
    asked = [Ask("last", "statistics:spend"), Ask("mean", "statistics:spend", (2011, 2012))]
    found = amounts(package, [*asked, Ask("three", "statistics:spend", (2011, 2013))], CITIES)
    assert of(found.table, "last")[:2] == [3.0, 4.0]
    assert np.isnan(of(found.table, "last")[2])
    assert of(found.table, "mean")[:2] == [2.0, 3.0]
    assert of(found.table, "three")[0] == pytest.approx(13 / 3)
    assert np.isnan(of(found.table, "three")[1])  # 2013 is absent (§1)
    assert found.years == {"last": (2012, 2012), "mean": (2011, 2012), "three": (2011, 2013)}
    assert found.names["last"] == ("研发经费", "R&D spending")
    assert found.units["last"] == ("亿元", "100 million yuan")
    assert found.taken_complete == ()


def test_what_the_package_lacks_is_missing_with_its_reason(package: DataPackage, demo: Path) -> None:
    asked = [
        Ask("fdi", "statistics:fdi"), Ask("spend", "statistics:spend"), Ask("h", "holdings:hour"),
        Ask("l", "institutions:lab+labs"), Ask("f", "flows:patents"), Ask("p", "records:papers"),
    ]  # fmt: skip
    found = amounts(package, asked, CITIES)
    assert {code: reason[1] for code, reason in found.missing.items()} == {
        "fdi": "the package has no statistics of fdi",
        "spend": "none of these places has data of spend",  # only provinces have
        "h": "no row of holdings is of the kind hour",
        "l": "no row of institutions is of the kind labs",
        "f": "no row of flows is of the kind patents",
        "p": "the package has no table of the kind works",
    }
    assert found.missing["fdi"][0] == "数据包没有指标 fdi 的统计数"
    assert found.table.shape == (6, 0)
    bare = amounts(open_package(demo), [Ask("l", "institutions:lab")], CITIES)
    assert bare.missing == {
        "l": ("数据包没有 institutions 表", "the package has no table of the kind institutions")
    }


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "labs",
            "x.source = 'labs': give a table and what to read of it, "
            "as statistics:…, holdings:…, institutions:…, flows:…, records:…",
        ),
        (
            "institutions:",
            "x.source = 'institutions:': give a table and what to read of it, "
            "as statistics:…, holdings:…, institutions:…, flows:…, records:…",
        ),
        (
            "holdings:a+b",
            "x.source = 'holdings:a+b': only institutions are counted together; give one of a, b.",
        ),
        (
            "records:transfers",
            "x.source = 'records:transfers': of records there are only papers. Give records:papers.",
        ),
    ],
)
def test_a_source_that_cannot_be_read_is_refused(demo: Path, source: str, message: str) -> None:
    with pytest.raises(BadSpec) as error:
        amounts(open_package(demo), [Ask("x", source)], CITIES)
    assert str(error.value) == message


def test_codes_years_and_places_are_checked(demo: Path) -> None:
    package = open_package(demo)
    with pytest.raises(BadSpec) as error:
        amounts(package, [Ask("x", "flows:a"), Ask("x", "flows:b")], CITIES)
    assert str(error.value) == "a quantity has a code of its own; several are called x."
    with pytest.raises(BadSpec) as error:
        amounts(package, [Ask("x", "flows:a", (2020, 2019))], CITIES)
    assert str(error.value) == "x.years: 2020 is after 2019. Turn them round."
    with pytest.raises(BadSpec) as error:
        amounts(package, [Ask("x", "flows:a")], ["A1", "P1"])
    assert str(error.value) == "amounts are those of places of one level, not of city, province."
    with pytest.raises(UnknownName, match="no place code 'A9' in the region"):
        amounts(package, [Ask("x", "flows:a")], ["A9"])


def test_the_bundled_package_by_city(yrd: Path) -> None:
    package = open_package(yrd)
    cities = [city.code for city in package.region.cities()]
    asked = [
        Quantity(code="labs", source="institutions:state_key_laboratory+enterprise_state_key_laboratory"),
        Quantity(code="projects", source="holdings:key_rd_projects"),
        Quantity(code="papers", source="records:papers"),
        Quantity(code="ties", source="flows:coaffiliation"),
        Quantity(code="quoted", source="holdings:co_papers"),
    ]
    found = amounts(package, asked, cities)
    rows = package.frames("institutions")
    kinds = ["state_key_laboratory", "enterprise_state_key_laboratory"]
    assert found.table["labs"].sum() == rows["kind"].isin(kinds).sum()
    projects = package.holdings("key_rd_projects").table().sum(axis=1)
    assert found.table["projects"].sum() == projects.sum()
    assert found.table.loc["310100", "projects"] == projects["310100"]
    papers = package.frames("work_places").drop_duplicates(["work", "place"])["place"].value_counts()
    assert found.table["papers"].to_dict() == papers.reindex(cities, fill_value=0).to_dict()
    ties = package.flows("coaffiliation", cities, directed=False).matrix().sum(axis=1)
    assert found.table["ties"].tolist() == ties.tolist()
    assert found.table["quoted"].notna().sum() == 4  # a report names four cities: no complete list
    assert found.taken_complete == ("labs", "projects", "papers", "ties")


def test_a_list_that_is_not_complete_says_nothing_of_places_without_a_row(package: DataPackage) -> None:
    found = amounts(package, [Ask("labs", "institutions:lab", complete=False)], CITIES)
    assert found.table["labs"].tolist()[0] == 2.0
    assert found.table["labs"].isna().tolist() == [False, True, True, True, True, True]
    assert found.taken_complete == ()
