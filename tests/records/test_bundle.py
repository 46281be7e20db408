"""The bundled package of the Delta: it can be rebuilt, and its figures are the official ones."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

PROVINCES = ["310000", "320000", "330000", "340000"]
KIND_OF_KEY = {
    "place": str,
    "code": str,
    "parent": str,
    "origin": str,
    "destination": str,
    "class": str,
    "other": str,
}


@pytest.fixture(scope="module")
def table(yrd: Path):
    """A reader of one table of the package by its file name."""

    def read(name: str) -> pd.DataFrame:
        if name.endswith(".parquet"):
            return pd.read_parquet(yrd / name)
        return pd.read_csv(
            yrd / name, dtype=KIND_OF_KEY, keep_default_na=False, na_values={"lon": "", "lat": ""}
        )

    return read


@pytest.fixture(scope="module")
def delta_sum(table):
    """The sum of the four provinces for an indicator and a year."""
    rows = pd.concat([table("statistics.csv"), table("fiscal.csv"), table("population.csv")])

    def total(indicator: str, year: int) -> float:
        wanted = rows[(rows["indicator"] == indicator) & (rows["data_year"] == year)]
        values = wanted[wanted["place"].isin(PROVINCES)]["value"]
        assert len(values) == 4
        return float(values.sum())

    return total


def test_the_package_is_rebuilt_byte_for_byte(shared: Path, yrd: Path, tmp_path: Path) -> None:
    from scripts.yrd.__main__ import build

    build(shared / "data", tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in yrd.iterdir() if path.is_file()}
    assert sorted(made) == sorted(kept)
    assert [name for name, content in made.items() if kept[name] != content] == []


def test_the_package_is_small(yrd: Path) -> None:
    assert sum(path.stat().st_size for path in yrd.rglob("*") if path.is_file()) < 8_000_000


def test_every_place_has_its_level(table) -> None:
    levels = table("places.csv")["level"].value_counts().to_dict()
    assert levels == {"county": 305, "city": 41, "province": 4, "nation": 1, "region": 1}


def test_counties_belong_to_cities_and_cities_to_provinces(table) -> None:
    places = table("places.csv").set_index("code")
    county = places[places["level"] == "county"]
    city = places[places["level"] == "city"]
    assert set(county["parent"]) <= set(city.index)
    assert set(city["parent"]) == set(PROVINCES)
    assert county.loc["320583", ["zh", "en", "parent"]].tolist() == ["昆山市", "Kunshan", "320500"]
    assert (county.index.str[:2] == county["parent"].str[:2]).all()


@pytest.mark.parametrize(
    ("code", "english"),
    [
        ("341500", "Lu'an"),
        ("340500", "Ma'anshan"),
        ("341800", "Xuancheng"),
        ("330800", "Quzhou"),
        ("331100", "Lishui"),
        ("341600", "Bozhou"),
        ("340300", "Bengbu"),
        ("331000", "Taizhou"),
    ],
)
def test_english_names_that_are_easily_wrong(table, code: str, english: str) -> None:
    assert table("places.csv").set_index("code").loc[code, "en"] == english


def test_former_chaohu_city_is_nobodys_former_name(table) -> None:
    names = pd.concat([table("names.csv"), table("county_names.csv")])
    assert names[names["name"].isin(["巢湖", "巢湖市"])].empty
    assert table("places.csv").set_index("code").loc["340181", "zh"] == "巢湖市"


def test_personnel_of_the_delta_are_the_published_figures(delta_sum) -> None:
    assert delta_sum("rd_fte", 2010) == 738_436
    assert delta_sum("rd_fte", 2021) == 1_801_993


def test_spending_of_the_delta_is_the_published_figure(delta_sum) -> None:
    assert round(delta_sum("rd_spend_bulletin", 2022), 1) == 9386.3
    assert round(delta_sum("rd_spend", 2022) / 10_000, 2) == 9386.29  # the bulletin adds rounded figures


def test_personnel_per_10_000_people_are_the_published_figures(table, delta_sum) -> None:
    assert f"{delta_sum('rd_fte', 2021) / delta_sum('population', 2021):.2f}" == "76.20"
    nation = table("population_nation.csv").set_index("year").loc[2021, "value"]
    fte = table("statistics.csv").query("place == '100000' and indicator == 'rd_fte' and year == 2021")
    assert f"{fte['value'].item() / nation:.2f}" == "40.47"


def test_patents_by_kind_add_up(table) -> None:
    wide = table("statistics.csv").pivot_table(index=["place", "year"], columns="indicator", values="value")
    for stage in ("filed", "granted", "valid"):
        parts = wide[[f"patents_{stage}_{kind}" for kind in ("invention", "utility", "design")]].sum(axis=1)
        assert (parts == wide[f"patents_{stage}"]).all()


def test_every_indicator_has_one_unit_and_that_of_the_catalogue(table) -> None:
    units = table("indicators.csv").set_index("code")["unit"]
    files = ("statistics.csv", "fiscal.csv", "hightech_enterprises.csv", "population.csv")
    rows = pd.concat([table(name) for name in files])
    assert (rows["unit"] == rows["indicator"].map(units)).all()


def test_population_agrees_with_the_city_yearbooks_since_the_census(shared: Path, table) -> None:
    panel = pd.read_csv(shared / "data/02_city_panel/yrd_city_panel_1996_2024.csv")
    panel["place"] = (panel["adcode"] // 10_000 * 10_000).astype(str)
    cities = panel.groupby(["place", "year"])["pop_resident_10k"].sum()
    ours = table("population.csv").set_index(["place", "year"])["value"]
    gap = (cities / ours - 1).dropna().abs()
    years = gap.index.get_level_values("year")
    assert gap[years >= 2020].max() < 0.001
    assert gap.drop("340000", level="place").max() < 0.017
    assert gap.loc["340000"].loc[2011:2019].max() < 0.014


def test_ties_between_cities_are_those_of_the_papers_but_one(table) -> None:
    flows = table("coaffiliation.csv")
    assert flows["value"].sum() == 282
    assert len(flows[["origin", "destination"]].drop_duplicates()) == 98
    assert len(set(flows["origin"]) | set(flows["destination"])) == 36
    works, places = table("works.parquet"), table("work_places.parquet")
    cities = places.groupby("work")["place"].nunique()
    assert (cities * (cities - 1) // 2).sum() == 281
    assert set(places["work"]) == set(works["id"])


def test_a_university_with_a_college_in_another_city_keeps_its_grants(table) -> None:
    """The source puts all of 上海财经大学 in Jinhua, where one of its colleges is."""
    grants = table("grants.parquet").groupby("place")["value"].sum()
    assert grants["310100"] > 20 * grants["330700"]


def test_china_behind_the_grants_is_made_of_the_delta_and_more(table) -> None:
    """Discipline by discipline and period by period the Delta has no more than China, and 2013 is whole."""
    grants, nation = table("grants.parquet"), table("grants_nation.csv")
    assert sorted(set(nation["year"])) == [2007, 2012, 2017]
    for (since, year), rows in nation.groupby(["since", "year"]):
        mine = grants[grants["year"].between(since, year)].groupby("class")["value"].sum()
        whole = rows.set_index("class")["value"]
        assert (mine.reindex(whole.index).fillna(0) <= whole).all()
        assert set(mine.index) - set(whole.index) == {"nssfc_unclassified"}
    assert "journalism" not in set(grants["class"])


def test_pairs_of_disciplines_are_those_of_the_cities_of_china(table, shared: Path) -> None:
    """Law and politics, 2013 to 2017, counted again from the source, city by city."""
    from scripts.yrd.grants import HERE, _once, _rows

    rows, _ = _rows(shared / "data", pd.read_csv(HERE / "grant_classes.csv", dtype=str))
    once = _once(rows)
    once = once[once["year"].between(2013, 2017) & once["place"].notna()]
    once = once[once["class"] != "nssfc_unclassified"]
    held = once.groupby(["place", "class"]).size().unstack(fill_value=0)
    share, of_all = held.div(held.sum(axis=1), axis=0), held.sum() / held.to_numpy().sum()
    present = share[["law", "politics"]].ge(of_all[["law", "politics"]] * (1 - 1e-12))
    pairs = table("grant_pairs.csv").query("year == 2017").set_index(["class", "other"])
    assert pairs.loc[("law", "politics"), "together"] == present.all(axis=1).sum()
    assert pairs.loc[("law", "law"), "together"] == present["law"].sum()
    assert pairs.loc[("law", "law"), "places"] == len(held)


def test_every_class_in_use_has_a_name(table) -> None:
    schemes = pd.concat([table("grant_classes.csv"), table("institution_classes.csv")]).groupby("scheme")[
        "code"
    ]
    named = {scheme: set(codes) for scheme, codes in schemes}
    assert set(table("grants.parquet")["class"]) <= named["grants"]
    assert (
        set(table("grants_nation.csv")["class"]) | set(table("grant_pairs.csv")["other"]) <= named["grants"]
    )
    assert set(table("key_rd_projects.csv")["class"]) <= named["key_rd_projects"]
    assert set(table("instrument_sharing.csv")["class"]) <= named["instrument_sharing"]
    assert set(table("works.parquet")["class"]) - {""} <= set(table("clc.csv")["code"])


def test_every_table_names_its_licence_in_the_list(yrd: Path) -> None:
    listed = (yrd / "LICENSES.md").read_text("utf-8")
    files = [path.name for path in yrd.iterdir() if path.suffix in (".csv", ".parquet")]
    assert [name for name in files if f"| {name} |" not in listed] == []
