"""Similarity, complementarity and linkage potential between places, by hand and by plain loops."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures.space.complementarity import (
    added_density,
    linkage_potential,
    technological_complementarity,
    technological_similarity,
)
from heban.measures.space.cooccurrence import cooccurrences, relatedness
from heban.measures.space.density import relatedness_density
from heban.measures.space.quotient import location_quotient, presence

PARENTS = {"x1": "x", "x2": "x", "y1": "y", "y2": "y", "z1": "z"}
AMOUNTS = pd.DataFrame(
    [[4.0, 0, 2, 0, 0], [0, 3, 1, 0, 4], [0, 0, 0, 5, 0], [0, 0, 0, 0, 0]], list("abcd"), list(PARENTS)
)


def test_by_hand() -> None:
    # a and b share the class y1 (2 of 6 and 1 of 8) and the subcategories x and y (6 of 6, 4 of 8).
    similar = technological_similarity(AMOUNTS)
    assert similar.loc["a", "b"] == pytest.approx(3 / 14 * 2 / 6)
    assert similar.loc["b", "a"] == pytest.approx(3 / 14 * 1 / 8)
    beside = technological_complementarity(AMOUNTS, PARENTS)
    assert beside.loc["a", "b"] == pytest.approx((10 / 14 - 3 / 14) * 6 / 6)
    assert beside.loc["b", "a"] == pytest.approx((10 / 14 - 3 / 14) * 4 / 8)


def test_no_common_class_the_place_itself_and_nothing_at_all() -> None:
    similar, beside = technological_similarity(AMOUNTS), technological_complementarity(AMOUNTS, PARENTS)
    assert similar.loc["a", "c"] == 0
    assert beside.loc["a", "c"] == pytest.approx(7 / 11 * 2 / 6)
    assert np.diag(similar)[:3].tolist() == [1, 1, 1]
    assert np.diag(beside)[:3].tolist() == [0, 0, 0]
    for made in (similar, beside):
        assert made.loc["d"].isna().all()
        assert made["d"].isna().all()
        assert (made.index.name, made.columns.name) == ("place", "partner")


def test_with_a_quotient_only_specialities_are_in_common() -> None:
    rng = np.random.default_rng(4)
    amounts = pd.DataFrame(rng.integers(0, 9, (5, 5)).astype(float), list("abcde"), list(PARENTS))
    held = location_quotient(amounts) >= 1
    similar = technological_similarity(amounts, quotient=1)
    beside = technological_complementarity(amounts, PARENTS, quotient=1)
    groups = pd.Series(PARENTS)
    for i in "abde":
        for j in "abde":
            x, own = amounts, amounts.where(held, 0.0)
            both = held.loc[i] & held.loc[j]
            total = x.loc[i].sum() + x.loc[j].sum()
            classes = own.loc[[i, j], both[both].index].to_numpy().sum() / total
            assert similar.loc[i, j] == pytest.approx(classes * own.loc[i, both].sum() / x.loc[i].sum())
            has = [held.loc[one].groupby(groups).any() for one in (i, j)]
            common = groups.map(has[0] & has[1])
            subs = own.loc[[i, j], common].to_numpy().sum() / total
            expected = (subs - classes) * own.loc[i, common].sum() / x.loc[i].sum()
            assert beside.loc[i, j] == pytest.approx(expected)


def test_a_class_without_a_subcategory_is_named() -> None:
    message = "classes without a subcategory: z1. Give every class one, or leave them out."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        technological_complementarity(AMOUNTS, {name: "x" for name in PARENTS if name != "z1"})


@pytest.fixture
def space() -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(7)
    names = [f"c{number}" for number in range(8)]
    present = presence(pd.DataFrame(rng.integers(0, 6, (6, 8)).astype(float), list("abcdef"), names))
    return present, relatedness(cooccurrences(present))


def test_linkage_is_the_mean_of_what_a_partner_adds(space: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    present, related = space
    potential = linkage_potential(present, related)
    for i in present.index:
        added = added_density(present, related, i)
        for j in present.index:
            parts = []
            for k in present.columns[~present.loc[i]]:
                others = [one for one in present.columns if one != k]
                total = sum(related.loc[k, one] for one in others)
                new = sum(
                    related.loc[k, one] for one in others if present.loc[j, one] and not present.loc[i, one]
                )
                parts.append(new / total)
                assert added.loc[j, k] == pytest.approx(new / total)
            if i != j:
                assert potential.loc[i, j] == pytest.approx(np.mean(parts))
        assert added[present.columns[present.loc[i]]].isna().all(axis=None)
        assert np.isnan(potential.loc[i, i])


def test_own_density_and_what_is_added_make_the_density_of_both(
    space: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    present, related = space
    own = relatedness_density(present, related, "balland").loc["a"]
    joint = present.copy()
    joint.loc["a"] = present.loc["a"] | present.loc["b"]
    together = relatedness_density(joint, related, "balland").loc["a"]
    gaps = ~present.loc["a"]
    added = added_density(present, related, "a").loc["b"]
    pd.testing.assert_series_equal((own + added)[gaps], together[gaps], check_names=False)


def test_among_some_classes_only(space: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    present, related = space
    some = ["c1", "c4"]
    expected = added_density(present, related, "a")[some].mean(axis=1)["b"]
    assert linkage_potential(present, related, among=some).loc["a", "b"] == pytest.approx(expected)
    message = "no class 'c99' in the table of presence. Known: c0, c1, c2, c3, c4, c5, c6, c7."
    with pytest.raises(UnknownName, match=f"^{re.escape(message)}$"):
        linkage_potential(present, related, among=["c99"])


def test_a_place_without_gaps_has_no_potential_and_an_unrelated_class_none_either() -> None:
    present = pd.DataFrame([[1, 1, 1, 1], [1, 0, 0, 1]], list("ab"), list("xyzw")).astype(bool)
    present.loc["b", "w"] = False
    related = pd.DataFrame(0.0, list("xyzw"), list("xyzw"))
    for one, other in ("xy", "yw"):
        related.loc[one, other] = related.loc[other, one] = 1.0
    potential = linkage_potential(present, related)
    assert potential.loc["a"].isna().all()
    # y needs x, which b has, and w, which a adds: ½. w needs y: 1. z needs nothing and does not count.
    assert potential.loc["b", "a"] == 0.75
    assert np.isnan(added_density(present, related, "b").loc["a", "z"])


def test_faults_are_named() -> None:
    present = pd.DataFrame([[1, 0]], ["a"], ["x", "y"])
    related = pd.DataFrame(np.eye(3), list("xyz"), list("xyz"))
    message = (
        "presence has 2 classes and relatedness 3 × 3; both need the same classes in the same order. "
        "Bring them into line with reindex."
    )
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        linkage_potential(present, related)
    message = "no place 'q' in the table of presence. Known: a."
    with pytest.raises(UnknownName, match=f"^{re.escape(message)}$"):
        added_density(present, related.loc[["x", "y"], ["x", "y"]], "q")
