"""Indirect holdings: how much of an organisation another one holds, directly and through others."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from heban.exchange.rules.links import Link
from heban.exchange.rules.money import WHOLE

Method = Literal["sat42", "product"]
LONGEST = 20
"""Steps after which a chain of holdings is no longer followed by `product`."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A share held, in basis points, and a chain of links that leads to it."""

    basis_points: Fraction
    path: tuple[Link, ...]


def holdings(holder: str, links: Iterable[Link], method: Method, threshold_bp: int) -> dict[str, Holding]:
    """Return what a holder holds of every organisation that it reaches by equity.

    sat42: what is held by an intermediary of which the holder has at least the threshold counts in full,
    like the holder's own: 60 % of an intermediary with 30 % makes 30 %. An intermediary below the threshold
    passes nothing on. Shares that come by several ways are added. product: shares along a chain are
    multiplied and chains are added: 60 % of 30 % makes 18 %; rings are followed for twenty steps. Neither
    exceeds 100 %. Source of sat42: 国家税务总局公告2016年第42号 (from general knowledge: 默认值待核, §12).

    >>> chain = [Link("a", "m", "equity", 6000), Link("m", "c", "equity", 3000)]
    >>> holdings("a", chain, "sat42", 2500)["c"].basis_points
    Fraction(3000, 1)
    >>> holdings("a", chain, "product", 2500)["c"].basis_points
    Fraction(1800, 1)
    """
    owned: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        if link.kind == "equity" and link.a != link.b:
            owned[link.a].append(link)
    found = _passed_on(holder, owned, threshold_bp) if method == "sat42" else _multiplied(holder, owned)
    return {org: held for org, held in found.items() if org != holder}


def holders_of(org: str, links: Iterable[Link]) -> set[str]:
    """Return everyone from whom a chain of equity leads to an organisation.

    >>> sorted(holders_of("c", [Link("a", "m", "equity", 6000), Link("m", "c", "equity", 3000)]))
    ['a', 'm']
    """
    above: dict[str, set[str]] = defaultdict(set)
    for link in links:
        if link.kind == "equity":
            above[link.b].add(link.a)
    found: set[str] = set()
    waiting = [org]
    while waiting:
        new = above[waiting.pop()] - found
        found |= new
        waiting += new
    return found - {org}


def _passed_on(holder: str, owned: Mapping[str, list[Link]], threshold_bp: int) -> dict[str, Holding]:
    """Grow the set of those whose shares count in full; it only grows, so the order does not matter."""
    shares: dict[str, Fraction] = defaultdict(Fraction)
    via: dict[str, Link] = {}
    counted, waiting = {holder}, deque([holder])
    while waiting:
        for link in owned.get(waiting.popleft(), ()):
            org = link.b
            shares[org] += link.basis_points
            larger = org not in via or link.basis_points > via[org].basis_points
            if larger and org not in counted:  # once counted, its chain is fixed, and so no chain is a ring
                via[org] = link
            if shares[org] >= threshold_bp and org not in counted:
                counted.add(org)
                waiting.append(org)
    return {org: Holding(min(share, Fraction(WHOLE)), _path(org, via)) for org, share in shares.items()}


def _path(org: str, via: Mapping[str, Link]) -> tuple[Link, ...]:
    path: list[Link] = []
    while org in via:
        path.insert(0, via[org])
        org = via[org].a
    return tuple(path)


def _multiplied(holder: str, owned: Mapping[str, list[Link]]) -> dict[str, Holding]:
    total: dict[str, Holding] = {}
    reached = {holder: Holding(Fraction(WHOLE), ())}
    for _ in range(LONGEST):
        step: dict[str, Holding] = {}
        for org, held in reached.items():
            for link in owned.get(org, ()):
                share = held.basis_points * link.basis_points / WHOLE
                _add(step, link.b, Holding(share, (*held.path, link)))
        for org, held in step.items():
            _add(total, org, held)
        reached = step
    return {org: Holding(min(held.basis_points, Fraction(WHOLE)), held.path) for org, held in total.items()}


def _add(found: dict[str, Holding], org: str, held: Holding) -> None:
    """Add a share; the chain that came first, which is one of the shortest, stays as evidence."""
    before = found.get(org)
    share = held.basis_points + (before.basis_points if before else 0)
    found[org] = Holding(share, before.path if before else held.path)
