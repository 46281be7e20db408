"""Papers of ChinaXiv with cities of the Delta, and the ties between cities that they make."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pandas as pd

from heban.records.writing import Table
from scripts.yrd.cards import card
from scripts.yrd.places import cities

HERE = Path(__file__).parent


def tables(sources: Path) -> list[Table]:
    """Return papers, their cities, the flows of co-affiliation and the classes, each with its card."""
    papers = _papers(sources)
    places = _places(papers, set(cities(sources)["code"]))
    papers = papers[papers["id"].isin(set(places["work"]))]
    flows = _flows(sources)
    classes = pd.read_csv(HERE / "clc.csv", dtype=str).assign(scheme="clc")
    return [
        Table("works", "works", _works(papers), card("works"), format="parquet"),
        Table("work_places", "work_places", places, card("work_places"), format="parquet"),
        Table("coaffiliation", "flows", flows, card("coaffiliation", **_recount(flows, papers, places))),
        Table("clc", "classes", classes, card("clc")),
    ]


def _papers(sources: Path) -> pd.DataFrame:
    return pd.read_csv(sources / "06_papers/chinaxiv_papers_2016_2022.csv", dtype=str).fillna("")


def _works(papers: pd.DataFrame) -> pd.DataFrame:
    letter = papers["clc"].str.extract(r"^\s*([A-Z])", expand=False).fillna("")
    known = set(pd.read_csv(HERE / "clc.csv", dtype=str)["code"])
    chinese = papers["title"].str.contains(r"[\u4e00-\u9fff]")
    return pd.DataFrame(
        {
            "id": papers["id"],
            "year": papers["posted_year"].astype(int),
            "title": papers["title"].str.split().str.join(" "),
            "lang": chinese.map({True: "zh", False: "en"}),
            "class": letter.where(letter.isin(known), ""),
        }
    )


def _places(papers: pd.DataFrame, delta: set[str]) -> pd.DataFrame:
    listed = pd.DataFrame({"work": papers["id"], "place": papers["city_adcodes"].str.split(";")})
    inside = listed.explode("place")
    return inside[inside["place"].isin(delta)].drop_duplicates(ignore_index=True)


def _flows(sources: Path) -> pd.DataFrame:
    edges = pd.read_csv(sources / "06_papers/chinaxiv_city_coaffiliation_edges.csv", dtype=str)
    edges = edges[edges["both_yrd"] == "1"]
    ends = edges[["adcode_a", "adcode_b"]]
    return pd.DataFrame(
        {
            "kind": "coaffiliation",
            "origin": ends.min(axis=1),
            "destination": ends.max(axis=1),
            "year": edges["posted_year"].astype(int),
            "value": edges["n_papers"].astype(int),
            "unit": "篇",
        }
    )


def _pairs_of_papers(papers: pd.DataFrame, places: pd.DataFrame) -> pd.Series:
    year = dict(zip(papers["id"], papers["posted_year"].astype(int), strict=True))
    rows = [
        (origin, destination, year[work])
        for work, cities_of_work in places.groupby("work")["place"]
        for origin, destination in combinations(sorted(cities_of_work), 2)
    ]
    return pd.DataFrame(rows, columns=["origin", "destination", "year"]).value_counts()


def _recount(flows: pd.DataFrame, papers: pd.DataFrame, places: pd.DataFrame) -> dict[str, object]:
    """Count the pairs again from the papers, and say where the source's edges differ."""
    edges = flows.set_index(["origin", "destination", "year"])["value"]
    counted = _pairs_of_papers(papers, places)
    gap = edges.sub(counted, fill_value=0)
    differing = [
        f"{origin}–{destination} {year} 年来源为 {int(edges.get((origin, destination, year), 0))}，"
        f"重新计数为 {int(counted.get((origin, destination, year), 0))}"
        for origin, destination, year in gap[gap != 0].index
    ]
    return {"edges": edges.sum(), "recounted": counted.sum(), "differing": "；".join(differing) or "无"}
