"""Laws of boards: units, order of places and copies of places do not decide who is long or short."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from heban.plans.boards import Boards, build
from heban.plans.boards.composite import composite
from heban.plans.boards.pairs import complementarity, similarity
from heban.plans.boards.standing import standing
from heban.plans.spec import PlanSpec, from_dict

FACTORS = [
    {"code": "labs", "need": {"at": 0.5}, "pillar": "p"},
    {"code": "hours", "need": {"at": 0.75}, "band": 0.0, "mobility": "transferable"},
    {
        "code": "deals", "need": {"kind": "fitted", "on": ["size"], "log": False},
        "mobility": "shareable",
    },
]  # fmt: skip
SPEC: PlanSpec = from_dict(
    {
        "factors": [{"source": "holdings:x", **factor} for factor in FACTORS],
        "structure": [{"code": "size", "source": "statistics:size"}],
    }
)
AMOUNTS = arrays(float, (12, 4), elements=st.integers(1, 1000).map(float))


def made(values: np.ndarray, order: list[int] | None = None) -> Boards:
    index = [f"p{number:02d}" for number in range(len(values))]
    frame = pd.DataFrame(values, index=index, columns=["labs", "hours", "deals", "size"])
    return build(frame.iloc[order] if order else frame, SPEC, draws=60, seed=1)


@settings(max_examples=30)
@given(AMOUNTS, st.sampled_from([0.25, 8.0, 1024.0]))
def test_another_unit_changes_amounts_and_no_standing(values: np.ndarray, unit: float) -> None:
    before, after = made(values), made(values * [unit, unit, unit, 1.0])
    assert standing(after)["standing"].tolist() == standing(before)["standing"].tolist()
    for part in ("value", "need", "need_high", "surplus", "deficit"):
        np.testing.assert_allclose(getattr(after, part), unit * getattr(before, part), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(composite(after)["value"], composite(before)["value"], rtol=1e-9)
    ours, theirs = (complementarity(boards).set_index(["a", "b"])["total"] for boards in (before, after))
    np.testing.assert_allclose(theirs[ours.index], ours, rtol=1e-9, atol=1e-12)


@settings(max_examples=30)
@given(AMOUNTS, st.permutations(range(12)))
def test_the_order_of_places_decides_nothing(values: np.ndarray, order: list[int]) -> None:
    plain, shuffled = made(values), made(values, order)
    assert shuffled.places == tuple(plain.places[number] for number in order)
    for part in ("value", "need", "need_low", "need_high", "surplus", "deficit"):
        np.testing.assert_array_equal(getattr(shuffled, part), getattr(plain, part)[order])


@settings(max_examples=30)
@given(AMOUNTS)
def test_a_place_has_a_surplus_or_a_deficit_but_never_both(values: np.ndarray) -> None:
    boards = made(values)
    assert not ((boards.surplus > 0) & (boards.deficit > 0)).any()
    assert (np.nan_to_num(boards.value_low) <= np.nan_to_num(boards.value)).all()
    assert (np.nan_to_num(boards.need_low) <= np.nan_to_num(boards.need)).all()
    assert (np.nan_to_num(boards.need) <= np.nan_to_num(boards.need_high)).all()


@settings(max_examples=30)
@given(AMOUNTS)
def test_composites_lie_in_their_bands_and_likeness_is_mutual(values: np.ndarray) -> None:
    boards = made(values)
    known = composite(boards).dropna(subset=["value", "low", "high"])
    assert (known["low"] <= known["value"] + 1e-12).all()
    assert (known["value"] <= known["high"] + 1e-12).all()
    assert known["value"].between(0, 1 + 1e-12).all()
    alike = similarity(boards).to_numpy()
    np.testing.assert_allclose(alike, alike.T)


@settings(max_examples=30)
@given(AMOUNTS)
def test_doubling_every_place_keeps_the_median(values: np.ndarray) -> None:
    odd = values[:11]
    np.testing.assert_allclose(made(np.vstack([odd, odd])).need[:11, 0], made(odd).need[:, 0])
