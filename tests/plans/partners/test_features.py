"""What speaks for a link, by hand on five nodes; and who was there when."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from heban.domain.distance import great_circle
from heban.domain.errors import BadSpec
from heban.measures import space
from heban.plans.partners import Features, Ground, history, new_links
from heban.records.flows import Flows
from heban.records.holdings import Holdings

ROWS = pd.DataFrame(
    [
        *(("a", "c", 2000, 2.0), ("b", "c", 2000, 1.0), ("a", "d", 2000, 1.0), ("b", "d", 2001, 1.0)),
        *(("d", "e", 2001, 1.0), ("e", "e", 2000, 5.0), ("a", "b", 2002, 1.0), ("a", "c", 2002, 1.0)),
        *(("b", "f", 2002, 1.0), ("e", "c", 2003, 1.0)),
    ],
    columns=["origin", "destination", "year", "value"],
).assign(**{"class": ""})
FLOWS = Flows(ROWS, tuple("abcdefg"), directed=False)


def of(features: Features) -> dict[str, dict[str, float]]:
    names = features.ground.names
    codes = features.history.codes
    return {
        codes[i] + codes[j]: dict(zip(names, values, strict=True))
        for block in features.blocks()
        for i, j, values in zip(block.one.tolist(), block.other.tolist(), block.values.tolist(), strict=True)
    }


def test_only_new_links_among_those_who_were_there_count():
    before = history(FLOWS, 2001)
    assert before.codes == ("a", "b", "c", "d", "e")
    assert before.degree.tolist() == [2, 2, 2, 3, 1]
    one, other = new_links(FLOWS, before, 2003).nonzero()
    assert [(before.codes[i], before.codes[j]) for i, j in zip(one, other, strict=True)] == [
        ("a", "b"),
        ("c", "e"),
    ]
    assert new_links(FLOWS, before, 2002).nnz == 1
    with pytest.raises(BadSpec) as caught:
        history(FLOWS, 1999)
    assert str(caught.value) == "no flow until 1999; the flows have the years 2000–2003."


def test_features_by_hand():
    found = of(Features(history(FLOWS, 2001), Ground()))
    assert sorted(found) == ["ab", "ae", "be", "cd", "ce"]
    both = found["ab"]  # share c (degree 2) and d (degree 3)
    assert both["common"] == pytest.approx(np.log1p(2))
    assert both["adamic_adar"] == pytest.approx(np.log1p(1 / np.log(2) + 1 / np.log(3)))
    assert both["allocation"] == pytest.approx(np.log1p(1 / 2 + 1 / 3))
    assert both["attachment"] == pytest.approx(np.log(3) + np.log(3))
    assert both["sizes"] == pytest.approx(np.log(4) + np.log(3))
    assert found["ce"]["common"] == 0.0


def test_the_walk_is_that_of_the_whole_matrix():
    features = Features(history(FLOWS, 2001), Ground())
    weight = features.history.weight.toarray()
    step = weight / weight.sum(axis=0)
    arrived = sum(0.3 * 0.7**k * np.linalg.matrix_power(step, k) for k in range(9))
    expected = 0.5 * (arrived[0, 1] + arrived[1, 0])
    assert of(features)["ab"]["walk"] == pytest.approx(np.log(1e-6 + expected))


def test_distance_and_profiles_of_the_past_only():
    where = {"a": (121.47, 31.23), "b": (120.16, 30.27), "c": (118.8, 32.06)}
    rows = pd.DataFrame(
        [
            *(("a", "x", 2000, 3.0), ("a", "y", 2000, 1.0), ("b", "y", 2001, 2.0), ("b", "z", 2000, 2.0)),
            *(("c", "z", 2000, 4.0), ("d", "x", 2000, 3.0), ("d", "y", 2000, 3.0), ("d", "z", 2000, 1.0)),
            ("e", "x", 2003, 9.0),
        ],
        columns=["place", "class", "year", "value"],
    )
    ground = Ground(where, Holdings.from_frame(rows))
    found = of(Features(history(FLOWS, 2001), ground))
    km = great_circle([121.47, 120.16], [31.23, 30.27])[0, 1]
    assert found["ab"]["distance"] == pytest.approx(np.log1p(km))
    assert np.isnan(found["ae"]["distance"])
    assert found["ab"]["similarity"] == pytest.approx(2 / (np.sqrt(10) * np.sqrt(8)))
    features = Features(history(FLOWS, 2001), ground)
    drawn = space.linkage_potential(features.present, space.class_proximity(features.present))
    assert found["ab"]["complementarity"] == 0.5 * (drawn.loc["a", "b"] + drawn.loc["b", "a"]) == 0.375
    assert np.isnan(found["ae"]["similarity"])  # what e has is later


def test_one_row_is_that_of_all():
    features = Features(history(FLOWS, 2001), Ground())
    block = features.of(1)
    codes = features.history.codes
    rows = {codes[j]: values for j, values in zip(block.other.tolist(), block.values, strict=True)}
    assert sorted(rows) == ["a", "e"]
    whole = of(features)
    np.testing.assert_allclose(rows["a"], list(whole["ab"].values()))
    np.testing.assert_allclose(rows["e"], list(whole["be"].values()))
