"""Documents that are read into a model: what is wrong at each key, and what is allowed there."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from heban.domain.faults import near, refusal

Model = TypeVar("Model", bound=BaseModel)


def read(model: type[Model], document: Mapping[str, Any], what: str = "the specification has") -> Model:
    """Return a document as a model; raises `BadSpec` naming every key that is wrong, and what is allowed.

    >>> from pydantic import create_model
    >>> well = create_model("Well", __config__={"extra": "forbid"}, depth=(int, 0))
    >>> read(well, {"depth": 3}).depth
    3
    >>> read(well, {"dept": 3}, "the well has")
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the well has 1 fault:
      dept: there is no such key. Did you mean depth?
    """
    try:
        return model.model_validate(dict(document))
    except ValidationError as error:
        raise refusal([_sentence(fault, model) for fault in error.errors()], what) from None


def _sentence(fault: ErrorDetails, model: type[BaseModel]) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    given = fault["input"]
    if fault["type"] == "extra_forbidden":
        return f"{where}: there is no such key. {near(str(fault['loc'][-1]), _allowed(model, fault['loc']))}"
    if fault["type"] == "missing":
        return f"{where}: the key is missing."
    if fault["type"] == "literal_error":
        allowed = fault["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        close = difflib.get_close_matches(str(given), allowed, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        shown = ", ".join(name if name[-1:].isalnum() else repr(name) for name in allowed)
        return f"{where} = {given!r}: allowed are {shown}.{hint}"
    said = fault["msg"].removeprefix("Input should be ").removeprefix("Value error, ")
    return f"{where} = {given!r}: it should be {said}."


def _allowed(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that are allowed where a strange one stood, as pydantic's error locates it."""
    part = model
    for step in location[:-1]:
        field = {f.alias or name: f for name, f in part.model_fields.items()}.get(str(step))
        part = next(iter(_models(field.annotation)), part) if field else part
    return [field.alias or name for name, field in part.model_fields.items()]


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models(inner)]
