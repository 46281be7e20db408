"""The technology space against py-ecomplexity 0.5.3 on six real sets: pyec/*.parquet of
../shared/golden/space (README there), which that package computed from input.csv."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.measures import space
from heban.records.holdings import Holdings

SETS = ["cn_nssfc_2006_2010", "cn_nssfc_2011_2015", "herd_county_2010", "herd_county_2014", "herd_state_2010"]
SETS += ["baci2024_hs2"]
VARIANTS = {"default": 1.0, "asym": 1.0, "continuous": 1.0, "rca05": 0.5, "rca2": 2.0}


@pytest.fixture(scope="module", params=SETS)
def folder(request: pytest.FixtureRequest, shared: Path) -> Path:
    return shared / "golden" / "space" / str(request.param)


@pytest.fixture(scope="module")
def amounts(folder: Path) -> pd.DataFrame:
    rows = pd.read_csv(folder / "input.csv", dtype={"region": str, "tech": str}, keep_default_na=False)
    rows = rows.rename(columns={"region": "place", "tech": "class"}).astype({"value": float})
    return space.table(Holdings.from_frame(rows, year=2010))


def theirs(folder: Path, variant: str) -> pd.DataFrame:
    return pd.read_parquet(folder / "pyec" / f"ecomplexity_{variant}.parquet")


def wide(told: pd.DataFrame, column: str, like: pd.DataFrame) -> pd.DataFrame:
    """A column of theirs as place × class, in our order; NaN where they leave a place or class out."""
    return told.pivot(index="region", columns="tech", values=column).reindex_like(like)


def each(told: pd.DataFrame, key: str, column: str, index: pd.Index) -> pd.Series:
    """A column of theirs that is the same in every row of a place or class."""
    assert (told.groupby(key)[column].nunique() <= 1).all()
    return told.groupby(key)[column].first().reindex(index)


def close(ours: object, told: object, atol: float = 1e-12) -> None:
    np.testing.assert_allclose(np.asarray(ours, float), np.asarray(told, float), rtol=1e-9, atol=atol)


def proximity_of(variant: str, present: pd.DataFrame, amounts: pd.DataFrame) -> pd.DataFrame:
    if variant == "continuous":
        return space.correlation_proximity(space.location_quotient(amounts))
    return space.class_proximity(present, symmetric=variant != "asym")


@pytest.mark.parametrize("variant", VARIANTS)
def test_quotient_presence_and_density(folder: Path, amounts: pd.DataFrame, variant: str) -> None:
    told = theirs(folder, variant)
    present = space.presence(amounts, quotient=VARIANTS[variant])
    quotient = space.location_quotient(amounts)
    close(quotient, wide(told, "rca", amounts))
    close(present, wide(told, "mcp", amounts))
    close(space.diversity(present), each(told, "region", "diversity", amounts.index))
    close(space.ubiquity(present), each(told, "tech", "ubiquity", amounts.columns))
    held = quotient if variant == "continuous" else present
    density = space.relatedness_density(held, proximity_of(variant, present, amounts), "hidalgo")
    seen = wide(told, "density", amounts)
    empty = space.ubiquity(present) == 0
    if empty.any():  # one class without a place makes every density of theirs NaN
        assert seen.isna().all().all()
        assert density.loc[:, empty].isna().all().all()
        assert density.loc[:, ~empty].notna().all().all()
    else:
        close(density, seen)


@pytest.mark.parametrize("variant", VARIANTS)
def test_complexity_and_outlook(folder: Path, amounts: pd.DataFrame, variant: str) -> None:
    told = theirs(folder, variant)
    present = space.presence(amounts, quotient=VARIANTS[variant])
    eci = each(told, "region", "eci", amounts.index)
    pci = each(told, "tech", "pci", amounts.columns)
    if not present.any(axis=1).all():
        assert eci.isna().all()  # one place without a class takes theirs away from all others
        assert pci.isna().all()
        return
    found = space.economic_complexity(present)
    close(found.eci, eci, 1e-9)
    close(found.pci, pci, 1e-9)
    proximity = proximity_of(variant, present, amounts)
    density = None
    if variant == "continuous":
        density = space.relatedness_density(space.location_quotient(amounts), proximity, "hidalgo")
    outlook = space.complexity_outlook(present, proximity, found, density=density)
    coi = (outlook.index - outlook.index.mean()) / outlook.index.std(ddof=0)
    close(coi, each(told, "region", "coi", amounts.index), 1e-9)
    close(outlook.gain, wide(told, "cog", amounts), 1e-9)


def test_places_without_a_class_do_not_take_complexity_from_the_others(
    folder: Path, amounts: pd.DataFrame
) -> None:
    """What py-ecomplexity leaves NaN at a threshold of 2, by the plain eigenvectors of the matrix it uses."""
    present = space.presence(amounts, quotient=2.0)
    if folder.name == "herd_state_2010":  # T09 has nothing but F36 and F36 is nowhere else
        with pytest.raises(BadSpec, match=re.escape("fall into 2 blocks")):
            space.economic_complexity(present)
    found = space.economic_complexity(present, giant=True)
    held = present.loc[found.eci.notna(), found.pci.notna()].astype(float)
    assert held.shape[0] > 40 and (held.sum(axis=1) > 0).all() and (held.sum() > 0).all()
    step = held.div(held.sum(axis=1), axis=0).to_numpy() @ held.div(held.sum(), axis=1).to_numpy().T
    values, vectors = np.linalg.eig(step)
    vector = np.real(vectors[:, np.argsort(np.real(values))[-2]])
    vector = vector * np.sign(np.corrcoef(vector, held.sum(axis=1))[0, 1])
    close(found.eci.dropna(), (vector - vector.mean()) / vector.std(), 1e-9)


@pytest.mark.parametrize("kind", ["disc_sym", "disc_asym", "continuous"])
def test_proximity(folder: Path, amounts: pd.DataFrame, kind: str) -> None:
    rows = pd.read_parquet(folder / "pyec" / f"proximity_{kind}.parquet")
    told = rows.pivot(index="tech_1", columns="tech_2", values="proximity")
    variant = {"disc_sym": "default", "disc_asym": "asym", "continuous": "continuous"}[kind]
    ours = proximity_of(variant, space.presence(amounts), amounts)
    close(ours, told.loc[ours.index, list(ours.columns)])


def test_their_density_of_nearest_neighbours_counts_without_weights(
    folder: Path, amounts: pd.DataFrame
) -> None:
    """Theirs is announced as a density and is the number of the ten that a place has; ours is weighted."""
    told = wide(theirs(folder, "knn10"), "density", amounts)
    assert (told == told.round()).all().all()
    assert told.max().max() > 1
    present = space.presence(amounts)
    near = space.class_proximity(present)
    others = near.mask(np.eye(len(near), dtype=bool), -1.0)
    ranked = -np.sort(-others.to_numpy(), axis=1)
    clear = near.index[ranked[:, 9] > ranked[:, 10]]  # of equals they take whichever comes first
    assert len(clear) >= 10
    nearest = others.ge(pd.Series(ranked[:, 9], near.index), axis=0).astype(float)
    close((present.astype(float) @ nearest.T)[clear], told[clear])
    ours = space.relatedness_density(present, near, "balland", neighbours=10)
    assert ours.max().max() <= 1 + 1e-12
    weighted = present.astype(float) @ (near * nearest).T / (near * nearest).sum(axis=1)
    close(ours[clear], weighted[clear])
