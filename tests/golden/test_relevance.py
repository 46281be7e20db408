"""Relevance on real judgements: 40_needs_achievements and 41_reviewer_expertise of ../shared/data
(READMEs there)."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.match_quality import Bench, achievements, by_expert, reviewers
from heban.measures import relevance
from heban.measures.relevance import views

SEED = 7


@pytest.fixture(scope="module")
def bench(shared: Path) -> Bench:
    return Bench(*achievements(shared / "data" / "40_needs_achievements"))


def test_the_baseline_is_the_one_of_the_design(bench: Bench) -> None:
    view = views.tfidf(bench.wholes, bench.offers["title"].tolist(), relevance.analyser("grams"), whole=True)
    found = relevance.interval(bench.judged(view[bench.cell]), seed=SEED)
    assert found["value"].tolist() == pytest.approx([0.694, 0.2155], abs=0.001)


@pytest.mark.parametrize(("shortlist", "values"), [(False, (0.7117, 0.2074)), (True, (0.7229, 0.1871))])
def test_the_declared_needs_gain_over_the_baseline(
    bench: Bench, shortlist: bool, values: tuple[float, float]
) -> None:
    """In both metrics the interval of the paired gain lies above 0; a shortlist helps further."""
    view = views.tfidf(bench.wholes, bench.offers["title"].tolist(), relevance.analyser("grams"), whole=True)
    scored = relevance.scored(bench.needs, bench.offers, bench.pairs, shortlist=shortlist)
    gain = relevance.paired_gain(relevance.judged(scored), bench.judged(view[bench.cell]), seed=SEED)
    assert gain.holds
    assert (gain.table["low"] > 0).all()
    assert gain.table["value"].tolist() == pytest.approx(values, abs=0.0005)


def test_the_declared_experts(shared: Path) -> None:
    needs, offers, works, ratings = reviewers(shared / "data" / "41_reviewer_expertise")
    scored = relevance.scored(needs, offers, ratings, relevance.EXPERTS, works=works)
    found = relevance.interval(by_expert(scored), seed=SEED).set_index("metric").loc["pair_loss"]
    assert found["value"] == pytest.approx(0.2324, abs=0.003)
    assert found["value"] <= 0.25


def test_every_real_answer_has_its_reasons(bench: Bench) -> None:
    made = relevance.match(bench.needs.head(20), bench.offers)
    assert made.table.groupby("need").size().max() <= 10
    for need, offer in made.table[["need", "offer"]].to_numpy()[::7]:
        codes = [told.code for told in made.reasons(need, offer)]
        assert codes[0] in ("terms", "characters") and "passage" in codes
