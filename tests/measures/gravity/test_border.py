"""A planted border is found, its change is told from chance, and flows that carry none are refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.measures import gravity
from heban.measures.gravity.border import LEAST_PAIRS
from heban.records.flows import Flows
from tests.measures.gravity.dummies import simulated

PLANTED = {2000: np.log(4.0), 2001: np.log(2.0)}


def planted(size: float = 2.0, places: int = 60, directed: bool = True) -> tuple[Flows, gravity.Covariates]:
    return simulated(
        np.random.default_rng(3), places, 2, same=tuple(PLANTED.values()), size=size, directed=directed
    )


def grouped(flows: Flows) -> pd.Series[bool]:
    """Which rows of simulated flows stay within a group."""
    group = {code: number % 3 for number, code in enumerate(flows.places)}
    return flows.frame["origin"].map(group) == flows.frame["destination"].map(group)


def with_rows(flows: Flows, keep: pd.Series[bool]) -> Flows:
    return Flows(flows.frame[keep], flows.places, flows.directed)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("friction", ["yearly", "pooled"])
def test_a_planted_border_is_found_in_its_year(directed: bool, friction: gravity.Friction) -> None:
    found = gravity.borders(*planted(directed=directed), friction=friction)
    for border in found.years:
        assert border.refused is None
        assert border.low < np.exp(PLANTED[border.year]) < border.high
        assert border.high / border.low < 1.6
        assert border.told
        assert border.penalty == pytest.approx(1 / border.ratio)
    change = found.change(2000, 2001)
    assert change is not None
    assert change.low < 0.5 < change.high < 1
    assert change.ratio == pytest.approx(found.of(2001).ratio / found.of(2000).ratio)


def test_a_friction_that_changes_is_read_as_a_border_when_pooled_only() -> None:
    rng = np.random.default_rng(1)
    flows, known = simulated(rng, 60, 1, same=(0.0,), distance=-1.6, size=3.0)
    later = simulated(np.random.default_rng(1), 60, 1, same=(0.0,), distance=-0.2, size=3.0)[0]
    # Groups that are regions: west, middle, east, so that places of one group are near each other.
    groups = {code: str(number) for number, code in enumerate(flows.places)}
    near = np.argsort(known.of("distance")[0])
    groups = {flows.places[place]: "PQR"[rank // 20] for rank, place in enumerate(near)}
    both = pd.concat([flows.frame, later.frame.assign(year=2001)], ignore_index=True)
    kilometres = np.exp(np.where(np.eye(60, dtype=bool), 0.0, known.of("distance")))
    of = gravity.covariates(flows.places, kilometres, groups=groups)
    yearly, pooled = (
        gravity.borders(Flows(both, flows.places, True), of, friction=friction)
        for friction in ("yearly", "pooled")
    )
    assert not any(border.told for border in yearly.years)
    assert pooled.of(2000).ratio > 1.1
    assert pooled.of(2001).ratio < 0.9


def test_few_pairs_on_either_side_are_refused_at_the_threshold() -> None:
    flows, known = planted()
    within = grouped(flows) & (flows.frame["year"] == 2001)
    pairs = flows.frame[within].apply(lambda row: frozenset((row["origin"], row["destination"])), axis=1)
    some = set(pairs.unique()[:LEAST_PAIRS])
    for count, reason in ((LEAST_PAIRS, None), (LEAST_PAIRS - 1, "few_within")):
        left = {pair for number, pair in enumerate(sorted(some, key=sorted)) if number < count}
        keep = ~within | pairs.isin(left).reindex(flows.frame.index, fill_value=False)
        border = gravity.borders(with_rows(flows, keep), known).of(2001)
        assert border.counts.flowing_within == count
        assert border.refused in ((None, "wide") if reason is None else (reason,))
    crossing = ~grouped(flows) & (flows.frame["year"] == 2001)
    found = gravity.borders(with_rows(flows, ~crossing), known)
    assert found.of(2001).refused == "few_between"
    assert found.of(2001).penalty is None
    assert np.isnan(found.of(2001).ratio)
    assert found.of(2000).refused is None
    assert found.change(2000, 2001) is None


def test_one_group_or_none_of_two_is_no_variation() -> None:
    flows, known = planted()
    for groups in (dict.fromkeys(flows.places, "P"), {code: code for code in flows.places}):
        same = np.array([[float(groups[a] == groups[b]) for b in flows.places] for a in flows.places])
        of = gravity.Covariates(known.places, known.names, np.stack([known.of("distance"), same]))
        assert {border.refused for border in gravity.borders(flows, of).years} == {"no_variation"}


def test_a_place_against_the_rest_is_no_variation_beside_its_own_effect() -> None:
    flows, known = simulated(np.random.default_rng(3), 24, 1, size=3.0)
    groups = {code: "P" if number else "Q" for number, code in enumerate(flows.places)}
    same = np.array([[float(groups[a] == groups[b]) for b in flows.places] for a in flows.places])
    of = gravity.Covariates(known.places, known.names, np.stack([known.of("distance"), same]))
    assert gravity.borders(flows, of).of(2000).refused == "no_variation"


def test_equal_distances_are_refused() -> None:
    flows, known = planted()
    level = gravity.Covariates(known.places, known.names, np.stack([np.ones((60, 60)), known.of("same")]))
    assert {border.refused for border in gravity.borders(flows, level).years} == {"no_distance"}


def test_unknown_distances_leave_too_little() -> None:
    flows, known = planted()
    nowhere = np.full((60, 60), np.nan)
    lost = gravity.Covariates(known.places, known.names, np.stack([nowhere, known.of("same")]))
    found = gravity.borders(flows, lost)
    assert {border.refused for border in found.years} == {"few_within"}
    assert found.gravity is None


def test_a_network_of_stars_has_no_freedom() -> None:
    codes = tuple(f"p{number:02d}" for number in range(40))
    rows = [(codes[0], code, 2000, 1.0 + number) for number, code in enumerate(codes[1:])]
    frame = pd.DataFrame(rows, columns=["origin", "destination", "year", "value"]).assign(**{"class": ""})
    at = np.arange(40.0) ** 1.3
    groups = {code: "PQ"[number % 2] for number, code in enumerate(codes)}
    of = gravity.covariates(codes, np.abs(np.subtract.outer(at, at)), groups=groups)
    found = gravity.borders(Flows(frame, codes, False), of)
    assert found.of(2000).refused == "few_spare"


def test_an_interval_that_spans_too_much_is_refused_and_kept_for_the_record() -> None:
    flows, known = simulated(np.random.default_rng(19), 30, 1, size=0.03, directed=False)
    wild = flows.frame["value"] * (0.01 + np.random.default_rng(0).pareto(0.8, len(flows.frame)))
    found = gravity.borders(Flows(flows.frame.assign(value=wild), flows.places, False), known)
    border = found.of(2000)
    assert border.refused == "wide"
    assert border.high / border.low > 10
    assert np.isnan(border.ratio)
    assert border.penalty is None
    (said,) = gravity.sentences(found.record(), "en")
    ends = f"{border.low:.3g} to {border.high:.3g}"
    assert said == (
        f"There is no border effect for 2000: its interval is too wide ({ends}, more than 10 times)."
    )


def test_a_border_that_is_not_there_is_not_told() -> None:
    flows, known = simulated(np.random.default_rng(2), 30, 1, same=(0.0,))
    found = gravity.borders(flows, known)
    border = found.of(2000)
    assert border.refused is None
    assert not border.told
    said = gravity.sentences(found.record(), "en")
    assert said[1] == "The interval of 2000 includes 1: the border of a province cannot be told from chance."


def test_the_unit_and_the_order_of_flows_do_not_matter() -> None:
    flows, known = planted(places=24)
    more = Flows(flows.frame.assign(value=flows.frame["value"] * 12.5).iloc[::-1], flows.places, True)
    one, other = (gravity.borders(each, known).table() for each in (flows, more))
    pd.testing.assert_frame_equal(one[["ratio", "low", "high"]], other[["ratio", "low", "high"]], rtol=1e-7)


def test_the_sentences_take_their_numbers_from_the_record() -> None:
    counts = {"pairs_within": 30, "pairs_between": 90, "flowing_within": 4, "flowing_between": 50}
    first = {"year": 2011, "ratio": 3.0, "low": 2.0, "high": 4.5, "told": True, "refused": None, **counts}
    last = {"year": 2022, "ratio": 1.5, "low": 1.2, "high": 1.9, "told": True, "refused": None, **counts}
    gap = {"year": 2015, "ratio": None, "low": None, "high": None, "refused": "few_within", **counts}
    change = {"ratio": 0.5, "low": 0.4, "high": 0.8}
    record = {"years": [first, gap, last], "first": first, "last": last, "change": change}
    assert gravity.sentences(record, "en") == [
        "At equal distance two places of one province exchanged 1.50 times as much in 2022 as two of "
        "different provinces (95% interval 1.20 to 1.90); in 2011 it was 3.00 (2.00 to 4.50).",
        "The later is 0.50 times the earlier (0.40 to 0.80): the border weakened.",
        "There is no border effect for 2015: only 4 pairs of one province have a flow, and 10 are needed.",
    ]
    assert gravity.sentences(record, "zh") == [
        "2022年，同等距离下同省两地往来是异省两地的1.50倍（95%区间1.20–1.90）；2011年为3.00倍（2.00–4.50）。",
        "两者之比为0.50（0.40–0.80），省界效应减弱。",
        "2015年的省界效应无法给出：同省有往来的地对只有4对，至少需要10对。",
    ]
    land = gravity.sentences(record, "en", group={"zh": ("州", "州"), "en": ("Land", "Länder")})
    assert land[0].startswith("At equal distance two places of one Land exchanged")


def test_every_reason_has_its_words_in_both_languages() -> None:
    from typing import get_args

    from heban.measures.gravity.border import Reason
    from heban.measures.gravity.words import REFUSAL

    numbers = {"low": 0.1, "high": 9.0, "pairs_within": 1, "pairs_between": 2, "flowing_within": 3}
    for reason in get_args(Reason):
        year = {"year": 2020, "refused": reason, "flowing_between": 4, **numbers}
        record = {"years": [year], "first": None, "last": None, "change": None}
        for lang in ("zh", "en"):
            (said,) = gravity.sentences(record, lang)
            assert "2020" in said
            assert "{" not in said
    assert set(REFUSAL) == set(get_args(Reason))


def test_what_cannot_be_asked_is_said() -> None:
    flows, known = planted(places=24)
    bare = gravity.Covariates(known.places, ("distance",), known.values[:1])
    with pytest.raises(
        BadSpec, match=r"^a border effect needs the covariate 'same'; `covariates` makes it\.$"
    ):
        gravity.borders(flows, bare)
    with pytest.raises(UnknownName, match=r"^no year '1990' in the border effects\. Known: 2000, 2001\.$"):
        gravity.borders(flows, known).of(1990)
