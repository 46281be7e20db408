"""What is said of key factors: named only when they stand, and in plain words otherwise."""

import functools
import json
import re

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures import factors
from heban.measures.factors.keyfactors import key_factors
from heban.measures.factors.lmg import lmg
from heban.measures.factors.result import KeyFactors

NAMES = ["staff", "money", "roads", "rain", "rent", "rail"]
ALL = ("lmg", "stability", "permutation")


def table(rows: int, slopes: list[float], seed: int = 1, spread: float = 1.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(rows, len(NAMES))), columns=NAMES)
    frame["patents"] = frame.to_numpy() @ slopes + spread * rng.normal(size=rows)
    return frame


def found(frame: pd.DataFrame, **keys: object) -> KeyFactors:
    settings: dict[str, object] = {"top": 2, "bootstraps": 200, "methods": ("lmg",), **keys}
    return key_factors(frame, "patents", NAMES, **settings)  # type: ignore[arg-type]


@functools.cache
def clear() -> KeyFactors:
    return found(table(90, [2, 1.5, 0.3, 0, 0, 0]), methods=ALL)


def test_factors_that_stand_are_named_with_their_inclusion() -> None:
    made = clear()
    top = made.top()
    assert top.names == ("staff", "money")
    assert top.refused is None
    assert dict(top.stand) == {"staff": 1.0, "money": 1.0}
    assert [each.method for each in made.importances] == ["lmg", "stability", "permutation"]
    for method in ("lmg", "stability", "permutation"):
        assert set(made.of(method).table(2)["factor"][:2]) == {"staff", "money"}


def test_a_third_that_does_not_stand_is_not_named() -> None:
    top = clear().top(4)
    assert (top.names, top.refused) == ((), "unsure")
    assert [name for name, _ in top.stand] == ["staff", "money", "roads"]
    assert len(top.weak) == 1
    assert top.weak[0][1] < 0.8


def test_importance_is_that_of_the_methods_themselves() -> None:
    frame = table(90, [2, 1.5, 0.3, 0, 0, 0])
    made = clear()
    np.testing.assert_allclose(made.of("lmg").values, lmg(frame[NAMES], frame["patents"]), atol=1e-12)
    np.testing.assert_allclose(made.noise.r2, made.of("lmg").values.sum(), atol=1e-8)
    assert made.of("lmg").draws.shape == (200, 6)


def test_effects_are_least_squares_in_both_units() -> None:
    frame = table(90, [2, 1.5, 0.3, 0, 0, 0])
    made = found(frame).effects.set_index("factor")
    design = np.column_stack([np.ones(90), frame[NAMES]])
    slopes = np.linalg.lstsq(design, frame["patents"], rcond=None)[0][1:]
    np.testing.assert_allclose(made["in_units"], slopes, atol=1e-8)
    spread = frame[NAMES].std(ddof=0) / frame["patents"].std(ddof=0)
    np.testing.assert_allclose(made["effect"], slopes * spread, atol=1e-8)
    assert (made["units_low"] < slopes).all()
    assert (made["units_high"] > slopes).all()
    assert made.loc["staff", "units_low"] > 1.5


def test_on_pure_noise_nothing_is_found_at_least_95_times_in_100() -> None:
    """p ≤ .02 has a chance of .02 in each table; the count of this seed is exact."""
    said = [found(table(41, [0] * 6, seed), bootstraps=100, seed=seed).top().refused for seed in range(100)]
    assert said.count("nothing") == 100


def test_nothing_is_said_plainly() -> None:
    made = found(table(90, [0] * 6))
    assert made.verdict("en") == [
        "90 rows were searched for what goes with patents among 6 factors.",
        "All factors together have an R² of 0.07 (adjusted 0.00); dealing the outcomes out at random (999 "
        "draws, seed 1) does as well with p = 0.402.",
        "Nothing found: how these factors go with the outcome cannot be told from chance. None is named.",
        "Importance is association, not cause.",
    ]
    assert made.verdict("zh")[2] == "没有发现：这些因素与结果的关系和偶然无法区分，不给出排名。"


def test_a_small_sample_says_so_however_strong_the_link() -> None:
    made = found(table(29, [2, 2, 0, 0, 0, 0], spread=0.3))
    assert made.size.each == pytest.approx(29 / 6)
    assert (made.top().names, made.top().refused) == ((), "small")
    assert made.verdict("en")[-2] == (
        "Too small to say which: 10 places and 5 independent rows for each factor are the least, and there "
        "are 29 and 4.8. No first 2 are named."
    )
    assert made.verdict("zh")[-2] == (
        "样本太小，说不清是哪些因素：至少需要10个地方、每个因素5个独立观测，"
        "现有29个地方、每个因素4.8个。不给出前2名。"
    )
    assert found(table(30, [2, 2, 0, 0, 0, 0], spread=0.3)).top().refused is None


