"""The specification: what it takes, and what it says when it cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heban.domain.errors import BadSpec
from heban.measures.index.keys import keys, table
from heban.measures.index.settings import by_setting, of_node, range_of, settled
from heban.measures.index.spec import IndexSpec, Treat, TreatOne, from_dict, from_toml, schema

WHOLE = """
root = "index"
first_year = 2011
every_year = true

[[nodes]]
code = "index"

[[nodes]]
code = "rd"
parent = "index"
weight = 2
direction = -1
goalposts = [0, 10]

[impute]
method = "linear"
limit = 3
of.rd = { method = "latest" }

[treat]
steps = ["winsorise", "log_CT"]
winmax = "no limit"

[treat.of.rd]
steps = "none"

[normalise]
method = "goalposts"
range = [1, 100]

[aggregate]
method = "geometric"
of.index = { threshold = 0.5 }
"""


def test_from_toml_reads_every_part() -> None:
    made = from_toml(WHOLE)
    assert made.root == "index" and made.first_year == 2011 and made.every_year
    assert made.nodes[1].goalposts == (0.0, 10.0) and made.nodes[1].weight == 2.0
    assert made.impute.of["rd"].method == "latest"
    assert made.treat.steps == ("winsorise", "log_CT") and made.treat.winmax is None
    assert made.treat.of["rd"].steps == ()
    assert made.normalise.range == (1.0, 100.0)
    assert made.aggregate.of["index"].threshold == 0.5


def test_a_specification_survives_its_own_dict() -> None:
    made = from_toml(WHOLE)
    said = made.model_dump(exclude_unset=True)
    said["treat"]["winmax"] = "no limit"
    assert from_dict(said) == made


def test_the_schema_lists_every_step() -> None:
    assert {
        "root",
        "nodes",
        "denominate",
        "impute",
        "screen",
        "treat",
        "normalise",
        "weigh",
        "aggregate",
    } <= set(schema()["properties"])


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({}, "root: the key is missing."),
        ({"root": "i", "treatt": {}}, "treatt: there is no such key. Did you mean treat?"),
        (
            {"root": "i", "nodes": [{"code": "a", "wieght": 2}]},
            "nodes.0.wieght: there is no such key. Did you mean weight?",
        ),
        (
            {"root": "i", "treat": {"of": {"a": {"winmx": 2}}}},
            "treat.of.a.winmx: there is no such key. Did you mean winmax?",
        ),
        (
            {"root": "i", "aggregate": {"method": "geometrc"}},
            "aggregate.method = 'geometrc': allowed are arithmetic, geometric, harmonic, power, median, owa, "
            "mazziotta_pareto, copeland, benefit_of_the_doubt. Did you mean geometric?",
        ),
        (
            {"root": "i", "treat": {"steps": ["winsorize"]}},
            "treat.steps.0 = 'winsorize': allowed are winsorise, log_CT, log_CT_plus, log_CT_orig, log_GII, "
            "boxcox. Did you mean winsorise?",
        ),
        (
            {"root": "i", "screen": {"least_available": 90}},
            "screen.least_available = 90: it should be less than or equal to 1.",
        ),
        ({"root": "i", "first_year": "2011"}, "first_year = '2011': it should be a valid integer."),
    ],
)
def test_a_fault_names_key_value_and_what_is_allowed(document: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadSpec) as caught:
        from_dict(document)
    assert str(caught.value) == f"the specification has 1 fault:\n  {sentence}"


def test_all_faults_are_listed_at_once() -> None:
    with pytest.raises(BadSpec) as caught:
        from_dict({"root": 1, "treat": {"winmax": -1}})
    assert str(caught.value) == (
        "the specification has 2 faults:\n  root = 1: it should be a valid string.\n"
        "  treat.winmax = -1: it should be greater than or equal to 0."
    )


def test_what_is_not_toml_says_where() -> None:
    with pytest.raises(BadSpec, match=r"^the specification is not TOML: .*line 2"):
        from_toml('root = "i"\nyears = = 3')


def test_defect_14_a_mistyped_parameter_is_never_ignored() -> None:
    with pytest.raises(BadSpec, match=r"treat\.win_max: there is no such key\. Did you mean winmax\?"):
        from_dict({"root": "i", "treat": {"win_max": 5}})


def test_defect_11_no_limit_is_no_limit() -> None:
    assert from_dict({"root": "i", "treat": {"winmax": "no limit"}}).treat.winmax is None
    of = from_dict({"root": "i", "treat": {"of": {"a": {"winmax": "no limit"}}}}).treat
    assert settled(of, of.of["a"])["winmax"] is None


def test_defect_12_partial_settings_keep_all_others() -> None:
    whole = Treat(steps=("winsorise", "log_CT"), winmax=3, skew_limit=1.5)
    made = settled(whole, TreatOne.model_validate({"winmax": 1}))
    assert made == {**settled(whole), "winmax": 1}


def test_defect_24_a_setting_of_a_level_is_never_one_of_another() -> None:
    made = from_dict({"root": "i", "aggregate": {"of": {"2": {"exponent": 3.0}, "p": {"method": "power"}}}})
    of_p, of_level, of_rest = (
        of_node(made.aggregate, code, level) for code, level in (("p", 2), ("q", 2), ("i", 3))
    )
    assert (of_p["method"], of_p["exponent"]) == ("power", 3.0)
    assert (of_level["method"], of_level["exponent"]) == ("arithmetic", 3.0)
    assert (of_rest["method"], of_rest["exponent"]) == ("arithmetic", 1.0)


def test_indicators_with_the_same_settings_are_done_together() -> None:
    whole = Treat(of={"b": TreatOne(winmax=5), "c": TreatOne(winmax=1)})
    groups = by_setting(whole, ["a", "b", "c"])
    assert [(said["winmax"], columns.tolist()) for said, columns in groups] == [(5, [0, 1]), (1, [2])]  # type: ignore[union-attr]


def test_the_range_is_what_was_said_or_the_custom_of_the_method() -> None:
    spec = IndexSpec(root="i")
    assert range_of(settled(spec.normalise)) == (0.0, 100.0)
    assert range_of({"method": "efficacy", "range": (0, 1)}) == (0.0, 1.0)


def test_the_page_lists_every_key_as_the_model_has_it() -> None:
    page = (Path(__file__).parents[3] / "docs" / "methods" / "index-pipeline.md").read_text("utf-8")
    _, rest = page.split("<!-- made from heban.measures.index.keys -->")
    assert rest.split("<!-- end -->")[0].strip() == table()


def test_every_key_says_what_it_means_and_what_it_takes() -> None:
    listed = {key.key: key for key in keys()}
    assert all(key.takes and key.meaning for key in listed.values())
    assert listed["treat.steps"].takes.endswith('`boxcox` or "none"')
    assert listed["screen.least_available"][1:3] == ("number ≥ 0 and ≤ 1", "0.6667")
    assert listed["nodes[].weight"].default == "1"
    assert "`winmax`" in listed["treat.of.*"].meaning
