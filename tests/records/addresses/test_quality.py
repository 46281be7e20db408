"""How well real addresses are placed; floors a little below what docs/methods/addresses.md reports."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from heban.records.addresses import Gazetteer, place_addresses


def _quality(texts: pd.Series, truth: pd.Series, gazetteer: Gazetteer) -> tuple[float, float]:
    """Return the share of right ones among the labelled rows placed, and among all labelled rows."""
    found = place_addresses(list(texts), gazetteer).set_index("text")["place"]
    rows = pd.DataFrame({"truth": truth.to_numpy(), "place": texts.map(found).to_numpy()})
    rows = rows[rows["truth"] != ""]
    right = rows["truth"] == rows["place"]
    return right.sum() / (rows["place"] != "").sum(), right.mean()


def _papers(shared: Path) -> tuple[pd.Series, pd.Series]:
    rows = pd.read_csv(
        shared / "data/25_wos_city_papers/addresses_no_text.csv", dtype=str, keep_default_na=False
    )
    country = rows["country"].replace("China", "Peoples R China")
    city = rows["city"].str.removesuffix(" (ambiguous)")
    return rows["institution"] + ", " + city + " " + rows["postcode"] + ", " + country, rows[
        "cn_city_id"
    ].str[:6]


def _firms(shared: Path) -> tuple[pd.Series, pd.Series]:
    rows = pd.read_csv(shared / "data/08_companies/smoothnlp_firms_10k.csv", dtype=str, keep_default_na=False)
    rows = rows[rows["address"] != ""]
    return rows["address"], rows["adcode"]


def _patents(shared: Path) -> tuple[pd.Series, pd.Series]:
    file = shared / "data/07_patents/carrotc_patents_with_address_199.csv"
    rows = pd.read_csv(file, dtype=str, keep_default_na=False)
    return rows["address"], rows["adcode"]


def test_papers_over_the_country(shared: Path, country: Gazetteer) -> None:
    precision, recall = _quality(*_papers(shared), country)
    assert precision >= 0.999
    assert recall >= 0.985


def test_firms_over_the_country(shared: Path, country: Gazetteer) -> None:
    precision, recall = _quality(*_firms(shared), country)
    assert precision >= 0.997
    assert recall >= 0.975


def test_patents_over_the_country(shared: Path, country: Gazetteer) -> None:
    assert _quality(*_patents(shared), country) == (1.0, 1.0)


def test_the_delta_takes_nothing_that_lies_elsewhere(shared: Path, delta: Gazetteer) -> None:
    cities = set(delta.cities_in_region)
    for texts, truth in (_papers(shared), _firms(shared), _patents(shared)):
        inside = truth.where(truth.isin(cities), "")
        precision, recall = _quality(texts, inside, delta)
        assert precision >= 0.998
        assert recall >= 0.98
        found = place_addresses(list(texts), delta).set_index("text")["place"]
        elsewhere = (texts.map(found) != "") & (truth != "") & ~truth.isin(cities)
        assert elsewhere.sum() <= 3  # of the three firms the label, a registration, is wrong


def test_every_placed_address_has_evidence_and_confidence(shared: Path, delta: Gazetteer) -> None:
    frame = place_addresses(list(_firms(shared)[0]), delta)
    placed = frame["place"] != ""
    assert frame.loc[placed, "confidence"].between(0.3, 1.0).all()
    assert frame.loc[~placed, "confidence"].isna().all()
    assert frame.loc[~placed, "evidence"].str.match(r"(outside|ambiguous|nothing): .").all()