def test_noise_in_a_small_sample_is_no_proof_of_nothing() -> None:
    assert found(table(20, [0] * 6)).verdict("en")[-2] == (
        "The sample is small too, so weak links would not have shown: nothing found is not nothing there."
    )


def test_fewer_rows_than_coefficients_are_too_few_to_say() -> None:
    made = found(table(6, [1] * 6))
    assert made.top().refused == "small"
    assert made.importances == ()
    assert made.table().empty
    assert made.verdict("en")[1] == (
        "There is no row to spare beyond the coefficients: any outcome would be explained, R² is empty."
    )


def years(places: int, count: int, change: float) -> pd.DataFrame:
    """A panel whose figures change by `change` over the years beside what a place always has."""
    rng = np.random.default_rng(2)
    place = np.repeat(np.arange(places), count)
    x = rng.normal(size=(places, 6))[place] + change * rng.normal(size=(places * count, 6))
    frame = pd.DataFrame(x, columns=NAMES)
    frame["patents"] = (
        2 * x[:, 0] + 2 * x[:, 1] + rng.normal(size=places)[place] + change * rng.normal(size=len(x))
    )
    return frame.assign(
        place=[f"p{number}" for number in place], year=np.tile(np.arange(2015, 2015 + count), places)
    )


def test_years_that_repeat_each_other_do_not_make_a_sample_larger() -> None:
    made = found(years(20, 6, 0.05), place="place", year="year")
    assert (made.size.rows, made.size.places, made.size.years) == (120, 20, 6)
    assert made.size.cases == pytest.approx(20, abs=0.5)
    assert made.top().refused == "small"
    assert made.verdict("en")[:2] == [
        "120 rows of 20 places in 6 years were searched for what goes with patents among 6 factors.",
        "Years of one place are alike, so these rows weigh as 20 independent ones: 3.3 for each factor.",
    ]
    assert found(years(20, 6, 3.0), place="place", year="year").top().names


def test_the_panel_regression_stands_beside_the_others() -> None:
    made = found(years(20, 6, 3.0), place="place", year="year", methods=ALL)
    assert made.panel is not None
    estimate = made.panel.table().set_index("factor")["standardised"]
    within = made.of("fixed_effects")
    np.testing.assert_allclose(within.values, estimate[list(within.factors)].abs(), atol=1e-8)
    assert within.inclusion(2)[:2].min() > 0.95
    detail = next(line for line in made.verdict("en") if line.startswith("staff: LMG"))
    assert "first 2 by stability selection 1.00, permutation 1.00, the panel regression 1.00. With" in detail
    one = made.effects.set_index("factor").loc["staff"]
    assert detail.endswith(
        "With the others equal, one standard deviation more of it goes with "
        f"{one['effect']:.2f} of the outcome's ({one['low']:.2f} to {one['high']:.2f})."
    )


def test_one_year_is_no_panel() -> None:
    frame = table(90, [2, 1.5, 0.3, 0, 0, 0]).assign(place=[f"p{number}" for number in range(90)], year=2020)
    made = found(frame, place="place", year="year")
    assert made.panel is None
    assert made.verdict("en")[0] == "90 rows were searched for what goes with patents among 6 factors."
    np.testing.assert_array_equal(made.of("lmg").draws, clear().of("lmg").draws)


def test_without_years_or_change_there_is_no_panel_regression() -> None:
    frame = years(20, 2, 1.0)
    assert found(frame, place="place").panel is None
    still = frame.groupby("place")[NAMES].transform("mean")
    assert found(frame.assign(**still), place="place", year="year").importances[-1].method == "lmg"


def test_rows_that_lack_a_value_are_left_out_and_counted() -> None:
    frame = table(90, [2, 1.5, 0.3, 0, 0, 0])
    holed = pd.concat([frame, frame.head(3).assign(rain=np.nan)], ignore_index=True)
    made = found(holed)
    assert (made.size.rows, made.size.left_out) == (90, 3)
    assert made.verdict("en")[1] == "3 more lack a value; they were left out, not filled in."
    np.testing.assert_array_equal(made.of("lmg").draws, clear().of("lmg").draws)


