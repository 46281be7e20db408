"""Fees by hand: who pays whom when a booking does not come about."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.exchange.rules.cancelling import ENDINGS, Cancelling, Ending, Fee, fee


def test_who_pays_whom() -> None:
    late = fee(Cancelling(), 30_001, "cancelled_by_user", late=True)
    assert late is not None
    assert (late.fen, late.payer, late.payee) == (15_000, "firm", "provider")
    assert late.why.zh == "用户逾期取消：300.01 元 的 50 % = 150.00 元（默认值待核）"
    assert (
        late.why.en
        == "cancelled late by the user: 50 % of CNY 300.01 = CNY 150.00 (default, to be confirmed)"
    )
    missed = fee(Cancelling(), 30_001, "no_show", late=False)
    assert isinstance(missed, Fee)
    assert (missed.fen, missed.payer) == (30_001, "firm")
    broken = fee(Cancelling(late_by_provider_bp=10_000), 30_001, "cancelled_by_provider", late=True)
    assert isinstance(broken, Fee)
    assert (broken.fen, broken.payer, broken.payee) == (30_001, "provider", "firm")


def test_in_time_or_for_nothing_there_is_no_fee() -> None:
    assert fee(Cancelling(), 30_000, "cancelled_by_user", late=False) is None
    assert fee(Cancelling(), 30_000, "cancelled_by_provider", late=False) is None
    assert fee(Cancelling(no_show_bp=0), 30_000, "no_show", late=True) is None
    assert fee(Cancelling(), 1, "cancelled_by_user", late=True) is None  # half a fen, rounded down


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: Cancelling(no_show_bp=10_001),
            "no_show_bp is 10001; give 0 to 10000 basis points, as 5000.",
        ),
        (
            lambda: fee(Cancelling(), 1, "lost", late=True),  # type: ignore[arg-type]
            "the booking ended as 'lost'; allowed are cancelled_by_user, cancelled_by_provider, no_show.",
        ),
        (
            lambda: fee(Cancelling(), -1, "no_show", late=True),
            "the amount is -1 and must be a whole number of fen, 0 or more.",
        ),
    ],
)
def test_faulty_rules(make: object, said: str) -> None:
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        make()  # type: ignore[operator]


@given(st.integers(0, 10**9), st.sampled_from(list(ENDINGS)), st.integers(0, 10_000), st.booleans())
def test_a_fee_is_within_the_price(price: int, ending: Ending, basis_points: int, late: bool) -> None:
    rules = Cancelling(basis_points, basis_points, basis_points)
    found = fee(rules, price, ending, late=late)
    assert found is None or 0 < found.fen <= price
