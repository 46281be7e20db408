"""The audit's sample: redemptions drawn by a published seed that nobody could choose, and all risk hits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from heban.domain.errors import BadSpec
from heban.exchange.rules.money import WHOLE, checked_fen

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Sample:
    """What is audited: drawn by chance, and hit by a rule; an item can be both. The seed is published."""

    seed: str
    drawn: tuple[str, ...]
    hits: tuple[str, ...]

    @property
    def items(self) -> tuple[str, ...]:
        """Everything to audit, once each, in order of name."""
        return tuple(sorted({*self.drawn, *self.hits}))


def seed(period: str, head: str) -> str:
    """Return the seed of a period: the SHA-256 of its name and of the audit's head digest at its end.

    The head is that of the day on which the period is closed, after the last redemption has its number: it
    hangs on every act of that day, so nobody knows the seed before, and everybody can compute it after.

    >>> seed("2026Q1", "0" * 64)[:16]
    '13e0d57f61a79ca7'
    """
    if not period.strip() or not _DIGEST.fullmatch(head):
        raise BadSpec(
            f"the period is {period!r} and the head {head!r}; give a name, as 2026Q1, "
            "and the 64 hexadecimal signs of a SHA-256."
        )
    return sha256(f"{period}\n{head}".encode()).hexdigest()


def sample(items: Iterable[str], seed: str, basis_points: int, hits: Iterable[str] = ()) -> Sample:
    """Return the items to audit: ⌈n·basis_points/10000⌉ of n by chance, and every hit besides.

    Items are put in order by SHA-256 of seed and item, and the first are drawn, from all items, hits among
    them, so that the share of faults found in `drawn` estimates that of all. The order of the items and
    the hits change nothing. One item more puts at most one of those drawn out, and brings none in that was
    not, but for the new one itself and one more where the number drawn grows; none is put out then. A hit
    that is no item raises `BadSpec`.

    >>> found = sample([str(n) for n in range(20)], seed("2026Q1", "0" * 64), 1_000, ["7"])
    >>> len(found.drawn), found.hits, len(found.items)
    (2, ('7',), 3)
    """
    every, hit = set(items), set(hits)
    if strange := sorted(hit - every):
        raise BadSpec(f"the hit {strange[0]!r} is none of the {len(every)} items; give those of the period.")
    if not 0 <= checked_fen(basis_points, "the share in basis points") <= WHOLE:
        raise BadSpec(f"the share is {basis_points} basis points; give 0 to {WHOLE}, as 1000.")
    count = -(-len(every) * basis_points // WHOLE)
    order = sorted(every, key=lambda item: (sha256(f"{seed}\n{item}".encode()).digest(), item))
    return Sample(seed, tuple(sorted(order[:count])), tuple(sorted(hit)))
