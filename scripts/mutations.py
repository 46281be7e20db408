"""Drop every guard of the exchange's database in turn, and demand that a test turns red.

`make mutate-exchange`: prints a row for each guard and ends with 1 when one can go unnoticed.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

import tests.exchange.fixtures as exchange  # sets Django up, which the others need
from tests.exchange.attacks import ATTACKS, Attack, Connection, Foiled
from tests.exchange.mutation import EVENTS, drop, guards, peopled, race

TEST = "test_the_guard_refuses_and_without_it_the_attack_goes_through"
RACE = "test_of_two_at_once_the_guard_refuses_the_second"
CHAIN = "audit_chain"


@dataclass(frozen=True)
class Mutation:
    """A guard that was dropped: the invariants it carries, and the tests that turn red and stay green."""

    guard: str
    table: str
    keeps: tuple[str, ...]
    red: tuple[str, ...]
    green: tuple[str, ...]


def goes_through(world: Connection, attack: Attack) -> bool:
    """Whether an attack, with its guard dropped, goes through: then the test that it is refused turns red."""
    with world.transaction(force_rollback=True):
        attack.prepare(world)
        drop(world, attack.guard)
        try:
            with world.transaction():
                attack.run(world)
        except (psycopg.Error, Foiled):
            return False
    return True


def mutations(
    world: Connection, known: Mapping[str, tuple[str, str]], attacks: Iterable[Attack]
) -> list[Mutation]:
    """Drop each guard, one at a time, and see which of its attacks go through."""
    of: dict[str, list[Attack]] = {guard: [] for guard in known}
    for attack in attacks:
        of[attack.guard].append(attack)
    made = []
    for guard, (_kind, table) in known.items():
        verdicts = {attack.id: goes_through(world, attack) for attack in of[guard]}
        keeps = tuple(sorted({attack.keeps for attack in of[guard]}, key=_number))
        red, green = (
            tuple(one for one, gone in verdicts.items() if gone is which) for which in (True, False)
        )
        made.append(Mutation(guard, table, keeps, red, green))
    return made


def _number(keeps: str) -> int:
    return int(keeps[1:]) if keeps[1:].isdigit() else sys.maxsize


def table(made: Iterable[Mutation]) -> str:
    """Return the guards as a Markdown table: table, invariants, red tests."""
    rows = ["| guard | table | invariant | red test |", "|---|---|---|---|"]
    ordered = sorted(made, key=lambda one: ([_number(kept) for kept in one.keeps], one.table, one.guard))
    for one in ordered:
        red = f"{one.red[0]}{f' and {len(one.red) - 1} more' if one.red[1:] else ''}" if one.red else "none"
        rows.append(f"| {one.guard} | {one.table} | {', '.join(one.keeps) or '?'} | {red} |")
    return "\n".join(rows)


def main() -> int:
    """Print the table, and return 1 when a guard can go unnoticed."""
    with tempfile.TemporaryDirectory(prefix="heban-") as folder:
        Path(folder).chmod(0o711)
        with exchange.serving(Path(folder) / "mutations") as running:
            with peopled(running) as world:
                known = guards(world)
                chain = known.pop(CHAIN)
                made = mutations(world, known, ATTACKS)
            with exchange.copied(running, "raced") as base:
                with base.admin() as admin:
                    drop(admin, CHAIN)
                race(base, *EVENTS)
                made.append(Mutation(CHAIN, chain[1], ("I14",), (RACE,), ()))
    unnoticed = [one.guard for one in made if not one.red or one.green]
    print(table(made))
    print(f"\n{len(made)} guards, {sum(len(one.red) for one in made)} red tests ({TEST} by attack).")
    if unnoticed:
        print(f"Dropped and not every test of it turns red: {', '.join(unnoticed)}.", file=sys.stderr)
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
