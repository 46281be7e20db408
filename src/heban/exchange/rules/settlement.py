"""Settlement between regions: what each owes the others, netted to the fen and paid by few transfers."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from heban.domain.errors import BadSpec
from heban.exchange.rules.money import checked_fen, told
from heban.exchange.rules.refusals import denied

MOST_EXACT = 14
"""Regions with a net amount up to which the fewest transfers are searched for exactly."""


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """A payment that one region made for another: `debtor` owes `creditor` an amount in fen."""

    id: str
    debtor: str
    creditor: str
    fen: int


@dataclass(frozen=True, slots=True)
class Transfer:
    """What one region pays another to settle a batch."""

    payer: str
    payee: str
    fen: int


def matrix(lines: Iterable[Line]) -> dict[tuple[str, str], int]:
    """Return what each region owes each other on balance: antisymmetric, (r, s) is minus (s, r).

    A region owes itself nothing; a line twice in the set is refused with `BadSpec`.

    >>> matrix([Line("1", "310000", "330000", 70), Line("2", "330000", "310000", 20)])
    {('310000', '330000'): 50, ('330000', '310000'): -50}
    """
    owed: dict[tuple[str, str], int] = defaultdict(int)
    seen: set[str] = set()
    for line in sorted(lines):
        if line.id in seen:
            raise BadSpec(f"the line {line.id!r} stands twice in the batch; a payment is settled once.")
        seen.add(line.id)
        fen = checked_fen(line.fen, f"the line {line.id!r}")
        if line.debtor != line.creditor:
            owed[line.debtor, line.creditor] += fen
            owed[line.creditor, line.debtor] -= fen
    return {pair: owed[pair] for pair in sorted(owed)}


def net(lines: Iterable[Line]) -> dict[str, int]:
    """Return the net position of each region: what it is owed less what it owes. They sum to 0.

    >>> net([Line("1", "310000", "330000", 70), Line("2", "330000", "320000", 20)])
    {'310000': -70, '320000': 20, '330000': 50}
    """
    position: dict[str, int] = defaultdict(int)
    for (debtor, _), fen in matrix(lines).items():
        position[debtor] -= fen
    return {region: position[region] for region in sorted(position)}


def transfers(position: Mapping[str, int]) -> list[Transfer]:
    """Return the fewest transfers that bring every net position to 0.

    Regions are parted into as many groups as possible whose positions sum to 0 each; a group of k needs
    k − 1 transfers, so n regions in g groups need n − g. The search is exact up to 14 regions with a net
    amount; with more, equal and opposite pairs are parted off and the rest is one group, which is right to
    the fen but may not be the fewest. The order of the codes decides between equal ways.

    >>> transfers({"310000": -70, "320000": 20, "330000": 50})
    [Transfer(payer='310000', payee='330000', fen=50), Transfer(payer='310000', payee='320000', fen=20)]
    """
    if sum(position.values()):
        raise BadSpec(f"the net positions sum to {sum(position.values())} fen and must sum to 0.")
    open_ = {region: fen for region, fen in sorted(position.items()) if fen}
    parted = _groups(open_) if len(open_) <= MOST_EXACT else _pairs(open_)
    return [transfer for group in parted for transfer in _within({one: open_[one] for one in group})]


def to_confirm(position: Mapping[str, int]) -> list[str]:
    """Return the regions that must confirm a batch: those with a net amount.

    >>> to_confirm({"310000": -5, "320000": 0, "330000": 5})
    ['310000', '330000']
    """
    return sorted(region for region, fen in position.items() if fen)


def digest(lines: Iterable[Line]) -> str:
    """Return the SHA-256 of a set of lines, whatever their order: what all regions confirm.

    >>> digest([Line("1", "310000", "330000", 70)])[:12]
    '4030caec18e2'
    """
    text = "\n".join(f"{line.id}\t{line.debtor}\t{line.creditor}\t{line.fen}" for line in sorted(lines))
    return hashlib.sha256(text.encode()).hexdigest()


def ensure_may_confirm(lines: Collection[Line], region: str, confirmed: str) -> None:
    """Refuse a confirmation of other lines, or by a region that is not asked.

    Codes: `settlement.hash`, `settlement.not_asked`.

    >>> lines = [Line("1", "310000", "330000", 70)]
    >>> ensure_may_confirm(lines, "310000", digest(lines))
    """
    expected = digest(lines)
    if confirmed != expected:
        raise denied("settlement.hash", given=confirmed, expected=expected)
    if region not in to_confirm(net(lines)):
        raise denied("settlement.not_asked", region=region)


def ensure_settled(lines: Collection[Line], confirmed_by: Collection[str], paid: Iterable[Transfer]) -> None:
    """Refuse a batch that some region has not confirmed, or whose bank papers differ from what is due.

    Codes: `settlement.waiting`, `settlement.uncovered`; several papers of one pair are added.

    >>> lines = [Line("1", "310000", "330000", 70)]
    >>> ensure_settled(lines, ["310000", "330000"], [Transfer("310000", "330000", 70)])
    """
    position = net(lines)
    if missing := [region for region in to_confirm(position) if region not in confirmed_by]:
        raise denied("settlement.waiting", regions=", ".join(missing))
    due, got = _by_pair(transfers(position)), _by_pair(paid)
    for payer, payee in sorted({*due, *got}):
        owed, seen = due.get((payer, payee), 0), got.get((payer, payee), 0)
        if owed != seen:
            raise denied("settlement.uncovered", payer=payer, payee=payee, due=told(owed), paid=told(seen))


def _by_pair(moved: Iterable[Transfer]) -> dict[tuple[str, str], int]:
    total: dict[tuple[str, str], int] = defaultdict(int)
    for one in moved:
        total[one.payer, one.payee] += checked_fen(one.fen, f"the payment of {one.payer} to {one.payee}")
    return total


def _within(position: Mapping[str, int]) -> list[Transfer]:
    """Pay within a group: the largest debt to the largest claim, until nothing is open."""
    left, moved = dict(position), []
    while any(left.values()):
        payer = min(left, key=lambda region: (left[region], region))
        payee = min(left, key=lambda region: (-left[region], region))
        fen = min(-left[payer], left[payee])
        left[payer] += fen
        left[payee] -= fen
        moved.append(Transfer(payer, payee, fen))
    return moved


def _groups(position: Mapping[str, int]) -> list[list[str]]:
    """Part into the most groups of sum 0: the best of every subset, one region added at a time.

    best[subset] counts how often a running sum comes to 0; the last group is read off backwards.
    """
    regions = list(position)
    size = 1 << len(regions)
    total, best, last = [0] * size, [0] * size, [0] * size
    for subset in range(1, size):
        lowest = (subset & -subset).bit_length() - 1
        total[subset] = total[subset & (subset - 1)] + position[regions[lowest]]
        ways = [one for one in range(len(regions)) if subset >> one & 1]
        last[subset] = max(ways, key=lambda one: (best[subset & ~(1 << one)], -one))
        best[subset] = best[subset & ~(1 << last[subset])] + (total[subset] == 0)
    groups: list[list[str]] = []
    subset = size - 1
    while subset:
        if total[subset] == 0:
            groups.append([])
        groups[-1].append(regions[last[subset]])
        subset &= ~(1 << last[subset])
    return sorted(sorted(group) for group in groups)


def _pairs(position: Mapping[str, int]) -> list[list[str]]:
    rest = dict(position)
    groups = []
    for region, fen in position.items():
        other = next((one for one, amount in rest.items() if amount == -fen), None)
        if region in rest and other is not None:
            groups.append([region, other])
            del rest[region], rest[other]
    return [*groups, list(rest)] if rest else groups
