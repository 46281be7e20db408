"""What must not be possible, each with the one guard of the database that makes it so.

`test_mutations.py` does each and demands that its guard refuses it, then takes the guard away and demands
that the same attack goes through: an attack that a second guard stops would prove nothing of the first.
"""

from __future__ import annotations

from tests.exchange.attacks import assets, claims, kept, money, orders, parties, states
from tests.exchange.attacks.attack import Attack, Connection, Foiled

ATTACKS: list[Attack] = [
    attack for topic in (parties, assets, orders, money, claims, states, kept) for attack in topic.ATTACKS
]

__all__ = ["ATTACKS", "Attack", "Connection", "Foiled"]
