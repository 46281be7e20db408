"""Notices: every code that an act tells can be said in both languages with what the act gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from heban.domain.errors import UnknownName
from heban.exchange.rules.notices import letter, letters
from heban.exchange.rules.refusals import Said, placeholders

SOURCE = Path(__file__).parents[3] / "src" / "heban" / "exchange"
BESIDE = {"by", "organisation", "person"}


@cache
def told() -> list[tuple[str, set[str]]]:
    """The codes that acts tell, and the values given there by name."""
    return list(_told())


def _told() -> Iterator[tuple[str, set[str]]]:
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tell"
            ):
                continue
            named = {one.arg for one in node.keywords if one.arg}
            where = f"{path}, line {node.lineno}"
            for code in codes(node.args[1], where):
                yield code, named


def codes(node: ast.expr, where: str) -> list[str]:
    match node:
        case ast.Constant(value=str(code)):
            return [code]
        case ast.JoinedStr(values=[ast.Constant(value="booking.suspended_"), _]):
            return ["booking.suspended_rejected", "booking.suspended_confirmed"]
        case _:
            raise AssertionError(f"{where}: write the code out, not {ast.unparse(node)}")


def test_every_code_that_is_told_has_a_letter_and_every_letter_is_told() -> None:
    assert {code for code, _ in told()} == set(letters())


def test_acts_give_every_value_that_a_letter_names() -> None:
    lacking = [
        (code, wanted - named)
        for code, named in told()
        for sentence in (*letters()[code].subject, *letters()[code].text)
        if (wanted := placeholders(sentence) - {"number"}) - named
    ]
    assert lacking == []


@pytest.mark.parametrize("code", letters())
def test_both_languages_name_the_same_values(code: str) -> None:
    one = letters()[code]
    for said in one:
        assert placeholders(said.zh) == placeholders(said.en), code
    assert one.text.zh.endswith("。")
    assert one.text.en.endswith(".")
    for subject in one.subject:
        assert "\n" not in subject
        assert not subject.endswith(("。", "."))


def test_values_are_said_as_people_say_them() -> None:
    assert letter("order.quoted", 7, {"total_fen": 1_000_000}).text == Said(
        "订单 7 报价 10,000.00 元。请在报价有效期内接受，逾期订单自动失效。",
        "Order 7 is quoted at CNY 10,000.00. Accept while the quote is valid; after that the order lapses.",
    )
    assert letter("role.given", 1, {"role": "auditor"}).text == Said(
        "您获得了角色：审计人。", "You were given the role: auditor."
    )
    said = letter("order.delivered", 3, {"until": "2026-03-17", "more": "not named"})
    assert said.text.en == (
        "Order 3 is delivered. Accept it or dispute it before 2026-03-17; after that it counts as accepted."
    )


def test_what_cannot_be_said_is_our_own_fault() -> None:
    with pytest.raises(
        UnknownName, match=r"^no notice 'order\.quotd' in the table of notices\. Near names: "
    ):
        letter("order.quotd", 1, {})
    with pytest.raises(KeyError, match="until"):
        letter("order.delivered", 1, {})
