"""Refusals: every code can be said in both languages, is used by the code, and stands in the docs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from heban.domain.errors import Refused, UnknownName
from heban.exchange.rules.refusals import Said, denied, placeholders, refusals
from heban.exchange.rules.voucher import CAPS

ROOT = Path(__file__).parents[3]
RULES = ROOT / "src" / "heban" / "exchange" / "rules"


@pytest.mark.parametrize("code", refusals())
def test_both_languages_fill_in_the_same_numbers_and_say_what_to_do(code: str) -> None:
    said = refusals()[code]
    assert placeholders(said.zh) == placeholders(said.en), code
    assert said.zh.endswith("。")
    assert said.en.endswith(".")


def test_every_code_is_raised_somewhere() -> None:
    source = "\n".join(path.read_text("utf-8") for path in RULES.rglob("*.py"))
    raised = set(re.findall(r'denied\(\s*"([a-z_.]+)"', source))
    assert set(refusals()) - raised == {f"voucher.{cap}" for cap in CAPS if cap != "hold"}


def test_the_docs_name_every_refusal_code() -> None:
    page = (ROOT / "docs" / "exchange.md").read_text("utf-8")
    for code, said in refusals().items():
        assert f"| `{code}` | {said.zh} | {said.en} |" in page


def test_a_denial_is_a_refusal_with_its_numbers() -> None:
    denial = denied("voucher.firm", limit=Said("1 元", "CNY 1"), room=Said("0 元", "CNY 0"), asked=("2", "3"))
    assert isinstance(denial, Refused)
    assert denial.code == "voucher.firm"
    assert denial.values["limit"] == ("1 元", "CNY 1")
    assert str(denial) == denial.en
    assert denial.en == (
        "Of the firm's CNY 1 for the year CNY 0 is left; asked for are 3. "
        "Ask for less, or wait for the next year."
    )
    assert denial.zh == "企业年度额度 1 元 仅余 0 元，申请 2。请减额，或待下一年度。"


def test_an_unknown_code_is_our_own_fault() -> None:
    with pytest.raises(
        UnknownName, match=r"^no refusal 'voucher\.fim' in the table of refusals\. Near names: "
    ):
        denied("voucher.fim")


def test_a_forgotten_number_is_not_passed_over() -> None:
    with pytest.raises(KeyError):
        denied("region.same")
