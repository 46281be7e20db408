"""Money of the exchange: whole fen, ratios in basis points, and splits that sum exactly."""

from __future__ import annotations

import re
from collections.abc import Sequence

from heban.domain.errors import BadSpec
from heban.exchange.china import CURRENCY, FEN_IN_YUAN

WHOLE = 10_000
"""Basis points in one."""
_AMOUNT = re.compile(r"(?P<yuan>\d+|\d{1,3}(,\d{3})+)(\.(?P<fen>\d{1,2}))?")


def checked_fen(amount: object, what: str = "the amount") -> int:
    """Return an amount if it is a whole number of fen and not negative, or raise `BadSpec`.

    A float is refused even when it looks whole: 0.1 + 0.2 is not 0.3.

    >>> checked_fen(2_000_000)
    2000000
    >>> checked_fen(20000.0, "the price")
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the price is 20000.0 and must be a whole number of fen, 0 or more.
    """
    if isinstance(amount, bool) or not isinstance(amount, int) or amount < 0:
        raise BadSpec(f"{what} is {amount!r} and must be a whole number of fen, 0 or more.")
    return amount


def share(fen: int, basis_points: int) -> int:
    """Return a share of an amount, rounded down to the fen: public money is never rounded up.

    ⌊fen·basis_points/10000⌋.

    >>> share(3333, 5000), share(100_000, 2000)
    (1666, 20000)
    """
    return checked_fen(fen) * checked_fen(basis_points, "the ratio in basis points") // WHOLE


def split(fen: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Return an amount split in proportion to whole weights, to the fen.

    Each part gets ⌊fen·w/Σw⌋; the fen left over go one each to the largest remainders, of equal ones to
    the earlier. The parts sum to the amount. Source: the method of largest remainders (Hamilton).

    >>> split(100_000, [2, 1])
    (66667, 33333)
    """
    parts = [checked_fen(weight, "a weight") for weight in weights]
    total = sum(parts)
    if total == 0:
        raise BadSpec(f"the weights are {list(weights)} and need one above 0.")
    exact = [divmod(checked_fen(fen) * weight, total) for weight in parts]
    left = fen - sum(whole for whole, _ in exact)
    first = sorted(range(len(exact)), key=lambda place: (-exact[place][1], place))[:left]
    return tuple(whole + (place in first) for place, (whole, _) in enumerate(exact))


def yuan(fen: int) -> str:
    """Return an amount in yuan as text, with two decimals and thousands set apart.

    >>> yuan(30_000_000), yuan(-5)
    ('300,000.00', '-0.05')
    """
    whole, rest = divmod(abs(fen), FEN_IN_YUAN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def told(fen: int) -> tuple[str, str]:
    """Return an amount as it stands in a sentence, Chinese and English.

    >>> told(30_000_000)
    ('300,000.00 元', 'CNY 300,000.00')
    """
    return f"{yuan(fen)} 元", f"{CURRENCY} {yuan(fen)}"


def fen(text: object) -> int:
    """Return the fen of an amount that is written in yuan, or raise `BadSpec`.

    Taken is a text of digits with at most two decimals, thousands set apart by commas or not. A number, a
    sign, or a fraction of a fen is refused, not rounded: of a number nobody knows whether it is yuan or fen.

    >>> fen("300,000"), fen("0.05"), fen("12.5")
    (30000000, 5, 1250)
    """
    found = _AMOUNT.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found or not found[0].isascii():
        raise BadSpec(
            f"{text!r} is no amount in yuan; write it as text with at most two decimals, as 12500.50."
        )
    whole = int(found["yuan"].replace(",", ""))
    return whole * FEN_IN_YUAN + int((found["fen"] or "").ljust(2, "0"))
