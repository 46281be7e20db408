"""Rewrite the tables of docs/ that are made from code: `python -m scripts.docs`."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from heban.exchange.rules import machines, notices, refusals, roles, schemes
from heban.measures.index import keys
from heban.plans import spec as plans
from heban.records.kinds import Field, Kind, kinds

DOCS = Path(__file__).parent.parent / "docs"
END = "<!-- end -->"


def package_tables() -> str:
    """Return the tables of all kinds as Markdown."""
    return "\n\n".join(_section(kind) for kind in kinds().values())


def machine_tables() -> str:
    """Return the states and the events of every machine of the exchange as Markdown."""
    return "\n\n".join(_machine(life) for life in machines.machines().values())


def room_table() -> str:
    """Return the pages of the desk as Markdown; by a process of its own, for Django is set up once."""
    words = [sys.executable, "-m", "scripts.rooms"]
    done = subprocess.run(
        words, cwd=DOCS.parent, check=True, capture_output=True, text=True, encoding="utf-8"
    )
    return done.stdout.rstrip("\n")


# What a page says it is made from, and what makes it.
MAKERS: Mapping[str, Callable[[], str]] = {
    "kinds.toml": package_tables,
    "heban.exchange.rules.machines": machine_tables,
    "heban.exchange.rules.notices": notices.table,
    "heban.exchange.rules.refusals": refusals.table,
    "heban.exchange.rules.roles": roles.table,
    "heban.exchange.rules.schemes": schemes.table,
    "heban.measures.index.keys": keys.table,
    "heban.web.desk.rooms": room_table,
    "heban.plans.spec": lambda: keys.table(plans.schema(), apart=("IndexSpec",)),
}
BLOCK = re.compile(rf"<!-- made from (\S+) -->\n.*?{END}", re.DOTALL)


def with_tables(page: str) -> str:
    """Return a page with everything between a mark `made from` and the next `end` made anew."""
    return BLOCK.sub(lambda found: _block(found[1]), page)


def pages() -> list[Path]:
    """Return every page of docs/ that holds a table made from code."""
    return [path for path in sorted(DOCS.rglob("*.md")) if BLOCK.search(path.read_text("utf-8"))]


def _block(source: str) -> str:
    return f"<!-- made from {source} -->\n\n{MAKERS[source]()}\n\n{END}"


def _machine(life: machines.Machine) -> str:
    marks = {life.start: " (start)", **dict.fromkeys(life.ends, " (end)")}
    states = ", ".join(f"`{code}` {said.zh}{marks.get(code, '')}" for code, said in life.states.items())
    head = f"### {life.no} `{life.code}` {life.name.zh} ({life.name.en})"
    return f"{head}\n\nStates: {states}.\n\n{machines.table(life.code)}"


def _section(kind: Kind) -> str:
    rows = "\n".join(_row(field) for field in kind.fields)
    head = "| column | type | | what |\n|---|---|---|---|"
    return f"### `{kind.name}`\n\n{kind.en}. {kind.zh}。\n\n{head}\n{rows}"


def _row(field: Field) -> str:
    marks = [word for word, on in (("key", field.key), ("needed", field.need)) if on]
    kind = f"code of `{field.refers_to}`" if field.refers_to else field.type
    bounds = [f"≥ {field.min:g}"] if field.min is not None else []
    bounds += [f"≤ {field.max:g}"] if field.max is not None else []
    bounds += [", ".join(f"`{word}`" for word in field.any)] if field.any else []
    limits = f" ({'; '.join(bounds)})" if bounds else ""
    return f"| `{field.name}` | {kind}{limits} | {', '.join(marks)} | {field.en}. {field.zh}。 |"


def main() -> None:
    """Rewrite every page that holds a table made from code."""
    for path in pages():
        path.write_text(with_tables(path.read_text("utf-8")), "utf-8", newline="\n")
        print(path.relative_to(DOCS.parent))


if __name__ == "__main__":
    main()
