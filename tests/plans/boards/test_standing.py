"""Long, short, even, unknown; composite boards; the panel that an index is built on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.measures.index.pipeline import build as build_index
from heban.measures.index.spec import from_dict as index_spec
from heban.plans.boards import Boards
from heban.plans.boards.composite import composite
from heban.plans.boards.standing import panel, standing
from heban.plans.spec import Factor


def boards_of(
    value: list[list[float]],
    need: list[list[float]],
    factors: tuple[Factor, ...],
    width: float = 0.0,
    spread: float = 0.0,
) -> Boards:
    """Boards whose values and needs have bands of these shares."""
    v, n = np.array(value, dtype=float), np.array(need, dtype=float)
    places = tuple("abcdefg"[: len(v)])
    ends = (v, v * (1 - width), v * (1 + width), n, n * (1 - spread), n * (1 + spread))
    return Boards(places, factors, *ends, np.ones(v.shape))


def factor(code: str, **more: object) -> Factor:
    return Factor.model_validate({"code": code, "source": f"holdings:{code}", **more})


def test_a_board_is_long_or_short_only_when_the_intervals_do_not_meet() -> None:
    value = [[13.6], [13.0], [10.0], [7.5], [7.0], [np.nan]]
    boards = boards_of(value, [[10.0]] * 6, (factor("labs"),), 0.1, 0.2)
    table = standing(boards).set_index("place")
    assert table["standing"].to_dict() == {
        "a": "long", "b": "even", "c": "even", "d": "even", "e": "short", "f": "unknown",
    }  # fmt: skip
    assert table.loc["a", "surplus"] == pytest.approx(13.6 * 0.9 - 12)
    assert table.loc["e", "deficit"] == pytest.approx(8 - 7.7)
    assert table.loc["a", "share_low"] == pytest.approx(13.6 * 0.9 / 12)
    assert table.loc["e", "share_high"] == pytest.approx(7.7 / 8)
    assert table.loc["f", ["surplus", "deficit", "to_give", "to_fill", "share"]].isna().all()


def test_the_intervals_that_touch_are_even() -> None:
    boards = boards_of([[10.0], [12.0]], [[10.0], [10.0]], (factor("labs"),), 0.0, 0.2)
    assert standing(boards)["standing"].tolist() == ["even", "even"]


def test_a_need_of_nothing_has_no_share_and_is_met() -> None:
    boards = boards_of([[0.0, 1.0], [3.0, 4.0]], [[0.0, 2.0]] * 2, (factor("labs"), factor("hours")))
    table = standing(boards)
    assert table["standing"].tolist() == ["even", "short", "long", "long"]
    assert np.isnan(table["share"][0])
    assert composite(boards)["value"].tolist() == [0.75, 1.0]


def test_composites_are_weighted_means_of_capped_planks_by_pillar_and_in_all() -> None:
    factors = (
        factor("labs", pillar="input", weight=3.0),
        factor("hours", pillar="input"),
        factor("deals", weight=2.0),
    )
    boards = boards_of([[5.0, 30.0, 8.0], [10.0, np.nan, 9.0]], [[10.0, 10.0, 8.0]] * 2, factors, 0.1)
    table = composite(boards).set_index(["place", "board"])
    assert table.index.tolist() == [(p, b) for p in "ab" for b in ("boards", "input")]
    assert table.loc[("a", "input"), "value"] == pytest.approx((3 * 0.5 + 1) / 4)
    assert table.loc[("a", "boards"), "value"] == pytest.approx((3 * 0.5 + 1 + 2) / 6)
    assert table.loc[("a", "boards"), "low"] == pytest.approx((3 * 0.45 + 1 + 2 * 0.9) / 6)
    assert table.loc[("a", "boards"), "high"] == pytest.approx((3 * 0.55 + 1 + 2) / 6)
    assert table.loc[("a", "boards"), ["shortest", "least"]].tolist() == ["labs", 0.5]
    assert np.isnan(table.loc[("b", "input"), "value"])  # one of its boards is unknown (§1)
    assert table.loc[("b", "input"), "shortest"] == ""


def test_weights_of_nothing_make_no_composite() -> None:
    boards = boards_of([[5.0]], [[10.0]], (factor("labs", weight=0.0),))
    assert np.isnan(composite(boards)["value"][0])


def test_the_panel_carries_the_hierarchy_of_an_index() -> None:
    factors = (
        factor("labs", pillar="input", weight=3.0, zh="实验室", en="labs", unit="个"),
        factor("hours", pillar="input"),
        factor("deals", pillar="output", per="people"),
    )
    boards = boards_of([[1.0, 2.0, 3.0], [4.0, 5.0, np.nan]], [[1.0] * 3] * 2, factors)
    made = panel(boards, 2024)
    assert made.value("b", 2024, "hours") == 5.0
    assert np.isnan(made.value("b", 2024, "deals"))
    assert [(one.code, one.parent, one.weight) for one in made.catalogue] == [
        ("boards", "", 1.0), ("input", "boards", 4.0), ("output", "boards", 1.0),
        ("labs", "input", 3.0), ("hours", "input", 1.0), ("deals", "output", 1.0),
    ]  # fmt: skip
    assert (made.catalogue["labs"].zh, made.catalogue["labs"].additive) == ("实验室", True)
    assert not made.catalogue["deals"].additive


def test_an_index_of_the_panel_is_built() -> None:
    factors = (factor("labs", pillar="input"), factor("hours", pillar="input"))
    boards = boards_of([[1.0, 2.0], [3.0, 6.0], [5.0, 4.0]], [[1.0] * 2] * 3, factors)
    made = panel(boards, 2024)
    spec = {"root": "boards", "normalise": {"method": "minmax"}, "aggregate": {"method": "arithmetic"}}
    index = build_index(made, index_spec(spec))
    scores = index.scores.sel(year=2024, node="boards").to_series()
    assert isinstance(scores, pd.Series)
    assert scores.to_dict() == {"a": 0.0, "b": 75.0, "c": 75.0}


def test_codes_of_pillars_and_factors_differ() -> None:
    boards = boards_of([[1.0]], [[1.0]], (factor("input", pillar="input"),))
    with pytest.raises(BadSpec) as error:
        panel(boards, 2024)
    assert str(error.value) == "the root 'boards', pillars and factors have codes of their own; twice: input."
