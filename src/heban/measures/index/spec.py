"""The specification of a composite index: typed, checked before anything runs, from TOML or a dict."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, TypeVar

from heban.domain import documents
from heban.domain.errors import BadSpec
from heban.measures.index.doubts import Doubt, Doubts
from heban.measures.index.parts import (
    Aggregate,
    AggregateOne,
    Denominate,
    Impute,
    ImputeOne,
    Node,
    Normalise,
    NormaliseOne,
    Part,
    Screen,
    Treat,
    TreatOne,
    Weigh,
    WeighOne,
)

__all__ = [
    "Aggregate",
    "AggregateOne",
    "Denominate",
    "Doubt",
    "Doubts",
    "Impute",
    "ImputeOne",
    "IndexSpec",
    "Node",
    "Normalise",
    "NormaliseOne",
    "Part",
    "Screen",
    "Treat",
    "TreatOne",
    "Weigh",
    "WeighOne",
    "checked",
    "from_dict",
    "from_toml",
    "loaded",
    "schema",
]


Model = TypeVar("Model", bound=Part)


class IndexSpec(Part):
    """How an index is built, step by step, in the order in which the steps stand here.

    Source of the steps: OECD/JRC Handbook on Constructing Composite Indicators (2008).

    >>> IndexSpec(root="index").normalise.method
    'minmax'
    """

    root: str
    """code of the index"""
    first_year: int | None = None
    """first year of the index; the panel's when not given"""
    last_year: int | None = None
    """last year of the index; the panel's when not given"""
    every_year: bool = False
    """years that the panel lacks between its years are added, absent, for imputation to fill"""
    nodes: tuple[Node, ...] = ()
    """the hierarchy; without nodes it is that of the panel's catalogue below the root"""
    denominate: Denominate = Denominate()
    impute: Impute = Impute()
    screen: Screen = Screen()
    treat: Treat = Treat()
    normalise: Normalise = Normalise()
    weigh: Weigh = Weigh()
    aggregate: Aggregate = Aggregate()
    uncertainty: Doubts = Doubts()


def from_dict(document: Mapping[str, Any]) -> IndexSpec:
    """Return a checked specification, or raise `BadSpec` naming every key that is wrong.

    >>> from_dict({"root": "index", "normalise": {"metod": "minmax", "range": [0, 100]}})
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the specification has 1 fault:
      normalise.metod: there is no such key. Did you mean method?
    """
    return checked(IndexSpec, document)


def from_toml(text: str) -> IndexSpec:
    """Return the specification that a TOML text describes.

    >>> from_toml('root = "index"').root
    'index'
    """
    return from_dict(loaded(text))


def checked(model: type[Model], document: Mapping[str, Any]) -> Model:
    """Return a document as the model of a specification, or raise `BadSpec` naming every key that is wrong.

    >>> checked(Aggregate, {"method": "geometric"}).method
    'geometric'
    """
    return documents.read(model, tupled(document))


def loaded(text: str) -> dict[str, Any]:
    """Return what a TOML text holds, or raise `BadSpec`.

    >>> loaded("root = ")
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the specification is not TOML: Invalid value (at end of document).
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"the specification is not TOML: {error}.") from error


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a specification.

    >>> schema()["properties"]["root"]["type"]
    'string'
    """
    return IndexSpec.model_json_schema()


def tupled(value: Any) -> Any:
    """Return TOML's arrays as tuples, which are what a fixed specification holds.

    >>> tupled({"range": [0, 100]})
    {'range': (0, 100)}
    """
    if isinstance(value, Mapping):
        return {key: tupled(one) for key, one in value.items()}
    return tuple(tupled(one) for one in value) if isinstance(value, list | tuple) else value
