"""Faults of a mapping, said so that they can be repaired: the key, the value, what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from heban.domain.errors import BadSpec


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
        known = _keys(model, fault["loc"])
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


def _keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that are allowed where a strange one stood."""
    part = model
    for step in location[:-1]:
        field = {f.alias or name: f for name, f in part.model_fields.items()}.get(str(step))
        part = next(iter(_models(field.annotation)), part) if field else part
    return [field.alias or name for name, field in part.model_fields.items()]


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models(inner)]
