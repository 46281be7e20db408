"""The mapping of a foreign format: a TOML document that says which column is what."""

from __future__ import annotations

import codecs
import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, create_model

from heban.domain import documents
from heban.domain.errors import BadSpec, unknown
from heban.domain.faults import refusal
from heban.records.kinds import kind
from heban.records.read.columns import AnyColumn, AnyPlaces, Column, Keys

# What an import of a kind reads: its records, and what hangs on them.
TABLES = {
    "works": ("works", "work_places"),
    "projects": ("projects", "participations"),
    "transfers": ("transfers",),
    "investments": ("investments",),
    "institutions": ("institutions",),
}
PARENT = {"work_places": "work", "participations": "project"}


def _known_encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name if name else ""
    except LookupError as error:
        raise ValueError("the name of an encoding, as utf-8, gb18030, latin-1") from error


Encoding = Annotated[str, AfterValidator(_known_encoding)]


class FileShape(Keys):
    """How the files are written; what is not said is found out."""

    format: Literal["", "text", "excel", "parquet", "json", "ror"] = Field(
        default="",
        description="text (CSV, TSV), excel, parquet, json (a document a line), ror; else by the name",
    )
    encoding: Encoding = Field(
        default="", description="of text; else UTF-8, UTF-16 or GB 18030, whichever it is"
    )
    delimiter: str = Field(default="", description="of text; else comma, tab, semicolon or bar")
    quotes: bool = Field(default=True, description="false: quotation marks are plain characters")
    sheet: str = Field(default="", description="of a workbook; else the first")
    head_row: int = Field(default=1, ge=1, description="the row of the heads")


class CardKeys(Keys):
    """Where the records come from; unknown stays stated as unknown."""

    title: str = Field(default="", description="title of the source")
    producer: str = Field(default="", description="who made it")
    url: str = Field(default="", description="where it is found")
    licence: str = Field(default="", description="the licence")
    synthetic: bool = Field(default=False, description="true when nothing in it was ever observed")


class RegionKeys(Keys):
    """The region of a package that the import makes."""

    code: str = Field(default="MY", description="the region's own code")
    zh: str = Field(default="我的区域", description="its Chinese name")
    en: str = Field(default="My region", description="its English name")
    code_system: str = Field(default="own", description="the system of its places' codes")


class Level(Keys):
    """Places of one level that are made from the rows."""

    code: AnyColumn = Field(description="the code")
    name: AnyColumn | None = Field(default=None, description="the name; of several the commonest")
    en: AnyColumn | None = Field(default=None, description="the English name, where the name is Chinese")
    lon: AnyColumn | None = Field(default=None, description="longitude; of several the median")
    lat: AnyColumn | None = Field(default=None, description="latitude; of several the median")


class Levels(Keys):
    """The places of a new package, from the rows: provinces, cities, counties."""

    province: Level | None = Field(default=None, description="the upper level, where there is one")
    city: Level | None = Field(default=None, description="the level that is compared")
    county: Level | None = Field(default=None, description="the level below")

    def given(self) -> dict[str, Level]:
        """Return the levels that are mapped, the highest first."""
        return {name: level for name in ("province", "city", "county") if (level := getattr(self, name))}


class Each(Keys):
    """A row that stands for several records, one for each value of a cell."""

    column: str = Field(description="the head")
    separator: str = Field(description="what parts the values")


class Section(Keys):
    """Which column is which field of one table."""

    files: str = Field(
        default="", description="a pattern of the names of its files, as *topics*; else by their heads"
    )
    each: Each | None = Field(
        default=None, description="{ column, separator }: a record for each value of a cell"
    )
    repeats: Literal["refused", "expected"] = Field(
        default="refused",
        description="expected: further rows with one identifier are not listed among the rejects",
    )

    def fields(self) -> dict[str, Any]:
        """Return how each mapped field is read: a column, or for a place several readings of one."""
        own = set(Section.model_fields)
        named = {f: getattr(self, f) for f in type(self).model_fields if f not in own}
        return {name: how for name, how in named.items() if how is not None}

    def heads(self) -> list[str]:
        """Return every head that is read."""
        found = [head for how in self.fields().values() for one in _each(how) for head in one.heads()]
        return list(dict.fromkeys([*found, *([self.each.column] if self.each else [])]))

    def lacks(self, heads: Sequence[str]) -> list[str]:
        """Return the heads that a file lacks to be read for this table."""
        needed = [head for how in self.fields().values() for one in _each(how) for head in one.lacks(heads)]
        return needed + ([self.each.column] if self.each and self.each.column not in heads else [])


