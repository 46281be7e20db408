"""The panel regression against a column for every effect, by hand, and in words."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec
from heban.measures.factors.fixedeffects import PanelFit, fit
from heban.measures.factors.identification import LeftOut, Term
from tests.measures.factors.panelcases import Floats, brute, dummies, panel


def test_two_places_and_three_years_by_hand() -> None:
    """x_a − x_b = (0, −2, 2) and y_a − y_b = (−1, −2, 3) about their means: β = 10/8, R² = 12.5/14."""
    x = pd.DataFrame({"staff": [1.0, 2, 6, 1, 4, 4]})
    made = fit(x, [11.0, 8, 16, 10, 8, 11], list("aaabbb"), [1, 2, 3, 1, 2, 3])
    assert made.estimate == pytest.approx([1.25])
    assert made.r2_within == pytest.approx(12.5 / 14)
    assert made.freedom == 1
    row = made.table().iloc[0]
    assert row["reason"] == "few_places"
    assert row[["se", "df", "low", "high", "p"]].isna().all()


@pytest.mark.parametrize("time_effects", [True, False])
def test_it_is_least_squares_with_a_column_for_every_effect(time_effects: bool) -> None:
    x, y, place, year = panel()
    made = fit(x, y, place, year, time_effects=time_effects)
    effects = dummies(place, year if time_effects else None)
    beta, covariance, freedom = brute(x.to_numpy(), y, place, effects)
    np.testing.assert_allclose(made.estimate, beta, atol=1e-12)
    np.testing.assert_allclose(made.spread.matrix, covariance, atol=1e-12)
    np.testing.assert_allclose(made.table()["df"], freedom, rtol=1e-9)
    assert made.freedom == len(y) - 2 - np.linalg.matrix_rank(effects)


def test_r2_within_is_the_share_beside_the_effects() -> None:
    x, y, place, year = panel()
    effects = dummies(place, year)

    def left(columns: Floats) -> float:
        rest = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
        return float(rest @ rest)

    wanted = 1 - left(np.column_stack([x, effects])) / left(effects)
    assert fit(x, y, place, year).r2_within == pytest.approx(wanted)


def test_panels_that_no_row_joins_cost_an_effect_more() -> None:
    """Places a–f were seen in 2010–2012, g–l in 2015–2017: four free years, not five."""
    rng = np.random.default_rng(1)
    place = np.repeat(list("abcdefghijkl"), 3)
    year = np.concatenate([np.tile([2010, 2011, 2012], 6), np.tile([2015, 2016, 2017], 6)])
    x = pd.DataFrame({"u": rng.normal(size=36)})
    y = rng.normal(size=36) + 2 * x["u"].to_numpy()
    made = fit(x, y, place, year)
    assert made.freedom == 36 - 12 - 4 - 1
    beta, covariance, freedom = brute(x.to_numpy(), y, place, dummies(place, year))
    np.testing.assert_allclose(made.estimate, beta)
    np.testing.assert_allclose(made.spread.matrix, covariance)
    np.testing.assert_allclose(made.table()["df"], freedom)


def test_units_and_the_order_of_rows_change_nothing() -> None:
    x, y, place, year = panel()
    made, order = fit(x, y, place, year), np.random.default_rng(2).permutation(len(y))
    scaled = x.assign(u=1e6 * x["u"] + 1e9)
    other = fit(scaled.iloc[order], 10 * y[order] - 5, place[order], year[order])
    np.testing.assert_allclose(other.estimate, made.estimate * [1e-5, 10], rtol=1e-6)
    np.testing.assert_allclose(other.table()["p"], made.table()["p"], rtol=1e-5)
    np.testing.assert_allclose(other.table()["standardised"], made.table()["standardised"], rtol=1e-6)


def test_rows_that_are_not_whole_and_rows_alone_are_left_out_and_counted() -> None:
    x, y, place, year = panel()
    more = pd.concat([x, pd.DataFrame({"u": [1.0, np.nan, 2.0], "v": [1.0, 1.0, 2.0]})])
    made = fit(
        more,
        np.append(y, [1.0, 2.0, np.nan]),
        np.append(place, ["one year only", "p00", "p01"]),
        np.append(year, [2010, 2030, 2030]),
    )
    assert (made.missing, made.alone, made.observations) == (2, 1, len(y))
    np.testing.assert_allclose(made.estimate, fit(x, y, place, year).estimate)


def test_lags_go_by_the_calendar() -> None:
    x, y, place, year = panel(places=24, gaps=0.2)
    made = fit(x, y, place, year, lags=(0, 1))
    before = {(p, t): row for p, t, row in zip(place, year, x.to_numpy(), strict=True)}
    rows = [at for at, cell in enumerate(zip(place, year - 1, strict=True)) if cell in before]
    rows = [at for at in rows if (place[rows] == place[at]).sum() > 1]
    columns = np.column_stack([x.iloc[rows], [before[place[at], year[at] - 1] for at in rows]])
    beta, covariance, _ = brute(columns, y[rows], place[rows], dummies(place[rows], year[rows]))
    assert [str(term) for term in made.design.terms] == ["u", "u (t−1)", "v", "v (t−1)"]
    np.testing.assert_allclose(made.estimate, beta[[0, 2, 1, 3]])
    total = made.cumulated().set_index("factor").loc["u"]
    assert (total["lags"], total["estimate"]) == (2, pytest.approx(beta[0] + beta[2]))
    assert total["se"] == pytest.approx(np.sqrt(covariance[np.ix_([0, 2], [0, 2])].sum()))
    assert total["low"] < total["estimate"] < total["high"]


def test_what_cannot_be_told_is_named_with_its_reason() -> None:
    x, y, place, year = panel()
    made = fit(
        x.assign(
            area=7.0,
            coast=pd.factorize(place)[0] % 3,
            national=np.sqrt(year - 2000.0),
            again=x["u"] - 2 * x["v"] + year**2 + pd.factorize(place)[0],
        ),
        y,
        place,
        year,
    )
    assert made.left_out == (
        LeftOut(Term("area"), "constant"),
        LeftOut(Term("coast"), "no_variation"),
        LeftOut(Term("national"), "common"),
        LeftOut(Term("again"), "collinear", (Term("u"), Term("v"))),
    )
    np.testing.assert_allclose(made.estimate, fit(x, y, place, year).estimate)
    table = made.table()
    assert list(table["factor"]) == ["u", "v", "area", "coast", "national", "again"]
    assert table["estimate"].isna().tolist() == [False, False, True, True, True, True]


def test_without_effects_of_years_what_all_places_share_can_be_told() -> None:
    x, y, place, year = panel()
    made = fit(x.assign(national=np.sqrt(year - 2000.0)), y, place, year, time_effects=False)
    assert made.left_out == ()


def test_more_coefficients_than_rows_are_refused_together() -> None:
    rng = np.random.default_rng(1)
    x = pd.DataFrame(rng.normal(size=(9, 4)), columns=list("abcd"))
    made = fit(x, rng.normal(size=9), list("pppqqqrrr"), [1, 2, 3] * 3)
    assert {each.reason for each in made.left_out} == {"few_rows"}
    assert len(made.estimate) == 0
    assert made.sentences("en")[1] == "a is left out: 9 rows cannot carry so many coefficients."


def test_a_factor_that_one_place_speaks_for_has_no_interval() -> None:
    """A policy that only one place had: its error cannot be told from its effect."""
    x, y, place, year = panel(gaps=0.0)
    policy = ((place == "p03") & (year >= 2013)).astype(float)
    made = fit(x.assign(policy=policy), y, place, year)
    row = made.table().set_index("factor").loc["policy"]
    assert row["reason"] == "few_places"
    assert np.isfinite(row["estimate"]) and np.isnan(row["low"])
    assert made.sentences("en")[3] == (
        f"Too few places speak for policy (estimate {row['estimate']:.3g}): no interval is given."
    )


def test_a_factor_that_two_places_speak_for_has_too_few_degrees_of_freedom() -> None:
    x, y, place, year = panel(gaps=0.0)
    policy = (np.isin(place, ["p03", "p04"]) & (year >= 2013)).astype(float)
    made = fit(x.assign(policy=policy), y, place, year)
    row = made.table().set_index("factor").loc["policy"]
    assert 0 < row["df"] < 4 and np.isnan(row["low"]) and row["se"] > 0
    assert made.sentences("zh")[3] == (
        f"“policy”的估计（{row['estimate']:.3g}）只由很少几个地方决定（自由度{row['df']:.1f}，至少需要4），"
        "不给出区间。"
    )


def test_a_lagged_outcome_is_warned_about() -> None:
    x, y, place, year = panel(gaps=0.0)
    made = fit(x.assign(output=y)[["u", "output"]], y, place, year, lags=(1,))
    assert made.echoes == (Term("output", 1),)
    assert made.sentences("en")[-1] == (
        "output (t−1) repeats an earlier year of the outcome: over 5.0 years on average its coefficient "
        "comes out too low by about (1 + ρ)/4.0 (Nickell's bias), and the others bend with it. Estimators "
        "for such dynamic panels are not offered; take it out of the factors."
    )
    assert fit(x, y, place, year, lags=(1,)).echoes == ()


def test_a_lagged_outcome_given_as_a_column_of_its_own_is_seen_too() -> None:
    x, y, place, year = panel(gaps=0.0)
    before = dict(zip(zip(place, year, strict=True), y, strict=True))
    column = [before.get((p, t - 2), np.nan) for p, t in zip(place, year, strict=True)]
    assert fit(x.assign(old=column), y, place, year).echoes == (Term("old", 0),)


def small() -> PanelFit:
    x, y, place, year = panel()
    return fit(x.assign(area=1.0, w=np.random.default_rng(8).normal(size=len(y))), y, place, year)


def test_it_speaks_plainly_in_both_languages() -> None:
    rows = small().table().set_index("factor")
    shown = {
        name: tuple(f"{rows.loc[name, key]:.3g}" for key in ("estimate", "low", "high")) for name in "uvw"
    }
    english, chinese = small().sentences("en"), small().sentences("zh")
    assert english[1:] == [
        "One more of u goes with {} of the outcome in the same year (95% interval {} to {}).".format(
            *shown["u"]
        ),
        "One more of v goes with {} of the outcome in the same year (95% interval {} to {}).".format(
            *shown["v"]
        ),
        "One more of w goes with {} of the outcome in the same year (95% interval {} to {}): it cannot be "
        "told from nothing.".format(*shown["w"]),
        "area is left out: it never varies.",
    ]
    assert chinese[3:] == [
        "“w”每增加1，同年结果变化{}（95%区间{}至{}），与零无法区分。".format(*shown["w"]),
        "未纳入“area”：它从不变化。",
    ]


def test_the_record_is_plain() -> None:
    record = small().record()
    assert json.loads(json.dumps(record)) == record
    assert record["left_out"] == [{"term": "area", "reason": "constant", "beside": []}]
    assert record["effects"][-2]["estimate"] is None


def test_a_higher_level_is_a_wider_interval() -> None:
    x, y, place, year = panel()
    narrow, wide = (fit(x, y, place, year, level=level).table() for level in (0.8, 0.99))
    assert (wide["low"] < narrow["low"]).all() and (wide["high"] > narrow["high"]).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lags": ()}, "lags are whole years from 0 on, not []; a lead is no cause."),
        ({"lags": (0, -1)}, "lags are whole years from 0 on, not [0, -1]; a lead is no cause."),
        ({"level": 1.0}, "the level of an interval lies between 0 and 1, not at 1."),
        (
            {"y": [1.0]},
            "6 rows of factors, 1 outcomes and 6 places were given; each row needs one of each.",
        ),
        (
            {"x": pd.DataFrame(index=range(6))},
            "a panel regression needs one factor at least, and each needs a name of its own.",
        ),
        (
            {"x": pd.DataFrame({"u": [1.0] * 6, "name": list("abcdef")})},
            "not a column of numbers: name; turn text into figures first.",
        ),
        (
            {"y": [1.0, 2, 3, 2, 3, 4]},
            "the outcome does not vary beside the effects of places and years; nothing to explain.",
        ),
        (
            {"y": [np.nan] * 6},
            "no row has every figure in every lag (the outcome is known in 0 of 6 rows); use fewer factors "
            "or lags.",
        ),
        (
            {"place": list("abcdef")},
            "no place has two years that another place has too; nothing can be compared within.",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {
        "x": pd.DataFrame({"u": [1.0, 2, 6, 1, 4, 4]}),
        "y": [1.0, 5, 2, 4, 2, 9],
        "place": list("aaabbb"),
        "year": [1, 2, 3, 1, 2, 3],
        **change,
    }
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        fit(given.pop("x"), given.pop("y"), given.pop("place"), given.pop("year"), **given)
