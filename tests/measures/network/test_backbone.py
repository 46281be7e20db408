"""The disparity filter: against the integral it stands for, laws, corrections, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from heban.domain.errors import BadSpec
from heban.measures.network.backbone import backbone, disparity
from heban.measures.network.ties import pairs
from heban.records.flows import Flows
from tests.measures.network.flowcases import PLACES, Row, counted, flows_of, reversed_flows, scaled


def integral(weight: float, others: np.ndarray) -> float:
    """1 − (k − 1) ∫₀^p (1 − x)^(k − 2) dx over the ties of one place; NaN for one tie."""
    ties = others[others > 0]
    if len(ties) < 2:
        return float("nan")
    power = len(ties) - 2
    return 1 - (len(ties) - 1) * quad(lambda x: (1 - x) ** power, 0, weight / ties.sum())[0]


@settings(max_examples=60)
@given(counted(), st.booleans())
def test_alpha_is_the_integral_of_the_paper(rows: list[Row], directed: bool) -> None:
    flows = flows_of(rows, PLACES, directed=directed)
    matrix, number = flows.matrix(), {place: i for i, place in enumerate(PLACES)}
    table = disparity(flows)
    assert table[["origin", "destination", "value"]].equals(pairs(flows))
    for row in table.itertuples():
        i, j = number[row.origin], number[row.destination]
        assert row.alpha_origin == pytest.approx(integral(row.value, matrix[i]), nan_ok=True, abs=1e-9)
        assert row.alpha_destination == pytest.approx(
            integral(row.value, matrix[:, j]), nan_ok=True, abs=1e-9
        )


def kept(flows: Flows, **how: object) -> set[frozenset[str]]:
    table = backbone(flows, level=0.3, **how).kept  # type: ignore[arg-type]
    return {frozenset(ends) for ends in table[["origin", "destination"]].itertuples(index=False)}


@settings(max_examples=60)
@given(counted(), st.permutations(PLACES), st.sampled_from([0.5, 8.0]))
def test_the_backbone_knows_neither_order_nor_unit_nor_lonely_places(
    rows: list[Row], order: list[str], factor: float
) -> None:
    flows = flows_of(rows, PLACES, directed=False)
    turned = scaled(Flows(flows.frame, (*order, "z"), directed=False), factor)
    assert kept(turned) == kept(flows) == kept(reversed_flows(flows))


@settings(max_examples=60)
@given(counted())
def test_turning_every_flow_round_swaps_the_ends(rows: list[Row]) -> None:
    flows = flows_of(rows, PLACES, directed=True)
    there, back = (disparity(one) for one in (flows, reversed_flows(flows)))
    swapped = {"origin": "destination", "destination": "origin"}
    swapped |= {f"alpha_{old}": f"alpha_{new}" for old, new in swapped.items()}
    back = back.rename(columns=swapped)[list(there.columns)]
    key = ["origin", "destination"]
    pd.testing.assert_frame_equal(
        back.sort_values(key, ignore_index=True), there.sort_values(key, ignore_index=True)
    )


@settings(max_examples=60)
@given(counted())
def test_stricter_rules_keep_fewer(rows: list[Row]) -> None:
    flows = flows_of(rows, PLACES, directed=False)
    assert kept(flows, rule="both") <= kept(flows)
    assert kept(flows, correction="bonferroni") <= kept(flows, correction="benjamini_hochberg") <= kept(flows)
    found, wider = (backbone(flows, level=level) for level in (0.05, 0.5))
    assert (wider.ties["kept"] | ~found.ties["kept"]).all()
    if len(found.ties):
        assert found.share_of_ties == pytest.approx(len(found.kept) / len(found.ties))
        assert found.share_of_value == pytest.approx(found.kept["value"].sum() / found.ties["value"].sum())
        assert (
            found.share_of_ties <= found.share_of_value + 1e-9 or found.share_of_ties <= wider.share_of_ties
        )


def star() -> Flows:
    """A hub with one large and nine small flows; the large one's other end has two ties."""
    rows = [("hub", "a", 91.0), *(("hub", place, 1.0) for place in "bcdefghij"), ("a", "b", 9.0)]
    return flows_of(rows, (*"abcdefghij", "hub"), directed=False)


