"""Addresses of settings: which field of a specification an uncertain input moves, checked at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel

from heban.domain.errors import BadSpec
from heban.domain.faults import near
from heban.measures.index.spec import IndexSpec, Node, from_dict

STEPS = ("denominate", "impute", "screen", "treat", "normalise", "weigh", "aggregate")
# The fields of a node that may be uncertain, and the step that reads them.
OF_A_NODE = {"weight": "aggregate", "target": "normalise", "goalposts": "normalise"}
# Fields that only some methods read: who moves one without such a method would move nothing.
READ_BY = {
    "impute.value": ("method", {"constant"}),
    "impute.group": ("method", {"group_mean", "group_median"}),
    "impute.limit": ("method", {"linear", "latest"}),
    "impute.neighbours": ("method", {"neighbours"}),
    "screen.least_available": ("rule", {"missing", "both"}),
    "screen.least_nonzero": ("rule", {"zeros", "both"}),
    "treat.winmax": ("steps", {"winsorise"}),
    "treat.power": ("steps", {"boxcox"}),
    "normalise.reference": ("method", {"distance_to_reference"}),
    "normalise.cap": ("method", {"fixed_base", "symmetric_growth"}),
    "aggregate.exponent": ("method", {"power", "owa"}),
    "aggregate.penalty": ("method", {"mazziotta_pareto"}),
}


@dataclass(frozen=True, slots=True)
class Address:
    """One field, one entry of `of`, or a whole step of a specification.

    `section` is a step or "nodes"; `key` the code of a node or the number of a level, "" for all;
    `field` is "" for the whole entry.
    """

    section: str
    key: str
    field: str

    @property
    def step(self) -> str:
        """The first step that reads what stands here."""
        return OF_A_NODE[self.field] if self.section == "nodes" else self.section

    def overlaps(self, other: Address) -> bool:
        """Tell whether two addresses share a field."""
        mine = tuple(filter(None, (self.section, self.key and f"of {self.key}", self.field)))
        theirs = tuple(filter(None, (other.section, other.key and f"of {other.key}", other.field)))
        shorter = min(len(mine), len(theirs))
        return mine[:shorter] == theirs[:shorter]


def address(text: str) -> Address:
    """Return the address that a text names, such as treat.winmax, or raise `BadSpec` with the nearest one.

    `step.field`, `step.of.CODE.field`, `nodes.CODE.weight` (or target, goalposts), or a whole step.

    >>> address("aggregate.of.2.method")
    Address(section='aggregate', key='2', field='method')
    >>> address("treat.win_max")
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: treat.win_max: there is no such key. Did you mean treat.winmax?
    """
    section, *rest = text.split(".")
    if section == "nodes" and len(rest) >= 2:
        key, field = ".".join(rest[:-1]), rest[-1]
        _known(text, field, OF_A_NODE, f"nodes.{key}.")
        return Address(section, key, field)
    _known(text, section, (*STEPS, "nodes"), "")
    if section == "nodes":
        raise BadSpec(f"{text}: name a node and its {', '.join(OF_A_NODE)}, as in nodes.gdp.weight.")
    part = _model(section)
    if rest and rest[0] == "of":
        return _entry(text, section, part, rest[1:])
    field = ".".join(rest)
    if field:
        _known(text, field, (name for name in part.model_fields if name != "of"), f"{section}.")
    return Address(section, "", field)


def put(document: dict[str, Any], place: Address, value: Any) -> None:
    """Write a value into the document of a specification; the value of a whole entry is laid over it.

    >>> document = {"root": "i", "treat": {"winmax": 5}}
    >>> put(document, address("treat.winmax"), 3)
    >>> document["treat"]
    {'winmax': 3}
    """
    if place.section == "nodes":
        nodes = document.get("nodes", ())
        document["nodes"] = tuple(
            {**node, place.field: value} if node["code"] == place.key else node for node in nodes
        )
        return
    entry = document.setdefault(place.section, {})
    if place.key:
        entry["of"] = {**entry.get("of", {})}
        entry = entry["of"].setdefault(place.key, {})
    if place.field:
        entry[place.field] = value
    else:
        entry.update(overlay(value))


def overlay(value: Any) -> dict[str, Any]:
    """Return the fields that a value for a whole step sets: those of a dict, or those set in a part.

    >>> overlay({"method": "zscore"})
    {'method': 'zscore'}
    """
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_unset=True)
    if isinstance(value, Mapping):
        return dict(value)
    raise BadSpec(f"{value!r} stands for a whole step; give its fields, as in {{'method': 'zscore'}}.")


def accepts(place: Address, value: Any) -> None:
    """Raise `BadSpec`, naming the key, unless a specification takes the value at the address.

    >>> accepts(address("treat.winmax"), -1)
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: treat.winmax = -1: it should be greater than or equal to 0.
    """
    document: dict[str, Any] = {"root": "root", "nodes": ({"code": place.key or "node"},)}
    put(document, place, value)
    try:
        from_dict(document)
    except BadSpec as error:
        faults = [line.strip() for line in str(error).splitlines()[1:]]
        # Of a node the document knows the position only.
        said = "; ".join(fault.replace("nodes.0.", f"nodes.{place.key}.", 1) for fault in faults)
        raise BadSpec(said) from None


def changed(spec: IndexSpec, values: Iterable[tuple[Address, Any]]) -> IndexSpec:
    """Return the specification with values at addresses, checked as a whole.

    >>> changed(IndexSpec(root="i"), [(address("treat.winmax"), 3)]).treat.winmax
    3
    """
    document = spec.model_dump(exclude_unset=True)
    for place, value in values:
        put(document, place, value)
    return from_dict(document)


def _entry(text: str, section: str, part: type[BaseModel], rest: list[str]) -> Address:
    if "of" not in part.model_fields:
        raise BadSpec(f"{text}: {section} has no settings by node.")
    one: type[BaseModel] = get_args(part.model_fields["of"].annotation)[1]
    if rest and rest[-1] in one.model_fields and len(rest) > 1:
        return Address(section, ".".join(rest[:-1]), rest[-1])
    if len(rest) == 1 and rest[0]:
        return Address(section, rest[0], "")
    key, field = ".".join(rest[:-1]), rest[-1] if rest else ""
    _known(text, field, one.model_fields, f"{section}.of.{key}.")
    raise BadSpec(f"{text}: name a node or a level after of, as in {section}.of.gdp.")


def _known(text: str, word: str, known: Iterable[str], before: str) -> None:
    words = list(known)
    if word in words:
        return
    hint = near(word, words).replace("Did you mean ", f"Did you mean {before}")
    raise BadSpec(f"{text}: there is no such key. {hint}")


def _model(section: str) -> type[BaseModel]:
    annotation = IndexSpec.model_fields[section].annotation
    assert isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation


assert set(OF_A_NODE) <= set(Node.model_fields) and set(STEPS) <= set(IndexSpec.model_fields)
