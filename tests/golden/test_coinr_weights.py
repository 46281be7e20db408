"""Aggregation, effective weights and statistics against COINr on ASEM.

Source: ../shared/golden/coinr, COINr 1.1.14 on the ASEM example (51 places, 49 indicators); its README
and MANIFEST.csv give the call of every file. Numbers to a relative 1e-12, unless the file is rounded.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heban.measures.index import aggregate
from heban.measures.index.statistics import availability, correlation, ranking, reliability, table
from heban.measures.index.tree import leaves
from heban.measures.index.weigh.given import effective


class Asem:
    """The hierarchy of ASEM in the order of iMeta, and the files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        meta = self.read("00_iMeta")
        meta = meta[meta["Type"].isin(["Indicator", "Aggregate"])].reset_index(drop=True)
        self.names: list[str] = meta["iCode"].tolist()
        number = {name: i for i, name in enumerate(self.names)}
        self.parents = np.array([number.get(parent, -1) for parent in meta["Parent"]])
        self.weights = meta["Weight"].to_numpy(float)
        self.directions = meta["Direction"].to_numpy(float)
        self.indicators = [self.names[i] for i in leaves(self.parents)]

    def read(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.folder / f"{name}.csv", dtype={"uCode": str, "Level": str})

    def values(self, name: str, columns: list[str] | None = None) -> np.ndarray:
        return self.read(name)[columns or self.indicators].to_numpy(float)


@pytest.fixture(scope="module")
def asem(shared: Path) -> Asem:
    return Asem(shared / "golden" / "coinr")


def close(ours: object, theirs: object) -> None:
    np.testing.assert_allclose(np.asarray(ours, float), np.asarray(theirs, float), rtol=1e-12, atol=1e-15)


def aggregated(asem: Asem) -> np.ndarray:
    """All nodes, from the normalised indicators upwards; iMeta lists children before parents."""
    scores = np.full((51, len(asem.names)), np.nan)
    scores[:, : len(asem.indicators)] = asem.values("06_Normalised")
    for node in range(len(asem.indicators), len(asem.names)):
        below = np.flatnonzero(asem.parents == node)
        scores[:, node] = aggregate.arithmetic(scores[:, below], asem.weights[below])
    return scores


def test_coinr_07_weighted_means_level_by_level(asem: Asem) -> None:
    close(aggregated(asem), asem.values("07_Aggregated", asem.names))


def test_coinr_08_full_scores_sorted_by_the_index(asem: Asem) -> None:
    theirs = asem.read("08_Results_full_scores")
    scores = aggregated(asem)
    index = asem.names.index("Index")
    order = np.argsort(ranking.ranks(scores[:, index]), kind="stable")
    assert asem.read("06_Normalised")["uCode"].to_numpy()[order].tolist() == theirs["uCode"].tolist()
    np.testing.assert_allclose(scores[order], theirs[asem.names].to_numpy(float), rtol=0, atol=5.1e-13)
    assert theirs["Rank"].tolist() == ranking.ranks(scores[:, index])[order].tolist()


def test_coinr_08_ranks(asem: Asem) -> None:
    theirs = asem.read("08_Results_agg_ranks").set_index("uCode")
    ours = pd.DataFrame(ranking.ranks(aggregated(asem)), asem.read("06_Normalised")["uCode"], asem.names)
    pd.testing.assert_frame_equal(
        ours.loc[theirs.index, theirs.columns], theirs.astype(float), check_names=False
    )


def test_coinr_09_effective_weights(asem: Asem) -> None:
    theirs = asem.read("09_EffWeights").set_index("iCode")["EffWeight"]
    close(effective(asem.parents, asem.weights), theirs[asem.names])


def test_coinr_10_statistics(asem: Asem) -> None:
    theirs = asem.read("10_Stats_Raw").set_index("iCode").loc[asem.indicators]
    ours = table.describe(asem.values("01_Raw"), asem.indicators)
    for column, name in {
        "Min": "min", "Max": "max", "Mean": "mean", "Median": "median", "Std": "sd", "Skew": "skew",
        "Kurt": "kurtosis", "N.Avail": "available", "N.NonZero": "nonzero", "N.Unique": "unique",
        "N.Same": "same", "Frc.NonZero": "nonzero_share", "Frc.Unique": "unique_share",
        "Frc.Same": "same_share",
    }.items():  # fmt: skip
        close(ours[name], theirs[column])
    close(1 - ours["missing"], theirs["Frc.Avail"])
    for column, name in {
        "Flag.Avail": "few_available", "Flag.NonZero": "many_zeros", "Flag.Unique": "few_unique",
        "Flag.SkewKurt": "outlying",
    }.items():  # fmt: skip
        assert ours[name].tolist() == (theirs[column] != "ok").tolist(), column
    assert ours["outlying"].any()


def pairs(table: pd.DataFrame, asem: Asem) -> tuple[np.ndarray, np.ndarray]:
    number = {name: i for i, name in enumerate(asem.names)}
    return table["Var1"].map(number).to_numpy(), table["Var2"].map(number).to_numpy()


def test_coinr_11_correlations_of_indicators(asem: Asem) -> None:
    theirs = asem.read("11_Corr_Normalised_L1_pearson")
    ours = correlation.correlate(asem.values("06_Normalised")).coefficient
    assert len(theirs) == ours.size
    np.testing.assert_allclose(ours[pairs(theirs, asem)], theirs["Correlation"], rtol=1e-12, atol=1e-15)


def test_coinr_12_correlations_between_levels(asem: Asem) -> None:
    theirs = asem.read("12_Corr_L2_L4")
    ours = correlation.correlate(aggregated(asem)).coefficient
    close(ours[pairs(theirs, asem)], theirs["Correlation"])
    table = correlation.with_ancestors(aggregated(asem), asem.parents, asem.names)
    pillars = table[(table["ancestor"] == "Index") & (table["steps"] == 2)].set_index("node")["correlation"]
    close(pillars[theirs["Var2"]], theirs["Correlation"])


def test_coinr_13_cronbach(asem: Asem) -> None:
    theirs = asem.read("13_Cronbach_pillars_Normalised").set_index("iCode")["alpha"]
    values = asem.values("06_Normalised")
    for pillar, alpha in theirs.items():
        members = np.flatnonzero(asem.parents == asem.names.index(str(pillar)))
        close(reliability.cronbach(values[:, members]), alpha)


def test_coinr_14_availability(asem: Asem) -> None:
    raw = asem.values("01_Raw")
    groups = asem.read("14_DataAvail_byGroup").drop(columns="uCode")
    ours = pd.DataFrame(availability.by_group(raw, asem.parents), columns=asem.names)
    close(ours[groups.columns], groups)
    theirs = asem.read("14_DataAvail_summary")
    found = availability.summary(raw)
    close(found.missing, theirs["N_missing"])
    close(found.zero, theirs["N_zero"])
    close(found.missing + found.zero, theirs["N_miss_or_zero"])
    close(found.available, theirs["Dat_Avail"])
    close(found.nonzero, theirs["Non_Zero"])
