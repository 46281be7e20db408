"""Settlement by hand: nets, the fewest transfers, one hash for all, and papers that cover to the fen."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from heban.domain.errors import BadSpec
from heban.exchange.rules.settlement import (
    Line,
    Transfer,
    digest,
    ensure_may_confirm,
    ensure_settled,
    matrix,
    net,
    to_confirm,
    transfers,
)
from tests.exchange.rules.refusing import refused

SH, JS, ZJ, AH = "310000", "320000", "330000", "340000"
LINES = [
    Line("a", SH, ZJ, 100_00),
    Line("b", ZJ, SH, 30_00),
    Line("c", JS, ZJ, 45_67),
    Line("d", AH, SH, 70_00),
    Line("e", JS, JS, 99_99),
]


def test_the_matrix_is_antisymmetric_and_a_region_owes_itself_nothing() -> None:
    found = matrix(LINES)
    assert found[SH, ZJ] == 70_00
    assert found[JS, ZJ] == 45_67
    assert all(found[s, r] == -fen for (r, s), fen in found.items())
    assert (JS, JS) not in found


def test_net_positions_and_who_confirms() -> None:
    assert net(LINES) == {SH: 0, JS: -45_67, ZJ: 115_67, AH: -70_00}
    assert to_confirm(net(LINES)) == [JS, ZJ, AH]


def test_a_province_that_only_passes_money_on_pays_nothing() -> None:
    assert transfers(net(LINES)) == [Transfer(AH, ZJ, 70_00), Transfer(JS, ZJ, 45_67)]


def test_two_closed_pairs_need_two_transfers_and_not_three() -> None:
    # paying the largest debt to the largest claim first would take three
    position = {"310000": -6, "320000": -5, "330000": 5, "340000": 6}
    assert len(transfers(position)) == 2
    hidden = {"a": -7, "b": -4, "c": 4, "d": 3, "e": 4}
    assert len(transfers(hidden)) == 3


def fewest(position: dict[str, int]) -> int:
    """By trying all ways to part off a first group of sum 0."""
    open_ = tuple(region for region, fen in position.items() if fen)

    def groups(left: tuple[str, ...]) -> int:
        if not left:
            return 0
        first, *rest = left
        return max(
            1 + groups(tuple(one for one in rest if one not in others))
            for size in range(len(rest) + 1)
            for others in combinations(rest, size)
            if position[first] + sum(position[one] for one in others) == 0
        )

    return len(open_) - groups(open_)


@pytest.mark.parametrize("seed", range(30))
def test_no_fewer_transfers_do(seed: int) -> None:
    amounts = [(seed * 37 + place * place * 11) % 9 - 4 for place in range(6)]
    position = {f"r{place}": fen for place, fen in enumerate([*amounts, -sum(amounts)])}
    assert len(transfers(position)) == fewest(position)


def test_many_regions_are_settled_exactly_if_not_with_the_fewest() -> None:
    position = {f"r{place:02d}": place - 9 for place in range(19)}
    moved = transfers(position)
    assert len(moved) == 9  # every one has its opposite
    odd = {**position, "x": 100, "y": -60, "z": -40}
    left = dict(odd)
    for one in transfers(odd):
        left[one.payer] += one.fen
        left[one.payee] -= one.fen
    assert not any(left.values())


def test_the_hash_does_not_depend_on_the_order_and_on_every_fen() -> None:
    assert digest(LINES) == digest(LINES[::-1])
    assert digest(LINES) != digest([*LINES[:-1], Line("e", JS, JS, 99_98)])
    assert len(digest([])) == 64


def test_only_regions_with_a_net_amount_confirm_and_only_these_lines() -> None:
    ensure_may_confirm(LINES, ZJ, digest(LINES))
    with refused(
        "settlement.not_asked", "310000 has no net amount in the batch and is not asked to confirm it."
    ):
        ensure_may_confirm(LINES, SH, digest(LINES))
    other = digest(LINES[:-1])
    said = (
        f"The lines confirmed have the sum {other}, those of the batch {digest(LINES)}. "
        "Look again and confirm those."
    )
    with refused("settlement.hash", said):
        ensure_may_confirm(LINES, ZJ, other)


def test_a_batch_is_settled_when_all_confirm_and_the_bank_agrees_to_the_fen() -> None:
    paid = [Transfer(AH, ZJ, 70_00), Transfer(JS, ZJ, 45_00), Transfer(JS, ZJ, 67)]
    ensure_settled(LINES, [JS, ZJ, AH], paid)
    said = "Still to confirm: 330000. Every region with a net amount confirms the same lines."
    with refused("settlement.waiting", said):
        ensure_settled(LINES, [JS, AH], paid)
    said = "320000 owes 330000 CNY 45.67; the bank's papers show CNY 45.66. They must agree to the fen."
    with refused("settlement.uncovered", said):
        ensure_settled(LINES, [JS, ZJ, AH], [*paid[:2], Transfer(JS, ZJ, 66)])
    with refused(
        "settlement.uncovered",
        "310000 owes 330000 CNY 0.00; the bank's papers show CNY 0.01. They must agree to the fen.",
    ):
        ensure_settled(LINES, [JS, ZJ, AH], [*paid, Transfer(SH, ZJ, 1)])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([LINES[0], LINES[0]], "the line 'a' stands twice in the batch; a payment is settled once."),
        ([Line("a", SH, ZJ, -1)], "the line 'a' is -1 and must be a whole number of fen, 0 or more."),
    ],
)
def test_faulty_lines_are_refused(lines: list[Line], said: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        net(lines)


def test_positions_that_do_not_sum_to_zero_are_refused() -> None:
    with pytest.raises(BadSpec, match=r"^the net positions sum to 1 fen and must sum to 0\.$"):
        transfers({SH: 1})
