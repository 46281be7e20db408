"""Rewrite the tables of docs/ that are made from code: `python -m scripts.docs`."""

from __future__ import annotations

from pathlib import Path

from heban.records.kinds import Field, Kind, kinds

DOCS = Path(__file__).parent.parent / "docs"
START, END = "<!-- made from kinds.toml -->", "<!-- end -->"


def package_tables() -> str:
    """Return the tables of all kinds as Markdown."""
    return "\n\n".join(_section(kind) for kind in kinds().values())


def with_tables(page: str) -> str:
    """Return a page with what stands between the two marks made anew."""
    head, rest = page.split(START)
    _, tail = rest.split(END)
    return f"{head}{START}\n\n{package_tables()}\n\n{END}{tail}"


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
    """Rewrite docs/package.md."""
    path = DOCS / "package.md"
    path.write_text(with_tables(path.read_text("utf-8")), "utf-8", newline="\n")
    print(path.relative_to(DOCS.parent))


if __name__ == "__main__":
    main()
