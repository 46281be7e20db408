"""Money: floors, exact splits, and texts that are read without rounding."""

from __future__ import annotations

import re

import pytest

from heban.domain.errors import BadSpec
from heban.exchange.rules import money


def test_the_two_to_one_split_of_the_double_innovation_voucher() -> None:
    assert money.split(100_000, [2, 1]) == (66_667, 33_333)


@pytest.mark.parametrize(
    ("fen", "weights", "parts"),
    [
        (1, [1, 1], (1, 0)),  # of equal remainders the earlier gets the fen
        (2, [1, 1, 1], (1, 1, 0)),
        (10, [0, 3, 0], (0, 10, 0)),
        (0, [2, 1], (0, 0)),
        (100, [1, 1, 1], (34, 33, 33)),
        (7, [3, 2, 2], (3, 2, 2)),
    ],
)
def test_splits_by_hand(fen: int, weights: list[int], parts: tuple[int, ...]) -> None:
    assert money.split(fen, weights) == parts


def test_a_share_is_rounded_down() -> None:
    assert money.share(1, 9999) == 0
    assert money.share(19_999, 5000) == 9_999


@pytest.mark.parametrize(
    ("text", "fen"), [("0", 0), ("0.5", 50), ("15,870,000", 1_587_000_000), (" 12500.05 ", 1_250_005)]
)
def test_amounts_in_yuan_are_read(text: str, fen: int) -> None:
    assert money.fen(text) == fen


@pytest.mark.parametrize(
    "text", ["", "1.005", "-1", "1e3", "1,00", "１２", 12.5, 12, None, True, "12 元", "."]
)
def test_what_is_no_amount_is_refused(text: object) -> None:
    said = f"{text!r} is no amount in yuan; write it as text with at most two decimals, as 12500.50."
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        money.fen(text)


@pytest.mark.parametrize("amount", [1.0, True, -1, "5", None])
def test_only_whole_fen_are_money(amount: object) -> None:
    said = f"the amount is {amount!r} and must be a whole number of fen, 0 or more."
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        money.checked_fen(amount)


def test_weights_that_are_all_zero_split_nothing() -> None:
    with pytest.raises(BadSpec, match=r"^the weights are \[0, 0\] and need one above 0\.$"):
        money.split(5, [0, 0])
