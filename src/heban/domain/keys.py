"""Keys of a document that is read into a model: what is allowed at a place of it, and what is wrong."""

from __future__ import annotations

import difflib
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from heban.domain.faults import near


def allowed_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that are allowed where a strange one stood, as pydantic's error locates it.

    >>> from pydantic import create_model
    >>> inner = create_model("Inner", depth=(int, 0))
    >>> allowed_keys(create_model("Outer", inner=(inner, None)), ("inner", "dept"))
    ['depth']
    """
    part = model
    for step in location[:-1]:
        field = {f.alias or name: f for name, f in part.model_fields.items()}.get(str(step))
        part = next(iter(_models(field.annotation)), part) if field else part
    return [field.alias or name for name, field in part.model_fields.items()]


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


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models(inner)]
