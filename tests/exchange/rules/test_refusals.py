"""Refusals: every code can be said in both languages, is used by the code, and stands in the docs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from heban.domain.errors import Refused, UnknownName
from heban.exchange.refusals import CODES
from heban.exchange.rules.refusals import Said, denied, placeholders, refusals
from heban.exchange.rules.voucher import CAPS

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "src" / "heban"


@pytest.mark.parametrize("code", refusals())
def test_both_languages_fill_in_the_same_numbers_and_say_what_to_do(code: str) -> None:
    said = refusals()[code]
    assert placeholders(said.zh) == placeholders(said.en), code
    assert said.zh.endswith("。")
    assert said.en.endswith(".")


def calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    """Every call of a function by its name in the exchange and in what stands above it."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield path, node


def raised() -> set[str]:
    """The codes that something is refused with; of a name put together, all that it may come to."""
    found = set(CODES.values())
    for path, call in calls("denied"):
        match call.args[0]:
            case ast.Constant(value=str(code)):
                found.add(code)
            case ast.JoinedStr(values=[ast.Constant(value="voucher."), _]):
                found |= {f"voucher.{cap}" for cap in CAPS if cap != "hold"}
            case ast.Subscript(value=ast.Name(id="CODES")):
                pass
            case code:
                where = f"{path}, line {call.lineno}"
                raise AssertionError(f"{where}: write the code out, not {ast.unparse(code)}")
    return found


def test_every_code_of_the_table_is_raised_somewhere_and_none_beside_it() -> None:
    assert raised() == set(refusals())


def test_nothing_is_refused_but_by_the_table() -> None:
    """The table has both languages; what is raised beside it would be said in one."""
    assert [f"{path}, line {call.lineno}" for path, call in calls("Refused")] == []


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
