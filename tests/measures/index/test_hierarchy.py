"""The hierarchy: any depth, uneven where it is, faults named by their key."""

from __future__ import annotations

import numpy as np
import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.domain.indicator import Catalogue, Indicator
from heban.measures.index.hierarchy import Hierarchy, compiled
from tests.measures.index.small import TREE, panel, random_panel, spec


def faults(caught: pytest.ExceptionInfo[BadSpec]) -> list[str]:
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


def test_indicators_come_first_and_the_root_last() -> None:
    tree = compiled(spec(), random_panel())
    assert tree.codes == ("a", "b", "c", "d", "left", "right", "index")
    assert tree.leaves == ("a", "b", "c", "d")
    assert tree.parents.tolist() == [4, 4, 5, 5, 6, 6, -1]
    assert tree.levels.tolist() == [1, 1, 1, 1, 2, 2, 3]
    assert [children.tolist() for children in tree.children] == [[], [], [], [], [0, 1], [2, 3], [4, 5]]
    assert tree.above(2) == [5, 6] and tree.below(6) == [6, 5, 4] and tree.below(0) == []


def test_depth_may_be_uneven() -> None:
    uneven = {
        "index": "",
        "a": "index",
        "deep": "index",
        "deeper": "deep",
        "b": "deeper",
        "c": "deeper",
        "d": "deep",
    }
    tree = compiled(spec(uneven), random_panel())
    assert dict(zip(tree.codes, tree.levels.tolist(), strict=True)) == {
        "a": 1, "b": 1, "c": 1, "d": 1, "deeper": 2, "deep": 3, "index": 4,
    }  # fmt: skip
    assert tree.codes[-1] == "index"


def test_what_is_given_to_nodes_stands_in_their_order() -> None:
    of = {
        "c": {"weight": 3, "direction": -1, "denominator": "pop", "target": 5, "goalposts": [0, 9]},
        "left": {"direction": -1},
    }
    tree = compiled(spec(of=of), random_panel(codes=["a", "b", "c", "d", "pop"]))
    assert tree.weights.tolist() == [1, 1, 3, 1, 1, 1, 1]
    assert tree.directions.tolist() == [1, 1, -1, 1, -1, 1, 1]
    assert tree.denominators == ("", "", "pop", "")
    assert np.isnan(tree.targets).tolist() == [True, True, False, True]
    assert tree.goalposts[2].tolist() == [0.0, 9.0]


def test_one_indicator_may_stand_in_two_pillars() -> None:
    tree = compiled(spec({**TREE, "a_again": "right"}, {"a_again": {"indicator": "a"}}), random_panel())
    assert tree.leaves == ("a", "b", "c", "d", "a_again")
    assert tree.indicators == ("a", "b", "c", "d", "a")


def catalogue(**parents: str) -> Catalogue:
    return Catalogue(
        {code: Indicator(code, code, code, "", parent=parent) for code, parent in parents.items()}
    )


def test_the_catalogue_is_the_hierarchy_when_there_are_no_nodes() -> None:
    listed = catalogue(**TREE, other="")
    given = panel(np.ones((2, 1, 5)), [*"abcd", "other"], catalogue=listed)
    assert compiled(spec({"index": ""}).model_copy(update={"nodes": ()}), given).codes == (
        "a", "b", "c", "d", "left", "right", "index",
    )  # fmt: skip


def test_parts_of_the_catalogue_without_data_are_missing_not_wrong() -> None:
    listed = catalogue(**TREE, environment="index", air="environment")
    given = panel(np.ones((2, 1, 3)), "abc", catalogue=listed)
    tree = compiled(spec({"index": ""}).model_copy(update={"nodes": ()}), given)
    assert tree.codes == ("a", "b", "c", "left", "right", "index")
    assert tree.missing == {
        "d": "the panel does not have it",
        "air": "the panel does not have it",
        "environment": "no part of it has data",
    }


def test_nodes_may_say_that_they_have_no_data() -> None:
    tree = compiled(
        spec(
            {**TREE, "e": "right", "f": "bare", "bare": "index"},
            {"e": {"available": False}, "bare": {"available": False}},
        ),
        random_panel(),
    )
    assert tree.codes == ("a", "b", "c", "d", "left", "right", "index")
    assert tree.missing == {
        "e": "the specification lists it without data",
        "bare": "the specification lists it without data",
        "f": "bare is left out",
    }