class Document(Keys):
    """The parts of a mapping that every kind has."""

    kind: Literal["works", "projects", "transfers", "investments", "institutions"] = Field(
        description="the kind of records"
    )
    file: FileShape = Field(default_factory=FileShape, description="how the files are written")
    card: CardKeys = Field(default_factory=CardKeys, description="where the records come from")
    region: RegionKeys = Field(default_factory=RegionKeys, description="the region of a new package")
    places: Levels | None = Field(default=None, description="the places of a new package, made from the rows")


@dataclass(frozen=True)
class Mapping:
    """A mapping that was read: its name, its checksum, what it says."""

    name: str
    sha256: str
    said: Document

    @property
    def sections(self) -> dict[str, Section]:
        """The tables that it maps, records first."""
        tables = TABLES[self.said.kind]
        return {table: section for table in tables if (section := getattr(self.said, table)) is not None}


def shipped() -> list[str]:
    """Return the names of the mappings that come with Heban.

    >>> shipped()
    ['cnipa-transfers', 'cnki', 'cordis', 'investments', 'keep', 'openalex', 'ror', 'scopus', 'wos']
    """
    folder = files("heban.records.read") / "mappings"
    return sorted(path.name.removesuffix(".toml") for path in folder.iterdir() if path.name.endswith(".toml"))


def read_mapping(name: str | Path, kind_name: str) -> Mapping:
    """Read a mapping of a kind of records, by the name of a shipped one or by path.

    Raises `UnknownName` for a name that is neither, and `BadSpec` with every fault.

    >>> read_mapping("wos", "works").said.file.quotes
    False
    """
    path = Path(name)
    if str(name) in shipped():
        text = (files("heban.records.read") / "mappings" / f"{name}.toml").read_text("utf-8")
    elif path.is_file():
        text = path.read_text("utf-8-sig")
    else:
        raise unknown("mapping", str(name), shipped(), "Heban, and no such file")
    return parse(text, path.name, kind_name)


def parse(text: str, name: str, kind_name: str) -> Mapping:
    """Read the text of a mapping; raises `BadSpec` that names each key, its value and what is allowed."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"{name} is not valid TOML: {error}. Mend the line it names.") from error
    given = document.get("kind", kind_name)
    if given != kind_name and given in TABLES:
        raise BadSpec(f"{name} is a mapping of {given}, not of {kind_name}. Run heban import {given}.")
    said = documents.read(model(kind_name), {"kind": kind_name, **document}, f"{name} has")
    assert isinstance(said, Document)
    mapping = Mapping(name.removesuffix(".toml"), hashlib.sha256(text.encode("utf-8")).hexdigest(), said)
    faults = _faults(mapping)
    if faults:
        raise refusal(faults, f"{name} has")
    return mapping


@cache
def model(kind_name: str) -> type[BaseModel]:
    """Return the model of a mapping of one kind of records; its tables' keys are those of kinds.toml."""
    tables: dict[str, Any] = {
        table: (_section(table) | None, Field(default=None, description=f"the columns of {table}"))
        for table in TABLES[kind_name]
    }
    return create_model(f"{kind_name}_mapping", __base__=Document, **tables)


def _section(table: str) -> Any:
    fields: dict[str, Any] = {}
    for field in kind(table).fields:
        shape: Any = AnyPlaces if field.refers_to == "places" else AnyColumn
        fields[field.name] = (shape | None, Field(default=None, description=field.en))
    return create_model(table, __base__=Section, **fields)


def _faults(mapping: Mapping) -> list[str]:
    """Return what a mapping lacks that only the data dictionary knows."""
    faults = [] if mapping.sections else [f"{TABLES[mapping.said.kind][0]}: no table is mapped."]
    for table, section in mapping.sections.items():
        how = section.fields()
        needed = (field.name for field in kind(table).fields if field.need or field.key)
        faults += [
            f"{table}.{name}: the key is missing; every row of {table} has "
            f"{'an' if name[0] in 'aeiou' else 'a'} {name}."
            for name in needed
            if name not in how
        ]
        amount = how.get("amount")
        if isinstance(amount, Column) and not amount.unit and "unit" not in how:
            faults.append(f"{table}.amount.unit: the key is missing; an amount has a unit.")
    return faults


def _each(how: Any) -> tuple[Any, ...]:
    return how if isinstance(how, tuple) else (how,)
