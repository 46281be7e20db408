"""What if: the engine's own answer under other weights, and nothing when what is stored does not tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.records.package import open_package
from heban.report.chapters.capacity import capacity
from heban.web.atlas import whatif
from heban.web.atlas.packages import Results
from tests.conftest import _indicators


@pytest.fixture
def ruler(results: Results) -> whatif.Ruler:
    found = whatif.ruler(results)
    assert found is not None
    return found


def test_the_stored_index_is_found_again(ruler: whatif.Ruler) -> None:
    assert (ruler.method, ruler.year) == ("arithmetic", 2013)
    assert [en for _, en in ruler.pillars] == ["Input", "Output"]
    assert ruler.members == {"P1", "P2"}
    np.testing.assert_allclose(ruler.weighed(list(ruler.weights)), ruler.totals, rtol=1e-12)


@pytest.mark.parametrize("weights", [(3.0, 1.0), (1.0, 4.0), (0.5, 0.25)])
def test_it_is_what_the_engine_builds_with_these_weights(
    weights: tuple[float, float], ruler: whatif.Ruler, demo_with: Callable[..., Path]
) -> None:
    indicators = _indicators()
    for code, weight in zip(("input", "output"), weights, strict=True):
        indicators.loc[indicators["code"] == code, "weight"] = weight
    built = capacity(open_package(demo_with(indicators=indicators))).index
    expected = built.scores.sel(node=built.root, year=2013, place=list(ruler.places)).to_numpy()
    np.testing.assert_allclose(ruler.weighed(list(weights)), expected, rtol=1e-12)


def test_the_insides_of_the_pillars_are_found_again(ruler: whatif.Ruler) -> None:
    assert [[code for code, _, _ in inside.indicators] for inside in ruler.insides] == [
        ["spend", "staff"],
        ["patents"],
    ]
    leaves = [float(weight) for inside in ruler.insides for weight in inside.weights]
    np.testing.assert_allclose(ruler.weighed(list(ruler.weights), leaves), ruler.totals, rtol=1e-12)


@pytest.mark.parametrize("leaves", [(3.0, 1.0, 1.0), (0.0, 2.0, 5.0)])
def test_weighing_indicators_is_what_the_engine_builds_with_these_weights(
    leaves: tuple[float, ...], ruler: whatif.Ruler, demo_with: Callable[..., Path]
) -> None:
    indicators = _indicators()
    for code, weight in zip(("spend", "staff", "patents"), leaves, strict=True):
        indicators.loc[indicators["code"] == code, "weight"] = weight
    built = capacity(open_package(demo_with(indicators=indicators))).index
    expected = built.scores.sel(node=built.root, year=2013, place=list(ruler.places)).to_numpy()
    np.testing.assert_allclose(ruler.weighed([1.0, 1.0], leaves), expected, rtol=1e-12)


def test_with_one_pillar_alone_its_scores_are_the_totals(ruler: whatif.Ruler) -> None:
    np.testing.assert_array_equal(ruler.weighed([0.0, 1.0]), ruler.scores[:, 1])


def test_equal_totals_share_the_better_rank_and_the_region_has_none(ruler: whatif.Ruler) -> None:
    totals = np.array([2.0 if place in ruler.members else 9.0 for place in ruler.places])
    assert ruler.ranks(totals) == [1 if place in ruler.members else None for place in ruler.places]


def test_a_package_that_no_rule_gives_again_is_not_weighed(results: Results) -> None:
    tables = dict(results.facts["tables"])
    scores = tables[whatif.SCORES]
    at = [column["name"] for column in scores["columns"]].index("value")
    rows = [[*row[:at], float(str(row[at])) + 0.001, *row[at + 1 :]] for row in scores["rows"]]
    tables[whatif.SCORES] = {**scores, "rows": rows}
    assert whatif.ruler(replace(results, facts={**results.facts, "tables": tables})) is None
    del tables[whatif.STEPS]
    assert whatif.ruler(replace(results, facts={**results.facts, "tables": tables})) is None


@pytest.mark.parametrize(
    ("weights", "zh", "en"),
    [
        ([1.0], "应给出 2 个权重，所给为 1 个。", "There are 2 weights to give, not 1."),
        ([1.0, -1.0], "权重应为 0 至 100 的数，所给为 -1。", "A weight is a number from 0 to 100, not -1."),
        (
            [1.0, float("nan")],
            "权重应为 0 至 100 的数，所给为 nan。",
            "A weight is a number from 0 to 100, not nan.",
        ),
        (
            [0.0, 0.0],
            "权重全为 0，无从计算。请至少给一个支柱赋权。",
            "All weights are 0, so nothing is left to weigh. Give one pillar a weight.",
        ),
    ],
)
def test_weights_that_do_not_fit_are_refused(
    weights: list[float], zh: str, en: str, ruler: whatif.Ruler, client: Client
) -> None:
    for language, message in (("zh-hans", zh), ("en", en)):
        with translation.override(language), pytest.raises(BadSpec) as refused:
            ruler.weighed(weights)
        assert str(refused.value) == message
        answer = client.get(f"/{language}/atlas/demo/whatif.json", {"w": weights})
        assert answer.status_code == 400
        assert answer.json()["error"]["message"] == message
        page = client.get(f"/{language}/atlas/demo/index", {"w": weights})
        assert message in page.content.decode()


@pytest.mark.parametrize(
    ("leaves", "zh", "en"),
    [
        ([1.0], "应给出 3 个权重，所给为 1 个。", "There are 3 weights to give, not 1."),
        (
            [1.0, 1.0, 101.0],
            "权重应为 0 至 100 的数，所给为 101。",
            "A weight is a number from 0 to 100, not 101.",
        ),
        (
            [0.0, 0.0, 1.0],
            "支柱“投入”的指标权重全为 0。请至少给其中一个指标赋权。",
            "All indicators of the pillar “Input” weigh 0. Give one of them a weight.",
        ),
    ],
)
def test_weights_of_indicators_that_do_not_fit_are_refused(
    leaves: list[float], zh: str, en: str, client: Client
) -> None:
    for language, message in (("zh-hans", zh), ("en", en)):
        answer = client.get(f"/{language}/atlas/demo/whatif.json", {"w": [1, 1], "i": leaves})
        assert answer.status_code == 400
        assert answer.json()["error"]["message"] == message
        page = client.get(f"/{language}/atlas/demo/index", {"w": [1, 1], "i": leaves})
        assert message in page.content.decode()


SCORES = np.array([[120.0, 80.0, 300.0], [90.0, 410.0, 75.0], [100.0, 100.0, 100.0]])
weight = st.floats(0, 100, allow_subnormal=False).filter(lambda x: x == 0 or x > 1e-3)


def _ruler(method: str) -> whatif.Ruler:
    ones = np.ones(3)
    pillars = (("甲", "A"), ("乙", "B"), ("丙", "C"))
    return whatif.Ruler(2022, method, ("a", "b", "c"), frozenset("abc"), pillars, ones, SCORES, ones)


@given(st.sampled_from(sorted(whatif.METHODS)), st.lists(weight, min_size=3, max_size=3))
def test_a_total_lies_between_its_pillars_and_only_proportions_count(
    method: str, weights: list[float]
) -> None:
    if not sum(weights) > 0:
        return
    totals = _ruler(method).weighed(weights)
    assert (totals >= SCORES.min(axis=1) * (1 - 1e-9)).all()
    assert (totals <= SCORES.max(axis=1) * (1 + 1e-9)).all()
    halved = _ruler(method).weighed([one / 2 for one in weights])
    np.testing.assert_allclose(halved, totals, rtol=1e-9)


def test_the_answer_to_programs_is_labelled_as_the_readers_own(client: Client, ruler: whatif.Ruler) -> None:
    answer = client.get("/en/atlas/demo/whatif.json", {"w": ["3", "1"]}).json()
    assert (answer["own"], answer["year"], answer["method"]) == (True, 2013, "arithmetic")
    assert [row["total"] for row in answer["rows"]] == list(ruler.weighed([3, 1]))
    words = client.get("/en/atlas/demo/whatif.json", {"w": ["x", "1"]})
    assert words.json()["error"]["message"] == "A weight is a number from 0 to 100, not x, 1."


def test_the_page_weighs_without_scripts_and_says_whose_it_is(client: Client, ruler: whatif.Ruler) -> None:
    page = client.get("/en/atlas/demo/index", {"w": ["0", "1"]}).content.decode()
    assert "Your own weights: these totals are yours, not the package's." in page
    stated = "As published: the weights that the package states."
    assert stated in client.get("/en/atlas/demo/index").content.decode()
    # Only proportions count: twice the stated weights are the stated ones.
    same = {"w": ["5", "5"], "i": ["10", "10", "3"]}
    assert stated in client.get("/en/atlas/demo/index", same).content.decode()
    assert stated not in client.get("/en/atlas/demo/index", same | {"i": ["10", "9", "3"]}).content.decode()
