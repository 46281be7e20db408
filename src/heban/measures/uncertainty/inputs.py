"""The uncertain inputs of an index: typed, and checked against each other before anything runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from heban.domain.errors import BadSpec
from heban.domain.faults import near
from heban.measures.index.hierarchy import Hierarchy
from heban.measures.index.spec import IndexSpec
from heban.measures.uncertainty.addresses import READ_BY, overlay
from heban.measures.uncertainty.doubts import ImputationDraws, MeasurementError
from heban.measures.uncertainty.fields import Choice, Distribution, Interval
from heban.measures.uncertainty.weights import Include, Simplex, WeightNoise

__all__ = [
    "Choice", "Distribution", "Field", "ImputationDraws", "Include", "Input", "Interval",
    "MeasurementError", "Simplex", "WeightNoise", "Weights", "check", "from_dict", "from_dicts", "width",
]  # fmt: skip

Field = Choice | Interval | Distribution
Weights = WeightNoise | Simplex
Input = Field | Weights | Include | ImputationDraws | MeasurementError

KINDS: dict[str, type[Input]] = {
    "choice": Choice,
    "interval": Interval,
    "distribution": Distribution,
    "weight_noise": WeightNoise,
    "simplex": Simplex,
    "include": Include,
    "imputation_draws": ImputationDraws,
    "measurement_error": MeasurementError,
}


def from_dicts(documents: Sequence[Mapping[str, Any]]) -> tuple[Input, ...]:
    """Return the inputs that a list of tables describes, as TOML's [[inputs]] gives it.

    `kind` is one of choice, interval, distribution, weight_noise, simplex, include, imputation_draws and
    measurement_error; the other keys are the fields of that input. Raises `BadSpec` naming the key.

    >>> from_dicts([{"kind": "interval", "of": "treat.winmax", "low": 1, "high": 5, "whole": True}])[0].count
    5
    >>> from_dicts([{"kind": "interval", "of": "treat.winmax", "lo": 1}])
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: inputs.0.lo: there is no such key. Did you mean low?
    """
    return tuple(from_dict(document, f"inputs.{number}") for number, document in enumerate(documents))


def from_dict(document: Mapping[str, Any], where: str) -> Input:
    """Return the input that a table describes; `where` is the key that it stands at, for messages.

    >>> from_dict({"kind": "simplex", "level": 1, "concentraton": 2}, "inputs.3")
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: inputs.3.concentraton: there is no such key. Did you mean concentration?
    """
    kind = str(document.get("kind", ""))
    if kind not in KINDS:
        raise BadSpec(f"{where}.kind = {kind!r}: there is no such input. {near(kind, KINDS)}")
    keys = [key for key, one in KINDS[kind].__dataclass_fields__.items() if one.init]
    given = {key: value for key, value in document.items() if key != "kind"}
    for key in given:
        if key not in keys:
            raise BadSpec(f"{where}.{key}: there is no such key. {near(key, keys)}")
    try:
        return KINDS[kind](**given)
    except TypeError as error:
        lacking = str(error).partition("argument")[2].lstrip("s: ")
        raise BadSpec(f"{where}: {kind} needs {lacking} too.") from None


def check(inputs: Sequence[Input], spec: IndexSpec, hierarchy: Hierarchy) -> None:
    """Raise `BadSpec` or `UnknownName` unless the inputs fit the index and each other.

    Two inputs never move the same thing, every code exists, and no input moves a field that no method of the
    specification reads.
    """
    if not inputs:
        raise BadSpec("there is no uncertain input: name at least one.")
    names = [one.name for one in inputs]
    for name in names:
        if names.count(name) > 1:
            raise BadSpec(f"two inputs are called {name!r}; give one of them another name.")
    for kind in (ImputationDraws, MeasurementError):
        if sum(isinstance(one, kind) for one in inputs) > 1:
            raise BadSpec(f"{kind.__name__} can stand once among the inputs.")
    fields = [one for one in inputs if isinstance(one, Field)]
    for one, other in combinations(fields, 2):
        if one.place.overlaps(other.place):
            raise BadSpec(f"the inputs {one.name!r} and {other.name!r} move the same setting.")
    for field in fields:
        if field.place.section == "nodes":
            hierarchy.number(field.place.key)
        _read(field, fields, spec)
        if field.place.step == "impute" and any(isinstance(one, ImputationDraws) for one in inputs):
            raise BadSpec(
                f"{field.of}: ImputationDraws takes the place of the step impute; drop one of them."
            )
    _weights_apart([one for one in inputs if isinstance(one, Weights)], hierarchy)
    _indicators_apart([one for one in inputs if isinstance(one, Include)], hierarchy)


def width(given: Input, hierarchy: Hierarchy) -> int:
    """Return how many columns of a design an input takes: one, or one for each weight of a set drawn anew."""
    if isinstance(given, Weights) and given.sets is None:
        return len(given.members(hierarchy.levels, hierarchy.parents))
    return 1


def _read(field: Field, fields: Sequence[Field], spec: IndexSpec) -> None:
    """Raise `BadSpec` when nothing, in the specification or among the inputs, reads what a field sets."""
    place = field.place
    reader, methods = READ_BY.get(f"{place.section}.{place.field}", ("", set()))
    if not reader:
        return
    whole = getattr(spec, place.section)
    said = [
        getattr(whole, reader),
        *(getattr(one, reader, None) for one in getattr(whole, "of", {}).values()),
    ]
    for other in fields:
        if isinstance(other, Choice) and other.place.section == place.section:
            if other.place.field == reader:
                said.extend(other.values)
            elif not other.place.field:
                said.extend(overlay(value).get(reader) for value in other.values)
    found = {name for one in said if one for name in ((one,) if isinstance(one, str) else one)}
    if not found & methods:
        listed = " or ".join(sorted(methods))
        raise BadSpec(f"{field.of} would change nothing: {place.section}.{reader} is nowhere {listed}.")


def _weights_apart(weights: Sequence[Weights], hierarchy: Hierarchy) -> None:
    for one, other in combinations(weights, 2):
        mine, theirs = (set(w.members(hierarchy.levels, hierarchy.parents).tolist()) for w in (one, other))
        if mine & theirs:
            raise BadSpec(f"the inputs {one.name!r} and {other.name!r} move the same weights.")
    for one in weights:
        if not len(one.members(hierarchy.levels, hierarchy.parents)):
            raise BadSpec(f"{one.name}: the index has no weights to move.")


def _indicators_apart(includes: Sequence[Include], hierarchy: Hierarchy) -> None:
    seen: dict[str, str] = {}
    for one in includes:
        for code in one.indicators:
            if hierarchy.number(code) >= hierarchy.size:
                raise BadSpec(f"{one.name}: {code} is no indicator but an aggregate; name its indicators.")
            if code in seen:
                raise BadSpec(f"the inputs {seen[code]!r} and {one.name!r} both take {code} in or out.")
            seen[code] = one.name
