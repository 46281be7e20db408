"""What is paid when a booking is given up late or missed: by the user, or by the provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from heban.domain.errors import BadSpec
from heban.exchange.rules.money import WHOLE, checked_fen, share, told
from heban.exchange.rules.paying import FIRM, PROVIDER
from heban.exchange.rules.refusals import Said

Ending = Literal["cancelled_by_user", "cancelled_by_provider", "no_show"]
ENDINGS: dict[Ending, Said] = {
    "cancelled_by_user": Said("用户逾期取消", "cancelled late by the user"),
    "cancelled_by_provider": Said("机构逾期取消", "cancelled late by the provider"),
    "no_show": Said("用户未到", "missed by the user"),
}


@dataclass(frozen=True, slots=True)
class Cancelling:
    """Shares of the price, in basis points, that are paid for a booking that did not come about.

    No source gives any: all three are Heban's own choices [I], 默认值待核 (§12) for every owner.
    """

    late_by_user_bp: int = 5_000
    no_show_bp: int = WHOLE
    late_by_provider_bp: int = 5_000

    def __post_init__(self) -> None:
        for name in ("late_by_user_bp", "no_show_bp", "late_by_provider_bp"):
            if not 0 <= checked_fen(getattr(self, name), name) <= WHOLE:
                raise BadSpec(f"{name} is {getattr(self, name)}; give 0 to {WHOLE} basis points, as 5000.")


@dataclass(frozen=True, slots=True)
class Fee:
    """What one party owes the other, in fen, and why."""

    fen: int
    payer: str
    payee: str
    why: Said


def fee(rules: Cancelling, price_fen: int, ending: Ending, *, late: bool) -> Fee | None:
    """Return what is owed for a booking that did not come about; nothing if it was given up in time.

    ⌊price·share⌋ of the price that was quoted: from the user who cancels late or does not come, from the
    provider who cancels late. Whether it is late is said by `opening.last_cancel`, for both alike; who does
    not come is always late. A voucher never pays it. Source: none, Heban's own (§12).

    >>> owed = fee(Cancelling(), 30_001, "cancelled_by_provider", late=True)
    >>> owed.fen, owed.payer, owed.payee
    (15000, 'provider', 'firm')
    """
    if ending not in ENDINGS:
        raise BadSpec(f"the booking ended as {ending!r}; allowed are {', '.join(ENDINGS)}.")
    basis_points = {
        "cancelled_by_user": rules.late_by_user_bp,
        "cancelled_by_provider": rules.late_by_provider_bp,
        "no_show": rules.no_show_bp,
    }[ending]
    owed = share(price_fen, basis_points)
    if not owed or not (late or ending == "no_show"):
        return None
    by_provider = ending == "cancelled_by_provider"
    payer, payee = (PROVIDER, FIRM) if by_provider else (FIRM, PROVIDER)
    return Fee(owed, payer, payee, _why(ending, price_fen, basis_points, owed))


def _why(ending: Ending, price_fen: int, basis_points: int, owed: int) -> Said:
    price, total, name = told(price_fen), told(owed), ENDINGS[ending]
    part = f"{basis_points / 100:g} %"
    return Said(
        f"{name.zh}：{price[0]} 的 {part} = {total[0]}（默认值待核）",
        f"{name.en}: {part} of {price[1]} = {total[1]} (default, to be confirmed)",
    )