def test_by_hand() -> None:
    found = backbone(star())
    assert found.kept[["origin", "destination", "value"]].to_numpy().tolist() == [["a", "hub", 91.0]]
    first = found.ties.iloc[0]
    assert first["alpha_destination"] == pytest.approx(0.09**9)
    assert first["alpha_origin"] == pytest.approx(0.09)
    assert found.tests == 14
    assert found.by_chance == pytest.approx(0.7)
    assert found.share_of_value == pytest.approx(91 / 109)
    assert found.share_of_places == pytest.approx(2 / 11)


def test_both_ends_must_agree_unless_one_cannot_speak() -> None:
    assert backbone(star(), rule="both").kept.empty
    lone = flows_of([("a", "b", 98.0), ("a", "c", 1.0), ("a", "d", 1.0)], directed=False)
    assert backbone(lone, rule="both").kept["destination"].to_list() == ["b"]
    alone = backbone(flows_of([("a", "b", 9.0)], directed=False), rule="both")
    assert alone.kept.empty
    assert alone.tests == 0


def test_the_corrections_are_those_of_their_definitions() -> None:
    flows = star()
    ends = backbone(flows).ties[["alpha_origin", "alpha_destination"]].to_numpy()
    alphas = np.sort(ends[~np.isnan(ends)])
    level = 0.5
    count = max(i for i in range(1, len(alphas) + 1) if alphas[i - 1] <= level * i / len(alphas))
    for correction, bar in (("bonferroni", level / len(alphas)), ("benjamini_hochberg", alphas[count - 1])):
        right = np.nan_to_num(ends, nan=1.0) <= bar
        table = backbone(flows, level=level, correction=correction).ties  # type: ignore[arg-type]
        assert table["kept"].to_list() == right.any(axis=1).tolist()


def test_false_ties_are_as_many_as_announced() -> None:
    rng = np.random.default_rng(3)
    places = tuple(f"p{i:02d}" for i in range(60))
    alphas = []
    for origin in places:
        cuts = rng.dirichlet(np.ones(59))
        rows = [
            (origin, other, float(cut))
            for other, cut in zip(places[1:], cuts, strict=True)
            if other != origin
        ]
        table = disparity(flows_of(rows, places, directed=True))
        alphas.append(table["alpha_origin"].to_numpy())
    share = (np.concatenate(alphas) < 0.05).mean()
    assert share == pytest.approx(0.05, abs=0.01)


def test_without_flow_nothing_is_kept() -> None:
    found = backbone(flows_of([], directed=False))
    assert found.kept.empty
    assert np.isnan(found.share_of_ties)
    assert np.isnan(found.share_of_value)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"level": 0}, "the level is 0; give a probability between 0 and 1, such as 0.05."),
        ({"rule": "any"}, "rule is 'any' and takes 'either' or 'both'."),
        (
            {"correction": "holm"},
            "correction is 'holm' and takes 'none' or 'bonferroni' or 'benjamini_hochberg'.",
        ),
    ],
)
def test_what_is_refused_and_how(how: dict[str, object], message: str) -> None:
    with pytest.raises(BadSpec) as refused:
        backbone(star(), **how)  # type: ignore[arg-type]
    assert str(refused.value) == message


def test_a_flow_without_a_value_is_refused_unless_it_stays_within_its_place() -> None:
    with pytest.raises(BadSpec) as refused:
        disparity(flows_of([("a", "b", float("nan"))]))
    assert str(refused.value) == (
        "flows between places without a value: 1 of 1, the first from a to b in 2020; "
        "absence is not zero (§1). Find the values, or leave those rows out and say so."
    )
    assert len(disparity(flows_of([("a", "b", 1.0), ("c", "c", float("nan"))]))) == 1
