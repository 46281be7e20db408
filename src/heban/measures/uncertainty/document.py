"""The uncertain inputs as TOML: read, checked, told in words, and written to be read again."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from heban.domain import documents
from heban.domain.errors import BadSpec
from heban.domain.faults import refusal
from heban.measures.index.doubts import Doubts
from heban.measures.index.spec import tupled
from heban.measures.uncertainty.doubts import MeasurementError
from heban.measures.uncertainty.fields import Choice, Distribution
from heban.measures.uncertainty.inputs import KINDS, Field, Include, Input, from_dict
from heban.measures.uncertainty.plan import said
from heban.measures.uncertainty.weights import Simplex, WeightNoise

WHAT = "the uncertain inputs have"


def from_toml(text: str) -> Doubts:
    """Return what a TOML text says is uncertain: the keys of `[uncertainty]`, without that heading.

    Raises `BadSpec` naming every key that is wrong, its value, and what is allowed.

    >>> from_toml("[[inputs]]\\nkind = 'simplex'\\nlevel = 1").inputs[0].level
    1
    >>> from_toml("[[inputs]]\\nkind = 'simplx'")
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the uncertain inputs have 1 fault:
      inputs.0.kind = 'simplx': allowed are choice, ... Did you mean simplex?
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"the uncertain inputs are not TOML: {error}.") from error
    return documents.read(Doubts, tupled(document), WHAT)


def inputs(doubts: Doubts, where: str = "") -> tuple[Input, ...]:
    """Return the uncertain inputs of a document, or raise `BadSpec` with the faults of all of them.

    `where` is the key that the document stands at, for messages: "uncertainty." in index.toml.

    >>> inputs(from_toml("[[inputs]]\\nkind = 'interval'\\nof = 'treat.winmx'\\nlow = 1\\nhigh = 5"))
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the uncertain inputs have 1 fault:
      inputs.0: treat.winmx: there is no such key. Did you mean treat.winmax?
    """
    made: list[Input] = []
    faults = []
    for number, doubt in enumerate(doubts.inputs):
        key = f"{where}inputs.{number}"
        try:
            made.append(from_dict(doubt.model_dump(exclude_unset=True), key))
        except BadSpec as error:
            faults.append(str(error) if str(error).startswith(key) else f"{key}: {error}")
    low, high = doubts.interval
    if not low < high:
        faults.append(f"{where}interval = {[low, high]}: the lower quantile comes first.")
    if faults:
        raise refusal(faults, WHAT)
    return tuple(made)


def inventory(given: Sequence[Input]) -> pd.DataFrame:
    """Return a table of the inputs: name, kind, what is drawn in words, and how many values there are.

    `values` is absent where they cannot be counted.

    >>> inventory(inputs(from_toml("[[inputs]]\\nkind = 'simplex'\\nlevel = 1")))["drawn"].tolist()
    ['shares of the siblings of level 1, Dirichlet about their own with concentration 1']
    """
    names = {kind: name for name, kind in KINDS.items()}
    rows = [(one.name, names[type(one)], drawn(one), one.count) for one in given]
    table = pd.DataFrame(rows, columns=["input", "kind", "drawn", "values"])
    return table.astype({"values": "Int64"})


def drawn(one: Input) -> str:
    """Return in words what an input draws.

    >>> from heban.measures.uncertainty.fields import Choice
    >>> drawn(Choice(of="normalise.method", values=("minmax", "percentile")))
    'normalise.method: minmax | percentile'
    """
    if isinstance(one, Field):
        return f"{one.of}: {_field(one)}"
    if isinstance(one, WeightNoise | Simplex):
        return _weights(one)
    if isinstance(one, Include):
        way = "each in or out" if one.how == "each" else "none or one of them out"
        return f"{way}: {', '.join(one.indicators)}"
    if isinstance(one, MeasurementError):
        return f"errors of measurement of {', '.join(one.standard_errors)}"
    return f"one of {one.count} fillings of the absent cells"


def _weights(one: WeightNoise | Simplex) -> str:
    sets = f", {one.sets} sets" if one.sets is not None else ""
    if isinstance(one, WeightNoise):
        levels = f" of level {', '.join(map(str, one.levels))}" if one.levels else ""
        return f"every weight{levels} times a number from {1 - one.factor:g} to {1 + one.factor:g}{sets}"
    return (
        f"shares of the siblings of level {one.level}, Dirichlet about their own with concentration "
        f"{one.concentration:g}{sets}"
    )


def _field(one: Field) -> str:
    if isinstance(one, Choice):
        return " | ".join(str(said(value)) for value in one.values)
    if isinstance(one, Distribution):
        listed = ", ".join(f"{name} {value:g}" for name, value in one.parameters.items())
        return f"{one.shape} ({listed})"
    return f"{one.low:g} to {one.high:g}"


def to_toml(doubts: Doubts) -> str:
    """Return a document as TOML that `from_toml` reads back; keys that nobody gave are left out.

    >>> text = to_toml(from_toml("design = 'latin'\\n[[inputs]]\\nkind = 'simplex'\\nlevel = 1"))
    >>> print(text, end="")
    design = "latin"
    <BLANKLINE>
    [[inputs]]
    kind = "simplex"
    level = 1
    >>> to_toml(from_toml(text)) == text
    True
    """
    document = doubts.model_dump(exclude_unset=True, exclude_none=True)
    blocks = [_lines({key: value for key, value in document.items() if key != "inputs"})]
    blocks += [f"[[inputs]]\n{_lines(one)}" for one in document.get("inputs", ())]
    return "\n".join(block for block in blocks if block)


def _lines(table: Mapping[str, Any]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in table.items())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        listed = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
        return f"{{{listed}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    return _json(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _json(name)


def _json(value: Any) -> str:
    """Return a text, a number or a truth: JSON writes them as TOML does, but for one sign."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
