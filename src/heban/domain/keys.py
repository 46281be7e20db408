"""Keys of a document that is read into a model: which are allowed at a place of it."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel


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


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in _models(inner)]
