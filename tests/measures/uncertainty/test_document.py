"""Uncertain inputs as TOML: read, refused with every fault, told in words, written to be read again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.measures import uncertainty as doubt
from heban.measures.index import from_toml as spec_from_toml
from heban.measures.index.doubts import Doubt, Doubts
from heban.measures.uncertainty import document

EVERY = """
design = "latin"
interval = [0.1, 0.9]
nodes = ["input"]
years = [2021]
[[inputs]]
kind = "choice"
of = "normalise"
values = [{method = "minmax", range = [1, 100]}, {method = "zscore"}]
[[inputs]]
kind = "interval"
of = "treat.winmax"
low = 1
high = 5
whole = true
[[inputs]]
kind = "distribution"
of = "treat.skew_limit"
shape = "triangular"
parameters = {low = 1, mode = 2, high = 3}
[[inputs]]
kind = "weight_noise"
factor = 0.1
levels = [2]
sets = 10
[[inputs]]
kind = "simplex"
level = 1
concentration = 5
[[inputs]]
kind = "include"
indicators = ["dust", "waste"]
how = "one"
[[inputs]]
kind = "imputation_draws"
m = 5
pool = "year"
ridge = 0.1
[[inputs]]
kind = "measurement_error"
standard_errors = {spend = 0.1}
relative = true
shape = "lognormal"
"""


def refused(text: str) -> list[str]:
    with pytest.raises(BadSpec) as error:
        document.inputs(document.from_toml(text))
    return str(error.value).splitlines()


def test_every_kind_is_read_and_told_in_words() -> None:
    table = document.inventory(document.inputs(document.from_toml(EVERY)))
    assert table["kind"].tolist() == list(document.KINDS)
    assert table["values"].astype(object).where(table["values"].notna(), None).tolist() == [
        2, 5, None, 10, None, 3, 5, None,
    ]  # fmt: skip
    assert table["drawn"].tolist() == [
        "normalise: method = minmax, range = 1, 100 | method = zscore",
        "treat.winmax: 1 to 5",
        "treat.skew_limit: triangular (low 1, mode 2, high 3)",
        "every weight of level 2 times a number from 0.9 to 1.1, 10 sets",
        "shares of the siblings of level 1, Dirichlet about their own with concentration 5",
        "none or one of them out: dust, waste",
        "one of 5 fillings of the absent cells",
        "errors of measurement of spend",
    ]


def test_what_is_written_is_read_again_as_it_was() -> None:
    once = document.from_toml(EVERY)
    text = document.to_toml(once)
    assert document.from_toml(text) == once
    assert document.to_toml(document.from_toml(text)) == text


@given(name=st.text(min_size=1, max_size=8), code=st.text("ab .\"'\\", min_size=1, max_size=6))
def test_any_name_and_code_come_back_from_toml(name: str, code: str) -> None:
    errors = Doubt(kind="measurement_error", name=name, standard_errors={code: 0.5})
    assert document.from_toml(document.to_toml(Doubts(inputs=(errors,)))).inputs == (errors,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[inputs]]\nkind = 'simplx'\nlevel = 1",
         "inputs.0.kind = 'simplx': allowed are choice, interval, distribution, weight_noise, simplex, "
         "include, imputation_draws, measurement_error. Did you mean simplex?"),
        ("[[inputs]]\nkind = 'simplex'\nlevl = 1",
         "inputs.0.levl: there is no such key. Did you mean level?"),
        ("[[inputs]]\nkind = 'simplex'\nlevel = 'one'",
         "inputs.0.level = 'one': it should be a valid integer."),
        ("[[inputs]]\nkind = 'simplex'", "inputs.0: simplex needs 'level' too."),
        ("[[inputs]]\nkind = 'simplex'\nlevel = 1\nfactor = 0.2",
         "inputs.0.factor: there is no such key. There are level, concentration, sets, name."),
        ("[[inputs]]\nkind = 'interval'\nof = 'treat.winmx'\nlow = 1\nhigh = 2",
         "inputs.0: treat.winmx: there is no such key. Did you mean treat.winmax?"),
        ("[[inputs]]\nkind = 'choice'\nof = 'normalise.method'\nvalues = ['minmax', 'zscor']",
         "inputs.0: normalise.method = 'zscor': allowed are minmax, zscore, rank, borda, percentile, "
         "distance_to_maximum, distance_to_reference, distance_to_target, goalposts, share_of_maximum, "
         "fixed_base, symmetric_growth, efficacy, categorical, none. Did you mean zscore?"),
        ("interval = [0.9, 0.1]", "interval = [0.9, 0.1]: the lower quantile comes first."),
        ("desing = 'latin'", "desing: there is no such key. Did you mean design?"),
    ],
)  # fmt: skip
def test_a_fault_names_key_value_and_what_is_allowed(text: str, said: str) -> None:
    assert refused(text) == ["the uncertain inputs have 1 fault:", f"  {said}"]


def test_all_faults_are_told_at_once() -> None:
    both = (
        "[[inputs]]\nkind = 'simplex'\n[[inputs]]\nkind = 'interval'\nof = 'treat.winmax'\nlow = 5\nhigh = 1"
    )
    assert refused(both) == [
        "the uncertain inputs have 2 faults:",
        "  inputs.0: simplex needs 'level' too.",
        "  inputs.1: treat.winmax: from low=5 to high=1 is no interval.",
    ]
    assert refused("[[inputs]\n")[0].startswith("the uncertain inputs are not TOML: ")


def test_the_specification_hands_the_same_table_over() -> None:
    text = "\n".join(
        line.replace("[[inputs]]", "[[uncertainty.inputs]]") for line in EVERY.strip().splitlines()[4:]
    )
    spec = spec_from_toml(f'root = "index"\n{text}')
    assert spec.uncertainty.inputs == document.from_toml(EVERY).inputs
    with pytest.raises(BadSpec) as error:
        spec_from_toml('root = "i"\n[[uncertainty.inputs]]\nkind = "simplex"\nlevl = 1\n')
    assert str(error.value).splitlines()[1] == (
        "  uncertainty.inputs.0.levl: there is no such key. Did you mean level?"
    )
    with pytest.raises(BadSpec) as error:
        document.inputs(spec_from_toml('root = "i"\n[[uncertainty.inputs]]\nkind = "simplex"\n').uncertainty,
                        "uncertainty.")  # fmt: skip
    assert str(error.value).splitlines()[1] == "  uncertainty.inputs.0: simplex needs 'level' too."


def test_the_names_stand_in_the_package() -> None:
    made: Any = doubt.from_toml(EVERY)
    assert doubt.to_toml(made).count("[[inputs]]") == 8
