"""ECI and PCI: by hand, by plain eigenvectors, one sign for both, and matrices that have none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.measures import space

NESTED = pd.DataFrame({"x": [1, 1, 1], "y": [1, 1, 0], "z": [1, 0, 0]}, index=["a", "b", "c"])


def drawn(places: int, classes: int, seed: int = 1) -> pd.DataFrame:
    """A nested matrix with noise: able places have more classes, and harder ones."""
    rng = np.random.default_rng(seed)
    able, hard = rng.normal(size=places), rng.normal(size=classes)
    found = pd.DataFrame(able[:, None] - hard + rng.normal(size=(places, classes)) > 0)
    return found.loc[found.any(axis=1), found.any()]


def test_by_hand() -> None:
    """D⁻¹MU⁻¹M' of the nested case has the eigenvalues 1, 1/4, 1/9; the second vector is (1, −½, −2)."""
    found = space.economic_complexity(NESTED)
    assert found.eigenvalues == pytest.approx((1 / 4, 1 / 9))
    raw = np.array([1, -0.5, -2])
    mean, deviation = -0.5, 1.5**0.5
    assert found.eci.tolist() == pytest.approx(((raw - mean) / deviation).tolist(), abs=1e-12)
    product = np.array([-0.5, 0.25, 1]) * 4  # U⁻¹M' of it, divided by the eigenvalue
    assert found.pci.tolist() == pytest.approx(((product - mean) / deviation).tolist())
    assert found.centre == pytest.approx(0.5 / deviation)
    assert found.anchor == pytest.approx(1)
    assert found.notes == ()


@pytest.mark.parametrize("shape", [(30, 40), (40, 30), (90, 120), (120, 90)])
def test_it_is_the_plain_eigenvector_on_either_side_and_by_either_solver(shape: tuple[int, int]) -> None:
    present = drawn(*shape)
    found, held = space.economic_complexity(present), present.to_numpy(float)
    diverse, common = held.sum(axis=1), held.sum(axis=0)
    values, vectors = np.linalg.eig((held / diverse[:, None]) @ (held / common).T)
    order = np.argsort(-values.real)
    vector = vectors[:, order[1]].real
    vector *= np.sign(np.corrcoef(vector, diverse)[0, 1])
    np.testing.assert_allclose(found.eci, (vector - vector.mean()) / vector.std(), atol=1e-9)
    assert found.eigenvalues == pytest.approx(tuple(values.real[order[1:3]]))


def test_a_place_is_as_complex_as_its_classes_on_the_mean_and_the_centre_is_their_mean() -> None:
    present = drawn(50, 70)
    found, held = space.economic_complexity(present), present.astype(float)
    mean = (held @ found.pci) / held.sum(axis=1)
    np.testing.assert_allclose(found.eci, mean, atol=1e-9)
    total = held.to_numpy().sum()
    assert (held.sum() @ found.pci) / total == pytest.approx(found.centre, abs=1e-9)
    assert (held.sum(axis=1) @ found.eci) / total == pytest.approx(found.centre, abs=1e-9)
    assert found.eci.mean() == pytest.approx(0, abs=1e-12)
    assert found.eci.std(ddof=0) == pytest.approx(1)


def test_one_sign_for_both() -> None:
    """Where the able have few classes, but those that the able have, PCI follows ECI and not its own rule."""
    for seed in range(10):
        present = drawn(40, 30, seed)
        found, held = space.economic_complexity(present), present.astype(float)
        assert np.corrcoef(found.eci, held.sum(axis=1))[0, 1] == pytest.approx(found.anchor)
        assert found.anchor >= 0
        follows = (held.T @ found.eci) / held.sum()
        assert np.corrcoef(follows, found.pci)[0, 1] == pytest.approx(1)


def circle(places: int, width: int) -> pd.DataFrame:
    """Each place has the next few classes of a ring: all equally diverse, all equally common."""
    return pd.DataFrame([[(c - r) % places < width for c in range(places)] for r in range(places)])


