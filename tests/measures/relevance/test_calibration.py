"""Calibration: probabilities that do not fall, and their reliability."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec, UnknownName
from heban.measures.relevance.calibration import brier, calibrated, reliability

CASES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=4, max_size=40)


@pytest.mark.parametrize("method", ["isotonic", "logistic"])
@given(cases=CASES)
def test_a_probability_never_falls_as_the_score_rises(method: str, cases: list[tuple[float, bool]]) -> None:
    score, truth = zip(*cases, strict=True)
    if len(set(truth)) > 1:
        found = calibrated(score, truth, method).probability(np.linspace(-1, 2, 50))  # type: ignore[arg-type]
        assert (np.diff(found) >= -1e-12).all()
        assert (found >= 0).all() and (found <= 1).all()


def test_the_method_goes_by_the_number_of_cases() -> None:
    rng = np.random.default_rng(1)
    score = rng.random(1000)
    made = calibrated(score, rng.random(1000) < score)
    assert made.method == "isotonic"
    assert made.probability([0.2, 0.5, 0.8]) == pytest.approx([0.2, 0.5, 0.8], abs=0.1)
    assert calibrated(score[:60], rng.random(60) < score[:60]).method == "logistic"


def test_a_score_without_sense_gives_the_base_rate() -> None:
    made = calibrated([1, 2, 3, 4], [True, True, False, False], "logistic")
    assert made.probability([0, 9]) == pytest.approx([0.5, 0.5])


def test_reliability_by_hand() -> None:
    curve = reliability([0.05, 0.15, 0.15, 1.0], [False, True, False, True])
    assert curve["n"].tolist() == [1, 2, 1]
    assert curve["observed"].tolist() == [0.0, 0.5, 1.0]
    assert curve.loc[1, ["low", "high"]].tolist() == pytest.approx(
        [0.0945, 0.9055], abs=1e-4
    )  # Wilson, 1 of 2
    assert brier([0.5, 0.5], [True, False]) == 0.25


def test_one_kind_of_cases_teaches_nothing() -> None:
    message = r"^a calibration needs relevant and irrelevant cases; 2 of 2 are relevant\.$"
    with pytest.raises(BadSpec, match=message):
        calibrated([0.1, 0.2], [True, True])
    with pytest.raises(UnknownName, match=r"^no calibration 'plat' in the calibrations\. Near names: auto"):
        calibrated([0.1, 0.2], [True, False], "plat")  # type: ignore[arg-type]
