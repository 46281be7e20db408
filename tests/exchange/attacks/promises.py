"""The invariants of the exchange that its database repeats, each with the guards that carry it."""

from __future__ import annotations

from collections.abc import Iterable

from tests.exchange.attacks.attack import FORM, Attack

INVARIANTS = {
    "I1": "a unit of an asset is taken by one at a time, buffers, maintenance and blackouts included",
    "I2": "times are half-open and not empty, and the busy time holds the use",
    "I3": "no cap is overdrawn, nor lowered below what is held and spent",
    "I5": "more than nothing is used, no more than was held, claimed and approved, and once",
    "I6": "an entry of the ledger has two legs or more, none of nothing, and sums to 0",
    "I7": "entries and legs are written once, and no leg joins later",
    "I8": "money is conserved between provinces: papers, payouts, lines and batches agree and stay",
    "I9": "parts make up their whole",
    "I10": "one event is one entry, one bank paper one payment, one key one answer",
    "I11": "invoice, payment, report and contract are evidence once, in whichever province",
    "I12": "no hold and no publicity without a check that clears both parties",
    "I13": "who drafts or submits, who reviews and who pays are different people",
    "I14": "each change of a row with a state is in the audit, in order, by a named actor",
    "I15": "only listed edges happen, and an end is an end",
    "I16": "terms that somebody relies on no longer change",
    "I19": "an order has one hold alive, and a line of it counts once",
    "I22": "what a late or repeated job writes is there once",
    FORM: "a column holds what it is for",
}
"""What each promises, in the numbering of `docs/exchange.md`."""


def carriers(attacks: Iterable[Attack]) -> dict[str, list[str]]:
    """Return, of each invariant, the guards that carry it, by name."""
    found: dict[str, set[str]] = {number: set() for number in INVARIANTS}
    for attack in attacks:
        found[attack.keeps].add(attack.guard)
    found["I14"].add("audit_chain")
    return {number: sorted(guards) for number, guards in found.items()}


def table(attacks: Iterable[Attack]) -> str:
    """Return the invariants and their guards as a Markdown table."""
    rows = ["| | promise | guards |", "|---|---|---|"]
    for number, guards in carriers(attacks).items():
        named = ", ".join(f"`{guard}`" for guard in guards)
        rows.append(f"| {number} | {INVARIANTS[number]} | {named} |")
    return "\n".join(rows)
