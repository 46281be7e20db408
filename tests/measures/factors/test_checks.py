"""Every leak is found where it is, and none where there is none."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures.factors.checks import leakage
from heban.measures.factors.leaks import WORDS, Leak

Floats = npt.NDArray[np.float64]
PLACES, YEARS = 20, 8


def keys() -> tuple[list[str], list[int]]:
    place = np.repeat([f"p{number:02d}" for number in range(PLACES)], YEARS)
    return place.tolist(), np.tile(np.arange(2010, 2010 + YEARS), PLACES).tolist()


def clean(seed: int = 1) -> tuple[pd.DataFrame, Floats]:
    """Return positive figures of places of unlike size that grow: an honest panel."""
    rng = np.random.default_rng(seed)
    size = rng.normal(0, 1, (PLACES, 1))
    grown = np.exp(size + 0.08 * np.arange(YEARS) + rng.normal(0, 0.2, (4, PLACES, YEARS)))
    x = pd.DataFrame(grown[:3].reshape(3, -1).T, columns=["staff", "money", "firms"])
    y = grown[0] ** 0.7 * grown[1] ** 0.3 * np.exp(rng.normal(0, 0.15, (PLACES, YEARS)))
    return x, y.ravel()


def codes(x: pd.DataFrame, y: Any, **more: Any) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.code, each.factors) for each in leakage(x, y, *keys(), **more)]


def test_an_honest_panel_has_no_leak() -> None:
    """Lead and lag are told apart with 99 %: of 120 factors about one is called out wrongly."""
    found = [code for seed in range(40) for code, _ in codes(*clean(seed))]
    assert set(found) <= {"future"}
    assert len(found) <= 2


def test_size_and_growth_in_common_are_no_leak() -> None:
    """r in levels is high because places are large or small; changes tell that it is another thing."""
    x, y = clean()
    assert np.corrcoef(x["staff"], y)[0, 1] > 0.9
    rng = np.random.default_rng(1)
    size = np.repeat(np.exp(rng.normal(0, 2, PLACES)), YEARS)
    twins = pd.DataFrame({"people": size * np.exp(rng.normal(0, 0.03, PLACES * YEARS))})
    outcome = size * np.exp(rng.normal(0, 0.03, PLACES * YEARS))
    assert np.corrcoef(twins["people"], outcome)[0, 1] > 0.98
    assert codes(twins, outcome) == []


def test_what_never_varies() -> None:
    x, y = clean()
    assert codes(x.assign(area=3.0, empty=np.nan), y) == [("constant", ("area",)), ("constant", ("empty",))]


def test_factors_that_are_one() -> None:
    x, y = clean()
    x = x.assign(thousands=x["money"] / 1000, rest=100 - x["firms"])
    assert codes(x, y) == [("duplicate", ("money", "thousands")), ("opposite", ("firms", "rest"))]


def test_the_outcome_in_disguise() -> None:
    x, y = clean()
    year = np.array(keys()[1])
    total = pd.Series(y).groupby(year).transform("sum").to_numpy()
    first = np.repeat(y.reshape(PLACES, YEARS)[:, 0], YEARS)
    found = codes(x.assign(granted=1.1 * y + 0.01 * x["staff"]), y)
    assert found == [("twin", ("granted",))]
    assert codes(x.assign(logs=-np.log(y)), y) == [("order", ("logs",))]
    part = y / total * np.exp(-0.5 * (year - 2010))
    assert codes(x.assign(part=part), y) == [("share", ("part",))]
    assert codes(x.assign(base=y / first), y) == [("index", ("base",))]


def test_without_a_panel_levels_decide() -> None:
    x, y = clean()
    x = x.assign(granted=y + 0.01 * x["staff"])
    place, year = keys()
    for given in ((), (place, (2 * np.array(year)).tolist())):  # without years in a row nothing else is left
        found = leakage(x, y, *given)
        assert [(each.code, each.factors) for each in found] == [("twin_level", ("granted",))]


def test_an_outcome_that_is_computed_from_factors() -> None:
    x, _ = clean()
    rng = np.random.default_rng(2)
    x = x.assign(people=np.exp(rng.normal(size=len(x))))
    assert codes(x, (x["staff"] + 2 * x["firms"]).round(3)) == [("sum", ("staff", "firms"))]
    assert codes(x, x["money"] / x["people"]) == [("product", ("money", "people"))]


def test_a_near_sum_is_no_definition() -> None:
    x, _ = clean()
    noise = np.random.default_rng(3).normal(size=len(x))
    y = x["staff"] + x["firms"] + 0.05 * noise
    assert codes(x, y) == []


def test_a_factor_that_follows_the_outcome() -> None:
    """The factor of a year is the outcome of the year before with noise: it cannot have caused it."""
    rng = np.random.default_rng(1)
    y = rng.normal(size=(PLACES, YEARS))
    after, before, beside = (rng.normal(size=(PLACES, YEARS)) for _ in range(3))
    after[:, 1:] += 1.5 * y[:, :-1]
    before[:, :-1] += 1.5 * y[:, 1:]
    beside += 1.5 * y
    columns = {"after": after.ravel(), "before": before.ravel(), "beside": beside.ravel()}
    found = leakage(pd.DataFrame(columns), y.ravel(), *keys())
    assert [(each.code, each.factors) for each in found] == [("future", ("after",))]
    assert found[0].figures["r_lead"] > 0.7
    assert abs(found[0].figures["r_lag"]) < 0.4


def test_a_denominator_in_common() -> None:
    x, y = clean()
    named = {"staff": "population", "money": "gdp"}
    assert codes(x, y, denominators=named, outcome_denominator="population") == [("ratio", ("staff",))]
    assert codes(x, y, denominators=named) == []
    found = leakage(x, y, denominators=named, outcome_denominator="population")
    assert found[0].sentence("en") == (
        "staff and the outcome are both divided by population: a common denominator makes them correlate "
        "even when nothing links them. Use totals, with population as a factor of its own."
    )


def test_unknown_figures_are_passed_over() -> None:
    x, y = clean()
    x = x.assign(granted=1.1 * y + 0.01 * x["staff"])
    x.loc[::7, "granted"] = np.nan
    x.loc[3::9, "money"] = np.nan
    assert codes(x, np.where(np.arange(len(y)) % 11 == 0, np.nan, y)) == [("twin", ("granted",))]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("code", list(WORDS))
def test_each_leak_has_words_and_a_record(code: Any, lang: Any) -> None:
    figures = dict.fromkeys(["r", "r_changes", "r2", "r_lead", "r_lag"], 0.5)
    leak = Leak(code, ("staff", "money"), figures, "people")
    said = leak.sentence(lang)
    assert "staff" in said and "money" in said and said[-1] in ".。"
    assert json.loads(json.dumps(leak.record()))["factors"] == ["staff", "money"]


def test_rows_go_together() -> None:
    x, y = clean()
    message = "160 rows of factors and 3 outcomes were given; one for each row."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        leakage(x, y[:3])
    with pytest.raises(BadSpec, match=r"^places and years go together; give both, or neither\.$"):
        leakage(x, y, keys()[0])
    message = "3 places and 160 outcomes were given; each row needs one of both."
    with pytest.raises(BadSpec, match=f"^{re.escape(message)}$"):
        leakage(x, y, list("abc"), [1, 2, 3])


def test_a_denominator_of_no_factor_is_refused() -> None:
    x, y = clean()
    message = "no factor 'stuff' in the table of factors. Near names: staff."
    with pytest.raises(UnknownName, match=f"^{re.escape(message)}$"):
        leakage(x, y, denominators={"stuff": "people"})
