"""The keys of a specification as a table, read from the model itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from heban.measures.index.spec import schema


class Key(NamedTuple):
    """One key: its address, what it takes, its default as TOML would write it, what it means."""

    key: str
    takes: str
    default: str
    meaning: str


def keys(whole: Mapping[str, Any] | None = None, apart: Collection[str] = ()) -> list[Key]:
    """Return every key of a specification, in the order of the steps.

    `whole` is the JSON Schema of another document, whose parts `apart` are told of elsewhere.
    `nodes[].weight` is a key of each node. `treat.of.*` stands for the settings of single indicators:
    it lists those that all have too; the others have rows of their own.

    >>> next(key for key in keys() if key.key == "treat.winmax")[1:]
    ('whole number ≥ 0 or "no limit"', '5', 'most points that winsorise moves')
    """
    document = dict(schema() if whole is None else whole)
    parts = {name: part for name, part in document.get("$defs", {}).items() if name not in apart}
    return list(_keys("", document, parts))


def table(whole: Mapping[str, Any] | None = None, apart: Collection[str] = ()) -> str:
    """Return the keys as a table in Markdown; arguments as in `keys`.

    >>> print(table().splitlines()[2])
    | `root` | text | | code of the index |
    """
    rows = [
        f"| `{key.key}` | {key.takes} |{f' {key.default} ' if key.default else ' '}| {key.meaning} |"
        for key in keys(whole, apart)
    ]
    return "\n".join(["| key | takes | default | what |", "|---|---|---|---|", *rows])


def _keys(address: str, part: dict[str, Any], parts: dict[str, Any]) -> Iterator[Key]:
    for name, field in part["properties"].items():
        here = f"{address}.{name}".lstrip(".")
        inner, inside = _inside(field)
        if inner and inner not in parts:
            yield Key(here, "a table", "", field.get("description", "").strip())
            continue
        if inner and not inside:
            yield from _keys(here, parts[inner], parts)
            continue
        meaning = field.get("description", "").strip()
        if inner:
            same = [key for key, one in parts[inner]["properties"].items() if "description" not in one]
            listed = f": {', '.join(f'`{key}`' for key in same)}" if same else ""
            yield Key(here + inside if same else here, "a table for each", "", meaning + listed)
            yield from _keys(here + inside, parts[inner], parts)
        elif meaning:
            yield Key(here, _takes(field), "" if ".*" in address else _default(field), meaning)


def _inside(field: dict[str, Any]) -> tuple[str, str]:
    """Return the part that a field holds, and how it holds it: itself, a list of it, or one by code."""
    holders = [(one, "") for one in field.get("anyOf", [field])]
    holders += [(field.get("items"), "[]"), (field.get("additionalProperties"), ".*")]
    for holder, how in holders:
        if isinstance(holder, dict) and "$ref" in holder:
            return str(holder["$ref"]).rsplit("/", 1)[-1], how
    return "", ""


WORDS = {
    "": "values",
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "true or false",
}
BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤"}


def _takes(field: dict[str, Any]) -> str:
    return " or ".join(_kind(one) for one in field.get("anyOf", [field]) if one.get("type") != "null")


def _kind(kind: dict[str, Any]) -> str:
    if "const" in kind:
        return f'"{kind["const"]}"'
    if "enum" in kind:
        return ", ".join(f"`{word}`" for word in kind["enum"])
    if kind.get("type") == "array":
        if "prefixItems" in kind:
            return f"[{', '.join(_kind(one) for one in kind['prefixItems'])}]"
        return f"list of {_kind(kind['items'])}"
    if kind.get("type") == "object":
        return f"{_kind(kind['additionalProperties'])} by name"
    limits = [f"{sign} {kind[bound]:g}" for bound, sign in BOUNDS.items() if bound in kind]
    return " ".join([WORDS[kind.get("type", "")], " and ".join(limits)]).strip()


def _default(field: dict[str, Any]) -> str:
    given = field.get("default")
    if given is None or given == "":
        return ""
    if given in ([], {}):
        return "none"
    if isinstance(given, bool):
        return str(given).lower()
    return f"{given:.4g}" if isinstance(given, float) else f"{given}"
