"""Writing TOML: the few forms that packages and mappings need, and one key of a file set anew."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from heban.domain.errors import BadSpec

_STRING = r'"(?:[^"\\]|\\.)*"'
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def value(of: Any) -> str:
    """Return a value as TOML writes it on one line.

    >>> value({"unit": "亿元", "years": [2012, 2013], "skip": False})
    '{ unit = "亿元", years = [2012, 2013], skip = false }'
    """
    if isinstance(of, bool):
        return "true" if of else "false"
    if isinstance(of, int | float):
        return repr(of)
    if isinstance(of, str):
        # JSON escapes are TOML escapes; only the delete character would slip through.
        return json.dumps(of, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(of, Mapping):
        inside = ", ".join(f"{key(name)} = {value(item)}" for name, item in of.items())
        return f"{{ {inside} }}" if inside else "{}"
    assert isinstance(of, Sequence), f"TOML has no form for {of!r}"
    return f"[{', '.join(value(item) for item in of)}]"


def key(name: str) -> str:
    """Return a key, quoted when it must be.

    >>> key("rd_spend"), key("研发经费")
    ('rd_spend', '"研发经费"')
    """
    return name if _BARE.fullmatch(name) else value(name)


def pairs(of: Mapping[str, Any]) -> str:
    """Return the lines `key = value` of a table.

    >>> pairs({"code": "D", "base_year": 2011})
    'code = "D"\\nbase_year = 2011'
    """
    return "\n".join(f"{key(name)} = {value(item)}" for name, item in of.items())


def with_value(text: str, table: str, name: str, new: Any) -> str:
    """Return a TOML file with one key of a table (or of the top, "") set; all else as it stands.

    >>> with_value('a = 1  # kept\\n[index]\\nroot = "x"\\nlast_year = 2022\\n', "index", "last_year", 2023)
    'a = 1  # kept\\n[index]\\nroot = "x"\\nlast_year = 2023\\n'
    >>> with_value('a = 1\\n\\n[index]\\n', "", "edition", "2024")
    'a = 1\\nedition = "2024"\\n\\n[index]\\n'
    """
    lines = text.splitlines()
    first, last = _section(lines, table)
    line = f"{key(name)} = {value(new)}"
    names = f"(?:{re.escape(name)}|{re.escape(value(name))})"
    setting = re.compile(rf"^\s*{names}\s*=\s*(?:{_STRING}|[^#\"\[{{]+?)(?P<rest>\s*#.*)?$")
    for at in range(first, last):
        match = setting.match(lines[at])
        if match:
            lines[at] = line + (match["rest"] or "")
            return "\n".join(lines) + "\n"
    while last > first and not lines[last - 1].strip():
        last -= 1
    return "\n".join([*lines[:last], line, *lines[last:]]) + "\n"


def _section(lines: Sequence[str], table: str) -> tuple[int, int]:
    """Return the first and the end line of a table."""
    heads = [at for at, line in enumerate(lines) if re.match(r"\s*\[", line)]
    if not table:
        # Comments right above the first table belong to it.
        end = heads[0] if heads else len(lines)
        while end > 0 and heads and lines[end - 1].lstrip().startswith("#"):
            end -= 1
        return 0, end
    for at in heads:
        if re.match(rf"\s*\[\s*{re.escape(table)}\s*\]", lines[at]):
            return at + 1, next((head for head in heads if head > at), len(lines))
    raise BadSpec(f"the file has no table [{table}] to set a key in.")
