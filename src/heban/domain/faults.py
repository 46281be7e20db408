"""Faults of a document, said so that they can be repaired: the key, the value, what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence

from heban.domain.errors import BadSpec

SHOWN = 12  # codes listed where no near one is found


def refusal(faults: Sequence[str], what: str = "the specification has") -> BadSpec:
    """Return the error that lists every fault of a specification, or of another document.

    >>> str(refusal(["root: the key is missing."]))
    'the specification has 1 fault:\\n  root: the key is missing.'
    """
    count = f"{len(faults)} fault{'s' if len(faults) != 1 else ''}"
    return BadSpec(f"{what} {count}:\n  " + "\n  ".join(faults))


def near(name: str, known: Collection[str]) -> str:
    """Return the hint at the nearest known name, or at the names there are.

    >>> near("Phsical", ["Physical", "Social"]), near("x", ["Physical"])
    ('Did you mean Physical?', 'There is only Physical.')
    """
    found = difflib.get_close_matches(name, list(known), n=1)
    if found:
        return f"Did you mean {found[0]}?"
    if not known:
        return "There are none."
    listed = ", ".join(list(known)[:SHOWN])
    more = ", …" if len(known) > SHOWN else ""
    return f"There {'is only' if len(known) == 1 else 'are'} {listed}{more}."
