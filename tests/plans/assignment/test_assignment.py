"""Assignment: the best there is, within every limit, the same from any order of rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadData, BadSpec, NoPlan
from heban.plans.assignment import AssignmentSpec, Outside, assign, conflicts, from_dict
from tests.plans.assignment.markets import drawn, every, objective, worth

seeds = st.integers(0, 10_000)
few = settings(max_examples=15)


@few
@given(seeds)
def test_no_assignment_is_better(seed):
    tables = drawn(seed)
    made = assign(*tables)
    assert objective(made) == pytest.approx(max(worth(one, tables) for one in every(tables)), abs=1e-6)


@few
@given(seeds, st.sampled_from(["sum", "max_min"]))
def test_limits_hold_and_the_order_of_rows_does_not_matter(seed, fairness):
    rows, needs, experts = drawn(seed, 6, 5, steps=3)  # many ties
    made = assign(rows, needs, experts, AssignmentSpec(fairness=fairness))
    rng = np.random.default_rng(seed)
    shuffled = [table.iloc[rng.permutation(len(table))] for table in (rows, needs, experts)]
    again = assign(*shuffled, AssignmentSpec(fairness=fairness))
    pd.testing.assert_frame_equal(made.pairs(), again.pairs())
    loads = made.loads()
    assert (loads["load"] <= loads["capacity"]).all()
    assert (made.needs()["got"] <= made.needs()["wanted"]).all()
    assert made.empty == made.unfilled()[["floor", "conflict", "balance", "capacity"]].to_numpy().sum()


@few
@given(seeds)
def test_nothing_below_the_floor_and_nothing_between_the_related(seed):
    rows, needs, experts = drawn(seed, 8, 6)
    related = pd.DataFrame({"one": ["e1", "n2"], "other": ["n3", "e4"], "kind": "co-author"})
    made = assign(rows, needs, experts, AssignmentSpec(floor=0.4), related=related).pairs()
    assert (made["relevance"] >= 0.4).all()
    assert not {("n3", "e1"), ("n2", "e4")} & set(zip(made["need"], made["expert"], strict=True))


def test_an_empty_place_is_dear_but_its_price_can_be_set():
    rows = pd.DataFrame({"need": ["a", "b", "b"], "expert": ["x", "x", "y"], "relevance": [0.2, 1.0, 0.1]})
    needs, experts = pd.DataFrame({"need": ["a", "b"]}), pd.DataFrame({"expert": ["x", "y"]})
    dear = assign(rows, needs, experts, AssignmentSpec(wanted=1, capacity=1))
    assert dear.pairs()[["need", "expert"]].to_numpy().tolist() == [["a", "x"], ["b", "y"]]
    cheap = assign(rows, needs, experts, AssignmentSpec(wanted=1, capacity=1, unfilled=0.0))
    assert cheap.pairs()[["need", "expert"]].to_numpy().tolist() == [["b", "x"]]
    assert (cheap.empty, cheap.mean, cheap.worst) == (1, 0.5, 0.0)


def unfilled_tables():
    rows = pd.DataFrame(
        [
            *(("low", "e1", 0.05), ("low", "e2", 0.5)),
            *(("kin", "e1", 0.9), ("kin", "e3", 0.8)),
            *(("far", "e4", 0.9), ("far", "e5", 0.8)),
            *(("late", "e2", 0.1), ("late", "e6", 0.4)),
        ],
        columns=["need", "expert", "relevance"],
    )
    needs = pd.DataFrame({"need": ["low", "kin", "far", "late"], "province": ["P", "P", "P", "P"]})
    home = {"e4", "e5"}
    names = [f"e{k}" for k in range(1, 7)]
    provinces = ["P" if name in home else "Q" for name in names]
    experts = pd.DataFrame({"expert": names, "province": provinces, "capacity": [1, 1, 1, 1, 1, 1]})
    related = pd.DataFrame({"one": ["e3"], "other": ["kin"], "kind": ["co-project"]})
    return rows, needs, experts, related


def test_empty_places_say_why():
    rows, needs, experts, related = unfilled_tables()
    spec = AssignmentSpec(wanted=2, floor=0.1, outside=Outside(at_least=0.5))
    made = assign(rows, needs, experts, spec, related=related).unfilled()
    assert made[["need", "got", "reason"]].to_numpy().tolist() == [
        ["far", 1, "balance"],
        ["kin", 1, "conflict"],
        ["late", 1, "capacity"],
        ["low", 1, "floor"],
    ]
    assert made["en"].tolist() == [
        "Need far wants 2 and gets 1; of its empty places 1 for want of candidates from the provinces that "
        "the places are kept for.",
        "Need kin wants 2 and gets 1; of its empty places 1 because the other candidates have a conflict of "
        "interest.",
        "Need late wants 2 and gets 1; of its empty places 1 because the candidates serve as many others as "
        "they may.",
        "Need low wants 2 and gets 1; of its empty places 1 for want of candidates above the floor of "
        "relevance.",
    ]
    assert made["zh"].tolist()[3] == "需求low需2人，得1人；空缺中1个因达到相关度下限的候选人不足。"


@few
@given(seeds)
def test_places_kept_for_other_provinces(seed):
    rows, needs, experts = drawn(seed, 8, 6, share=1.0)
    rng = np.random.default_rng(seed)
    needs, experts = needs.assign(province=rng.choice(["P", "Q"], 8)), experts.assign(province="P")
    spec = AssignmentSpec(outside=Outside(at_least=0.5, at_most=0.5))
    made = assign(rows, needs, experts, spec)
    side = needs.set_index("need")["province"]
    for row in made.needs().to_dict("records"):
        half = row["wanted"] / 2
        assert row["got"] <= (np.floor(half) if side[row["need"]] == "Q" else row["wanted"] - np.ceil(half))


def test_conflicts_go_by_any_name_of_both():
    needs = pd.DataFrame({"need": ["n1", "n2"], "organisation": ["A", None], "contact": ["Li", "Wang"]})
    experts = pd.DataFrame({"expert": ["e1", "e2", "e3"], "organisation": ["A", "B", None]})
    related = pd.DataFrame(
        {"one": ["e3", "B", "A"], "other": ["Wang", "n1", "B"], "kind": ["co-author", "forbidden", "holding"]}
    )
    assert conflicts(needs, experts, related).to_numpy().tolist() == [
        ["n1", "e1", "same organisation"],
        ["n1", "e2", "forbidden"],
        ["n2", "e3", "co-author"],
    ]
    assert len(conflicts(needs, experts, related, same_organisation=True)) == 2


def clashing(**spec):
    rows = pd.DataFrame({"need": ["a", "b", "c"], "expert": ["x", "x", "y"], "relevance": [0.9, 0.8, 0.3]})
    needs = pd.DataFrame({"need": ["a", "b", "c"]})
    experts = pd.DataFrame({"expert": ["x", "y"]})
    related = pd.DataFrame({"one": ["c"], "other": ["y"], "kind": ["co-author"]})
    return assign(rows, needs, experts, AssignmentSpec(wanted=1, least=1, **spec), related=related)


def test_limits_that_clash_are_named():
    with pytest.raises(NoPlan) as caught:
        clashing(capacity=1)
    assert caught.value.clashing == ["least", "capacity"]
    assert str(caught.value) == (
        "no assignment keeps these limits at once: least and capacity. 1 need would get fewer experts "
        "than must be (b: 0 of 1). Lower least or raise capacities."
    )
    with pytest.raises(NoPlan) as caught:
        clashing(capacity=2)
    assert caught.value.clashing == ["least", "conflicts"]


def test_without_candidates_only_the_least_clashes():
    none = pd.DataFrame({"need": [], "expert": [], "relevance": []})
    one, other = pd.DataFrame({"need": ["a"]}), pd.DataFrame({"expert": ["x"]})
    with pytest.raises(NoPlan) as caught:
        assign(none, one, other, AssignmentSpec(least=1))
    assert str(caught.value) == (
        "no assignment keeps these limits at once: least. 1 need would get fewer experts than must be "
        "(a: 0 of 1). Lower least or add candidates."
    )
    empty = assign(none, one, other)
    assert (len(empty.pairs()), empty.empty, empty.total, len(empty.prices())) == (0, 3, 0.0, 0)


def test_the_door_says_every_fault():
    rows = pd.DataFrame(
        {"need": ["a", "a", "z", "a"], "expert": ["x", "x", "x", "w"], "relevance": [0.5, np.nan, -1.0, 0.2]}
    )
    needs = pd.DataFrame({"need": ["a", "b", "b"], "wanted": [1.5, 1, 1]})
    with pytest.raises(BadData) as caught:
        assign(rows, needs, pd.DataFrame({"expert": ["x"], "capacity": [-1]}))
    assert [str(one) for one in caught.value.findings] == [
        "error: needs row 4, need = 'b': the key stands twice. Repair: keep one row of each.",
        "error: needs row 2, wanted = '1.5': it is no count. Repair: give a whole number of 1 or more.",
        "error: experts row 2, capacity = '-1': it is no count. Repair: give a whole number of 0 or more.",
        "error: candidates row 3, relevance = 'nan': relevance is no number. Repair: give a number.",
        "error: candidates row 4, relevance = '-1.0': relevance is negative. Repair: give 0 or more.",
        "error: candidates row 5, expert = 'w': no such expert in experts. Repair: add it to experts or drop "
        "the row.",
    ]
    with pytest.raises(BadData) as caught:
        assign(rows.iloc[[0, 0]], pd.DataFrame({"need": ["a"]}), pd.DataFrame({"expert": ["x"]}))
    assert str(caught.value.findings[0]) == (
        "error: candidates row 3, expert = 'x': the pair stands twice. Repair: keep one row of each."
    )


def test_a_specification_that_contradicts_itself():
    rows, needs, experts = drawn(1)
    with pytest.raises(BadSpec) as caught:
        assign(rows, needs, experts, AssignmentSpec(outside=Outside(at_least=0.5)))
    assert str(caught.value) == "outside counts provinces; add the column province to needs and experts."
    with pytest.raises(BadSpec) as caught:
        assign(rows, needs, experts, from_dict({"outside": {"at_least": 0.5, "at_most": 0.2}}))
    assert str(caught.value) == (
        "outside asks for at least 0.5 and at most 0.2 of the places; lower at_least or raise at_most."
    )
    with pytest.raises(BadSpec) as caught:
        assign(rows, needs, experts, AssignmentSpec(least=5))
    assert str(caught.value) == (
        f"need 'n0' must get at least 5 and wants {needs['wanted'][0]} (in all 4 needs); lower least or "
        "raise wanted."
    )
