"""Results of planning as data packages: tables with one card, in the formats that other programs read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import pandas as pd
from pydantic import BaseModel

from heban.records.package import DataPackage
from heban.records.writing import Table, check_target, in_place, write_package
from heban.report import tablefiles
from heban.report.indexing import about, made_card

Tables = Mapping[str, pd.DataFrame]
TITLES = {
    "boards": ("各城市的长板与短板", "The boards of the {}"),
    "plan": ("要素共享的方案", "A plan for sharing in the {}"),
    "patrol": ("巡查匹配", "A patrol of the {}"),
    "scenario": ("情景", "A scenario of the {}"),
}


class Made(Protocol):
    """What results say of themselves: the package, the specification, the resources that they come from."""

    @property
    def package(self) -> DataPackage:
        """The package."""

    @property
    def spec(self) -> BaseModel:
        """The specification as it was understood."""

    @property
    def sources(self) -> tuple[str, ...]:
        """The resources."""


def write(
    made: Made,
    what: str,
    tables: Tables,
    out: Path,
    *,
    facts: Mapping[str, Any] | None = None,
    formats: str = "xlsx",
    force: bool = False,
) -> Path:
    """Write tables into a results package, whole or not at all; return the file to open.

    Written are a Parquet table each, `spec.json` as it was understood, `facts.json`, `datapackage.json`, and
    the same tables in the other `formats`. `what` is one of `TITLES`.
    """
    wanted = tablefiles.formats(formats)
    check_target(out, force=force)
    plain = {name: flat(frame) for name, frame in tables.items()}
    card = made_card(made.package, made.sources, *TITLES[what])

    def fill(new: Path) -> None:
        (new / "spec.json").write_text(made.spec.model_dump_json(indent=1) + "\n", "utf-8", newline="\n")
        document = {"about": about(made.package), **(facts or {})}
        text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        (new / "facts.json").write_text(text, "utf-8", newline="\n")
        tablefiles.write(new, what, plain, wanted)
        written = [Table(name, "", frame, card, "parquet") for name, frame in plain.items()]
        write_package(new, f"{made.package.name}-{what}", card.title, written, version=version("heban"))

    in_place(out, fill, force=force)
    ways = {"xlsx": f"{what}.xlsx", "json": f"{what}.json", "csv": "csv"}
    return out / next((file for format, file in ways.items() if format in wanted), "datapackage.json")


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table as other programs can hold it: row labels as columns, lists as words.

    >>> flat(pd.DataFrame({"by": [(("labs", 1.5), ("grads", 0.5)), ()]})).values.tolist()
    [['labs 1.5; grads 0.5'], ['']]
    """
    table = frame.reset_index() if any(frame.index.names) else frame.reset_index(drop=True)
    listed = [name for name in table if table[name].map(lambda one: isinstance(one, tuple)).any()]
    return table.assign(**{name: table[name].map(_words) for name in listed})


def _words(items: tuple[Any, ...]) -> str:
    return "; ".join(" ".join(map(_word, one)) if isinstance(one, tuple) else _word(one) for one in items)


def _word(one: object) -> str:
    return f"{one:g}" if isinstance(one, float) else str(one)
