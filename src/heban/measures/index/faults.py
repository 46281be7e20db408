"""Faults of a specification, said so that they can be repaired: the key, the value, what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from heban.domain.errors import BadSpec
from heban.domain.keys import allowed_keys

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
    ('Did you mean Physical?', 'There are Physical.')
    """
    found = difflib.get_close_matches(name, list(known), n=1)
    if found:
        return f"Did you mean {found[0]}?"
    if not known:
        return "There are none."
    listed = ", ".join(list(known)[:SHOWN])
    return f"There are {listed}{', …' if len(known) > SHOWN else ''}."


def sentence(fault: ErrorDetails, model: type[BaseModel]) -> str:
    """Say what is wrong at one key of a document that should have been a model's."""
    where = ".".join(str(part) for part in fault["loc"])
    given = fault["input"]
    if fault["type"] == "extra_forbidden":
        return (
            f"{where}: there is no such key. {near(str(fault['loc'][-1]), allowed_keys(model, fault['loc']))}"
        )
    if fault["type"] == "missing":
        return f"{where}: the key is missing."
    if fault["type"] == "literal_error":
        allowed = fault["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        close = difflib.get_close_matches(str(given), allowed, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        return f"{where} = {given!r}: allowed are {', '.join(allowed)}.{hint}"
    said = fault["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    return f"{where} = {given!r}: it should be {said}."