def test_a_weak_anchor_and_eigenvalues_that_blur_are_told() -> None:
    found = space.economic_complexity(circle(9, 3))
    assert np.isnan(found.anchor)
    assert found.eci[found.eci.abs() > 1e-9].iloc[0] > 0
    second, third = found.eigenvalues
    assert second == pytest.approx(third)
    assert found.notes == (
        "all places are equally diverse, so that nothing gives ECI a sign: the first place that differs "
        "from 0 was put above it.",
        f"the second eigenvalue ({second:.4f}) is hardly above the third ({third:.4f}): a small change of "
        "the data can turn ECI into another ranking.",
    )
    weak = next(
        one
        for one in (space.economic_complexity(drawn(25, 25, seed)) for seed in range(200))
        if one.anchor < 0.2
    )
    assert weak.notes[0] == (
        f"the correlation of ECI with diversity, which gives the sign, is only {weak.anchor:.2f}: do not "
        "read the sign alone."
    )


BLOCKS = pd.DataFrame(np.kron(np.eye(2), NESTED.to_numpy()), list("abcdef"), list("uvwxyz"))
BLOCKS.loc["g"] = [1.0, 0, 1, 0, 0, 0]


def test_blocks_are_refused_by_name() -> None:
    with pytest.raises(BadSpec) as error:
        space.economic_complexity(BLOCKS)
    assert str(error.value) == (
        "the places and classes fall into 2 blocks that share nothing, which have no common scale of "
        "complexity. Apart from the largest (7 names): d, e, f, x, y and 1 more. Give giant=True to keep "
        "the largest block, or lower the threshold of presence."
    )
    many = pd.DataFrame(np.eye(6), list("abcdef"), list("uvwxyz"))
    with pytest.raises(BadSpec) as error:
        space.economic_complexity(many)
    assert str(error.value) == (
        "the places and classes fall into 6 blocks that share nothing, which have no common scale of "
        "complexity. Apart from the largest (2 names): b, v; c, w; d, x; and 2 more blocks. Give "
        "giant=True to keep the largest block, or lower the threshold of presence."
    )


def test_the_giant_block_is_as_it_would_be_alone() -> None:
    found = space.economic_complexity(BLOCKS, giant=True)
    alone = space.economic_complexity(BLOCKS.loc[list("abcg"), list("uvw")])
    pd.testing.assert_series_equal(found.eci.dropna(), alone.eci)
    pd.testing.assert_series_equal(found.pci.dropna(), alone.pci)
    assert found.eci[list("def")].isna().all()
    assert found.notes[0] == "outside the largest block, and without a figure: 3 places and 3 classes."


def test_large_blocks_are_seen_too() -> None:
    one, other = drawn(70, 80), drawn(75, 70, 2)
    both = pd.DataFrame(np.block([
        [one.to_numpy(), np.zeros((len(one), other.shape[1]))],
        [np.zeros((len(other), one.shape[1])), other.to_numpy()],
    ]))  # fmt: skip
    with pytest.raises(BadSpec, match="fall into 2 blocks"):
        space.economic_complexity(both)
    both.iloc[0, -1] = 1  # one tie joins them: an answer, with an eigenvalue close to 1
    assert 0.9 < space.economic_complexity(both).eigenvalues[0] < 1


def test_what_is_nowhere_has_no_figure_and_changes_no_other() -> None:
    wide = NESTED.reindex(index=list("abcd"), columns=list("wxyz"), fill_value=0)
    found, alone = space.economic_complexity(wide), space.economic_complexity(NESTED)
    assert np.isnan(found.eci["d"])
    assert np.isnan(found.pci["w"])
    np.testing.assert_allclose(found.eci[:3], alone.eci)
    assert found.notes == (
        "without a presence, and without a figure: 1 of 4 places.",
        "without a presence, and without a figure: 1 of 4 classes.",
    )


def test_no_difference_no_complexity() -> None:
    with pytest.raises(BadSpec) as error:
        space.economic_complexity(pd.DataFrame(np.ones((3, 4))))
    assert str(error.value) == (
        "every place is present in the same classes: there is no difference to call complexity."
    )
    with pytest.raises(BadSpec) as error:
        space.economic_complexity(pd.DataFrame(np.zeros((3, 4))))
    assert str(error.value) == ("complexity needs 2 places and 2 classes with a presence; there are 0 and 0.")
