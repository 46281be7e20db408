"""Faults of a mapping, said so that they can be repaired: the key, the value, what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from heban.domain.errors import BadSpec
from heban.domain.keys import allowed_keys


def refused(name: str, faults: Iterable[str]) -> BadSpec:
    """Return the error that lists every fault of a mapping.

    >>> print(refused("m.toml", ["works.id: the key is missing; every row of works has an id."]))
    m.toml has 1 fault:
      works.id: the key is missing; every row of works has an id.
    """
    listed = list(faults)
    plural = "" if len(listed) == 1 else "s"
    return BadSpec(f"{name} has {len(listed)} fault{plural}:\n  " + "\n  ".join(listed))


def sentences(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """Return what pydantic found, one sentence a fault."""
    return [_sentence(fault, model) for fault in error.errors()]


def _sentence(fault: ErrorDetails, model: type[BaseModel]) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    given = fault["input"]
    if fault["type"] == "extra_forbidden":
        known = allowed_keys(model, fault["loc"])
        near = difflib.get_close_matches(str(fault["loc"][-1]), known, n=1, cutoff=0.5)
        hint = f"; perhaps {near[0]!r} is meant" if near else ""
        return f"{where}: there is no such key{hint}. There are {', '.join(known)}."
    if fault["type"] == "missing":
        return f"{where}: the key is missing."
    if fault["type"] == "literal_error":
        allowed = fault["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        near = difflib.get_close_matches(str(given), allowed, n=1, cutoff=0.5)
        hint = f" Perhaps {near[0]!r} is meant." if near else ""
        return f"{where} = {given!r}: allowed are {fault['ctx']['expected']}.{hint}"
    said = fault["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    return f"{where} = {given!r}: it should be {said}."