def test_an_index_of_one_indicator_is_a_hierarchy() -> None:
    tree = compiled(spec({"a": ""}), random_panel())
    assert tree.codes == ("a",) and tree.root == 0 and tree.size == 1


@pytest.mark.parametrize(
    ("changed", "of", "sentence"),
    [
        ({"a": "lefft"}, {}, "nodes.3.parent = 'lefft': no node has that code. Did you mean left?"),
        ({"a": ""}, {}, "nodes.3.parent: a hangs under nothing, as only the root index does."),
        (
            {"left": "a"},
            {},
            "nodes.1.parent = 'a': left > a > left is a circle.",
        ),
        ({"index": "left"}, {}, "nodes.0.parent = 'left': index is the root and hangs under nothing."),
    ],
)
def test_faults_of_links(changed: dict[str, str], of: dict[str, dict[str, object]], sentence: str) -> None:
    with pytest.raises(BadSpec) as caught:
        compiled(spec({**TREE, **changed}, of), random_panel())
    assert sentence in faults(caught)


@pytest.mark.parametrize(
    ("of", "sentence"),
    [
        (
            {"a": {"indicator": "aa"}},
            "nodes.3.indicator = 'aa': the panel has no such indicator. Did you mean a? Or say available = "
            "false.",
        ),
        (
            {"a": {"denominator": "population"}},
            "nodes.3.denominator = 'population': the panel has no such indicator. There are a, b, c, d.",
        ),
        (
            {"a": {"goalposts": [9, 0]}},
            "nodes.3.goalposts = (9.0, 0.0): the lower comes first, whatever the direction.",
        ),
        (
            {"left": {"target": 1}},
            "nodes.1.target = 1.0: left is no indicator but an aggregate; give it to its indicators.",
        ),
        (
            {"a": {"weight": 0}, "b": {"weight": 0}},
            "weights: all children of left weigh 0; give one of them more.",
        ),
    ],
)
def test_faults_of_nodes(of: dict[str, dict[str, object]], sentence: str) -> None:
    with pytest.raises(BadSpec) as caught:
        compiled(spec(of=of), random_panel())
    assert faults(caught) == [sentence]


def test_a_code_stands_once() -> None:
    plan = spec()
    with pytest.raises(BadSpec) as caught:
        compiled(plan.model_copy(update={"nodes": (*plan.nodes, plan.nodes[3])}), random_panel())
    assert faults(caught) == [
        "nodes.7.code = 'a': two nodes have it. Give one another code; `indicator` may name the same "
        "indicator twice."
    ]


def test_a_root_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(BadSpec) as caught:
        compiled(spec().model_copy(update={"root": "indx"}), random_panel())
    assert faults(caught) == ["root = 'indx': no node has that code. Did you mean index?"]
    with pytest.raises(BadSpec) as caught:
        compiled(spec().model_copy(update={"root": "z", "nodes": ()}), random_panel())
    assert faults(caught) == ["root = 'z': the catalogue has no such code. There are a, b, c, d."]


def test_an_indicator_that_is_not_judged_cannot_be_in_an_index() -> None:
    listed = Catalogue(
        {"i": Indicator("i", "i", "i", ""), "a": Indicator("a", "a", "a", "", direction=0, parent="i")}
    )
    with pytest.raises(BadSpec) as caught:
        compiled(spec({"i": ""}).model_copy(update={"nodes": ()}), panel([[[1.0]]], "a", catalogue=listed))
    assert faults(caught) == [
        "a.direction = 0: an indicator of an index points up (1) or down (-1). Give its direction in the "
        "catalogue."
    ]


def test_an_index_without_any_data_is_refused() -> None:
    with pytest.raises(BadSpec) as caught:
        compiled(spec(of={code: {"available": False} for code in "abcd"}), random_panel())
    assert faults(caught) == ["root = 'index': none of its indicators has data in the panel."]


def test_unknown_nodes_are_named_with_the_nearest() -> None:
    tree: Hierarchy = compiled(spec(), random_panel())
    with pytest.raises(UnknownName, match=r"^no node 'rigt' in the hierarchy\. Near names: right\.$"):
        tree.number("rigt")
