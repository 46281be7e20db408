"""Foretelling: metrics as scikit-learn has them, no look ahead, reasons that are true."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from heban.domain.errors import BadSpec, UnknownName
from heban.plans.partners import evaluation, fit, history, suggest
from heban.plans.partners.evaluation import _of_draw
from heban.plans.partners.features import Ground
from heban.plans.partners.invented import growing
from heban.records.flows import Flows
from heban.records.holdings import Holdings


@pytest.mark.parametrize("seed", range(5))
def test_metrics_with_ties_and_weights(seed):
    rng = np.random.default_rng(seed)
    score, label = rng.integers(0, 8, 200).astype(float), rng.random(200) < 0.2
    weight = rng.integers(0, 3, 200).astype(float)
    order = np.argsort(-score, kind="stable")
    last = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    auc, precision, *_ = _of_draw(weight[order], label[order], last)
    assert auc == pytest.approx(roc_auc_score(label, score, sample_weight=weight))
    assert precision == pytest.approx(average_precision_score(label, score, sample_weight=weight))


def test_precision_counts_ties_at_the_border_in_part():
    label, last = np.array([True] * 6 + [False] * 14), np.array([19])  # all tied
    assert _of_draw(np.ones(20), label, last)[2] == pytest.approx(0.3)


def test_later_years_do_not_matter_to_what_is_foretold():
    flows = growing(40)
    frame = flows.frame
    later = frame["year"] > 2002
    changed = Flows(frame.assign(value=np.where(later, 99.0, frame["value"])), flows.places, directed=False)
    cut = Flows(frame[~later], flows.places, directed=False)
    made = [suggest(one, 2002, np.random.default_rng(0)).table for one in (flows, changed, cut)]
    pd.testing.assert_frame_equal(made[0], made[1])
    pd.testing.assert_frame_equal(made[0], made[2])


def test_an_evaluation_is_repeatable_and_told_with_its_intervals():
    made, again = (
        evaluation(growing(60, 1), (2000, 2001, 2003), np.random.default_rng(4), replications=30)
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(made.table, again.table)
    assert ((made.table["low"] <= made.table["high"]) | made.table["low"].isna()).all()
    values = made.table.set_index(["method", "metric"])["value"]
    gains = made.gains.set_index(["method", "metric"])["value"]
    assert gains["common", "auc"] == pytest.approx(values["combined", "auc"] - values["common", "auc"])
    assert len(made.sentences("zh")) == len(made.sentences("en")) == 3
    assert made.sentences("en")[0].startswith("From what was known by 2001, new links until 2003: ")


def test_suggestions_are_new_and_say_who_is_shared():
    flows = growing(40)
    made = suggest(flows, 2002, np.random.default_rng(0), span=2, top=5)
    before = history(flows, 2002)
    tie = before.tie.toarray() > 0
    for row in made.table.itertuples():
        i, j = before.codes.index(row.one), before.codes.index(row.other)
        assert not tie[i, j]
        assert set(row.shared) == {before.codes[k] for k in np.flatnonzero(tie[i] & tie[j])}
    assert (made.table["chance"].diff().dropna() <= 1e-12).all()
    own = suggest(flows, 2002, np.random.default_rng(0), top=3, of="p04").table
    assert set(own["one"]) == {"p04"}


def test_a_suggestion_in_words():
    flows = growing(40)
    where = {code: (120.0 + k / 10, 31.0) for k, code in enumerate(flows.places)}
    rows = [(code, f"x{k % 4}", 2000, 1.0 + k % 3) for k, code in enumerate(flows.places)]
    rows += [(code, f"x{(k + 1) % 3}", 2000, 2.0) for k, code in enumerate(flows.places)]
    held = Holdings.from_frame(pd.DataFrame(rows, columns=["place", "class", "year", "value"]))
    made = suggest(flows, 2002, np.random.default_rng(0), Ground(where, held), span=2, top=1)
    row = made.table.iloc[0]
    assert row["en"].startswith(f"{row['one']} and {row['other']}: a new link within 2 years has a chance of")
    assert " km apart" in row["en"] and " of what is related to x" in row["en"]
    assert row["zh"].startswith(f"{row['one']}与{row['other']}：2年内新建联系的概率约")


def test_refusals():
    flows, rng = growing(), np.random.default_rng(0)
    with pytest.raises(BadSpec) as caught:
        evaluation(flows, (2002, 2001, 2003), rng)
    assert str(caught.value) == "years are 2002, 2001, 2003; each must be after the one before."
    with pytest.raises(BadSpec) as caught:
        fit(Flows(flows.frame.iloc[:12], flows.places, directed=False), 2000, 2001, rng)
    assert str(caught.value).endswith("a model needs 10. Give more years.")
    with pytest.raises(UnknownName) as unknown:
        suggest(flows, 2003, rng, span=2, of="p99")
    assert str(unknown.value).startswith("no partner 'p99' in the flows until 2003. Near names: ")
    with pytest.raises(BadSpec) as caught:
        suggest(flows, 2003, rng, span=0)
    assert str(caught.value) == "span is 0 and top is 10; both need 1 or more."
