"""Terms and presets: the figures of the specification's table, their marks, and faults named."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.exchange.rules.schemes import scheme, schemes, table
from heban.exchange.rules.terms import Terms, named, parameters, sources, terms, words


def test_every_parameter_is_described_once() -> None:
    assert list(parameters()) == list(Terms.model_fields)
    for key, parameter in parameters().items():
        assert parameter.mark in ("S", "S2", "K", "I"), key
        assert set(parameter.source.split()) <= set(sources()), key
        assert bool(parameter.source) or parameter.mark in ("K", "I"), key
        if key.endswith("_fen"):
            assert parameter.unit == "fen"
        if key.endswith("_bp"):
            assert parameter.unit == "bp"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "yrd_pilot",
            {
                "ratio_bp": 5000,
                "firm_year_cap_fen": 30_000_000,
                "controller_cap_fen": 30_000_000,
                "payer_weights": (1, 0),
                "cross_region": "required",
                "review_levels": 2,
                "beneficiary_kinds": ("tech_sme",),
            },
        ),
        (
            "double_innovation",
            {
                "mode": "tongdui",
                "firm_year_cap_fen": 10_000_000,
                "controller_cap_fen": 10_000_000,
                "payer_weights": (2, 1),
                "cross_region": "required",
                "review_levels": 1,
            },
        ),
        (
            "shanghai",
            {
                "mode": "tongyong",
                "ratio_bp": 5000,
                "firm_year_cap_fen": 30_000_000,
                "team_year_cap_fen": 10_000_000,
                "controller_cap_fen": None,
                "cross_region": "allowed",
            },
        ),
        (
            "yuhuan",
            {
                "ratio_bp": 5000,
                "firm_year_cap_fen": 10_000_000,
                "per_application_cap_fen": 2_000_000,
                "full_cover_below_fen": 1_000_000,
                "controller_cap_fen": None,
                "double_funding": "forbid",
            },
        ),
        (
            "anhui_instruments",
            {
                "ratio_bp": 2000,
                "firm_year_cap_fen": 200_000_000,
                "provider_year_cap_fen": None,
                "cross_region": "forbidden",
                "review_levels": 2,
                "assess_threshold_fen": 30_000_000,
                "assess_set_threshold_fen": 100_000_000,
            },
        ),
        (
            "anhui_instruments_provider",
            {
                "mode": "tongyong",
                "ratio_bp": 2000,
                "firm_year_cap_fen": 500_000_000,
                "provider_year_cap_fen": None,
                "controller_cap_fen": None,
                "cross_region": "forbidden",
                "beneficiary_kinds": ("sharer",),
            },
        ),
    ],
)
def test_presets_hold_the_figures_of_their_column(code: str, expected: dict[str, Any]) -> None:
    found = scheme(code).terms
    assert {key: getattr(found, key) for key in expected} == expected
    assert set(found.excluded_uses) == set(words("uses")) - {"ordinary"}


def test_a_value_that_a_scheme_does_not_give_is_to_be_confirmed() -> None:
    for found in schemes().values():
        assert "publicity_working_days" in found.to_confirm()
        assert "hold_ttl_days" not in found.to_confirm()  # a choice of ours, not a fact
        assert "year_rated_hours" not in found.to_confirm()  # a rule of the whole country
        assert set().union(*(mark.source.split() for mark in found.marks.values())) <= set(sources())
    assert "ratio_bp" in scheme("double_innovation").to_confirm()
    assert "ratio_bp" in scheme("shanghai").to_confirm()  # second-hand
    assert "firm_year_cap_fen" not in scheme("yrd_pilot").to_confirm()
    award = scheme("anhui_instruments_provider")
    assert {"ratio_bp", "firm_year_cap_fen", "review_levels"} <= set(award.to_confirm())  # a reprint
    assert award.marks["firm_year_cap_fen"].source == "S7"


def test_the_table_shows_values_marks_and_what_is_to_be_confirmed() -> None:
    rows = table().splitlines()
    assert rows[3] == (
        "| `ratio_bp` | 支持比例 | Share of the price that is paid | 50 % [S2; S7 S8; 待核] "
        "| 50 % [K; 待核] | · | 50 % [S2; S8; 待核] | 50 % [K; 待核] "
        "| 20 % [S2; S7; 待核] | 20 % [S2; S7; 待核] |"
    )
    assert len(rows) == 2 + len(parameters())
    page = (Path(__file__).parents[3] / "docs" / "exchange.md").read_text("utf-8")
    assert table() in page, "paste schemes.table() into docs/exchange.md"
    assert all(f"**{code}**" in page for code in sources())


def test_terms_survive_json() -> None:
    for found in schemes().values():
        assert terms(json.loads(found.terms.model_dump_json())) == found.terms


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ({"ratio_bp": 10_001}, "ratio_bp = 10001: it should be less than or equal to 10000."),
        ({"ratio_bp": 0.5}, "ratio_bp = 0.5: it should be a valid integer."),
        ({"firm_year_cap_fen": True}, "firm_year_cap_fen = True: it should be a valid integer."),
        ({"mode": "tongdiu"}, "mode = 'tongdiu': allowed are tongyong, tongdui. Did you mean tongdui?"),
        (
            {"payer_weights": [0, 0]},
            "payer_weights = [0, 0]: it should be two whole weights of which one is above 0.",
        ),
        (
            {"beneficiary_kinds": ["bank"]},
            "beneficiary_kinds = ['bank']: it should be of the words tech_sme, firm, team, incubatee, "
            "sharer; 'bank' is none.",
        ),
    ],
)
def test_faulty_terms_are_named(document: dict[str, Any], fault: str) -> None:
    said = f"the terms have 1 fault:\n  {fault}"
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        terms(document)


def test_terms_are_fixed_once_made() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Terms().ratio_bp = 1  # type: ignore[misc]


def test_unknown_words_and_schemes_are_refused() -> None:
    with pytest.raises(UnknownName, match=r"^no scheme 'yuhaun' in the presets\. Near names: yuhuan\.$"):
        scheme("yuhaun")
    with pytest.raises(UnknownName, match=r"^no group of words 'klass' in the terms\."):
        words("klass")
    with pytest.raises(
        BadSpec, match=r"^'bank' is none of the kinds: tech_sme, firm, team, incubatee, sharer\.$"
    ):
        named("kinds", ["bank"])