def test_a_factor_that_holds_the_outcome_is_no_key_factor() -> None:
    frame = table(90, [2, 1.5, 0.3, 0, 0, 0])
    frame["rail"] = 3 * frame["patents"] + 1e-3 * frame["rain"]
    made = found(frame, top=1)
    assert made.importances[0].inclusion(1)[NAMES.index("rail")] == 1
    assert (made.top().names, made.top().refused) == ((), "leak")
    assert made.verdict("en")[2] == (
        "Among the first are factors that hold the outcome itself. No first 1 are named; mend first what is "
        "said below."
    )
    assert made.verdict("en")[3].startswith("rail nearly equals the outcome")


def test_collinear_factors_are_said_and_share_their_inclusion() -> None:
    frame = table(90, [2, 0, 0, 0, 0, 0])
    frame["rail"] = frame["staff"] * 5 + 1
    made = found(frame, top=1)
    assert made.top().refused == "unsure"
    chances = made.of("lmg").inclusion(1)
    assert chances[0] == pytest.approx(0.5, abs=0.01)
    assert chances[5] == pytest.approx(0.5, abs=0.01)
    assert any("cannot be told apart" in line for line in made.verdict("en"))


def test_the_words_say_which_stand_and_which_do_not() -> None:
    made = found(table(90, [2, 1.5, 0.3, 0, 0, 0]), top=4)
    line = made.verdict("en", names={"staff": "R&D staff"})[2]
    assert re.fullmatch(
        r"These stand: R&D staff \(1\.00\), money \(1\.00\), roads \(0\.\d\d\); these do not: \w+ "
        r"\(0\.\d\d\)\. Another sample might have put others there\. No first 4 are named\.",
        line,
    )
    weak = found(table(60, [0.5] * 6, seed=4), top=2)
    assert weak.top().stand == ()
    assert weak.verdict("en")[2].startswith("Something is there, but not which: none of ")


def test_a_share_is_never_rounded_up_to_standing_or_certainty() -> None:
    from heban.measures.factors.verdict import _share

    assert [_share(value) for value in (0.7999, 0.8, 0.999, 1.0, 0.29)] == [
        "0.79",
        "0.80",
        "0.99",
        "1.00",
        "0.29",
    ]


def test_the_same_seed_gives_the_same_and_the_record_is_plain() -> None:
    first, second = clear(), found(table(90, [2, 1.5, 0.3, 0, 0, 0]), methods=ALL)
    pd.testing.assert_frame_equal(first.table(), second.table())
    assert json.loads(json.dumps(first.record()))["top"]["names"] == ["staff", "money"]
    assert repr(first) == "<KeyFactors of patents: 90 rows, 6 factors; staff, money>"
    assert not np.array_equal(
        first.of("lmg").draws, found(table(90, [2, 1.5, 0.3, 0, 0, 0]), seed=2).of("lmg").draws
    )


def test_one_method_alone_leads() -> None:
    made = found(table(90, [2, 1.5, 0.3, 0, 0, 0]), methods=("permutation",))
    both = clear()
    assert made.top().names == ("staff", "money")
    np.testing.assert_array_equal(made.of("permutation").draws, both.of("permutation").draws)
    assert made.false is None
    assert both.false == pytest.approx(9 / 6 / 0.6)


def test_more_factors_than_subsets_can_be_gone_through_of() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(150, 20)), columns=[f"x{number:02d}" for number in range(20)])
    frame["y"] = 2 * frame["x03"] + 2 * frame["x11"] + rng.normal(size=150)
    made = key_factors(frame, "y", list(frame.columns[:20]), top=2, bootstraps=100, methods=("lmg",))
    assert set(made.top().names) == {"x03", "x11"}


def test_requests_that_make_no_sense_are_refused() -> None:
    frame = table(30, [1] * 6)
    for keys, message in [
        ({"top": 6}, "top is 6 of 6 factors; it has to be at least 1 and leave a factor out."),
        ({"bootstraps": 50}, "bootstraps is 50; at least 100 are needed, and 1000 are usual."),
        ({"level": 1.0}, "level is 1 and must lie above 0 and below 1, as 0.95."),
        ({"methods": ()}, "methods are none; name at least one, and each once."),
    ]:
        with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
            found(frame, **keys)
    with pytest.raises(UnknownName, match=r"^no method 'shap' in the methods of key factors\."):
        found(frame, methods=("shap",))
    with pytest.raises(UnknownName, match=r"^no method 'shap' in these key factors\."):
        found(frame).of("shap")
    message = "top is 0 of 6 factors; it has to be at least 1 and leave a factor out."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        found(frame).top(0)


def test_names_are_loaded_when_first_used() -> None:
    assert set(factors.__all__) <= set(dir(factors))
    assert factors.key_factors is key_factors
    with pytest.raises(AttributeError, match=r"^module 'heban\.measures\.factors' has no attribute 'shap'$"):
        _ = factors.shap
