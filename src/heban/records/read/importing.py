"""Importing files of raw records: read once in chunks, settled, and kept whole or not at all."""

from __future__ import annotations

import fnmatch
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from heban.domain.errors import BadSpec
from heban.records.addresses import Gazetteer
from heban.records.checking import require_good
from heban.records.institutions import read_ror, resolve_institutions
from heban.records.kinds import kind
from heban.records.package import DESCRIPTOR, DataPackage, open_package
from heban.records.read import keeping
from heban.records.read.chunk import Chunk
from heban.records.read.ground import note_places
from heban.records.read.mapping import CardKeys, Mapping, RegionKeys, Section
from heban.records.read.placing import Places
from heban.records.read.rows import rows_of
from heban.records.read.sources import Ror, Source, checksum, open_source
from heban.records.read.staging import STANDING, Staging
from heban.records.writing import check_target


@dataclass(frozen=True)
class Read:
    """A file to be read: what it is called in the package, and the tables that it feeds."""

    path: Path
    name: str
    sha256: str
    source: Source
    feeds: tuple[str, ...]


@dataclass(frozen=True)
class Import:
    """What an import did: how the rows of each file fared for each table, and what was written.

    `counts` are rows of the kind `imports`; `skipped` the files that were imported before.
    """

    counts: pd.DataFrame
    tables: tuple[str, ...]
    skipped: tuple[str, ...]
    made: bool = False


def import_files(
    files: Sequence[Path],
    into: Path,
    mapping: Mapping,
    *,
    retrieved: str,
    card: CardKeys | None = None,
    region: RegionKeys | None = None,
    institutions: Path | None = None,
    step: Callable[[str], None] = lambda _: None,
) -> Import:
    """Import files of records into a package, or make a new package of them, whole or not at all.

    `retrieved` is the day of the import. A file that was imported before with this mapping is skipped, so
    that importing twice changes nothing. `card` and `region` are what the options say beside the mapping;
    `institutions` is a ROR dump that places institutions which the package does not have. Raises
    `BadSpec` when a file fits no table of the mapping, and `BadData` when the package has faults.
    """
    new = not (into / DESCRIPTOR).exists()
    said = mapping.said
    if new:
        _may_be_new(into, mapping)
        check_target(into, force=False)
    else:
        require_good(into)
    package = None if new else open_package(into)
    reads, skipped = _to_read(files, mapping, package)
    if not reads:
        return Import(pd.DataFrame(columns=kind("imports").columns), (), skipped)
    places = _places(package, institutions, step)
    home = into.resolve().parent
    with (
        tempfile.TemporaryDirectory(prefix=f".{into.name}.", dir=home) as aside,
        Staging(Path(aside), tuple(mapping.sections)) as staging,
    ):
        if package is not None:
            _standing(staging, package)
        for number, read in enumerate(reads):
            _read(staging, number, read, mapping, places, new=new, step=step)
        step("comparing identifiers")
        expected = [table for table, section in mapping.sections.items() if section.repeats == "expected"]
        staging.settle([read.name for read in reads], expected)
        kept = keeping.Kept(reads, mapping, card or said.card, region or said.region, retrieved)
        step("checking and writing")
        counts, tables = keeping.keep(staging, kept, package, into, Path(aside))
    return Import(counts, tuple(tables), skipped, made=new)


def _may_be_new(into: Path, mapping: Mapping) -> None:
    if into.exists():
        raise BadSpec(
            f"'{into}' exists and is no data package. "
            "Give --into a package, or a folder that does not exist yet."
        )
    if mapping.said.places is None:
        raise BadSpec(
            f"'{into}' is no data package, and the mapping {mapping.name} has no [places] to make one with. "
            "Make one with heban new, or give --into a package."
        )
    for table, section in mapping.sections.items():
        for name, how in section.fields().items():
            for one in how if isinstance(how, tuple) else ():
                if one.as_ != "code":
                    raise BadSpec(
                        f"{table}.{name} reads places as {one.as_!r}, which a package that does not "
                        "exist yet cannot tell. Map a column of codes, or import into a package."
                    )


def _to_read(
    files: Sequence[Path], mapping: Mapping, package: DataPackage | None
) -> tuple[list[Read], tuple[str, ...]]:
    """Open the files, and leave out those that were imported before."""
    done = _done(package)
    names = dict(zip(done["file"], done["sha256"], strict=True))
    before = set(zip(done["sha256"], done["mapping"], done["kind"], strict=True))
    reads: dict[str, Read] = {}
    skipped = []
    for path in files:
        source = open_source(path, mapping.said.file)
        feeds = _fed(path, source, mapping)
        sha = checksum(path)
        if sha in reads or all((sha, mapping.sha256, table) in before for table in feeds):
            skipped.append(path.name)
            continue
        name = path.name if names.setdefault(path.name, sha) == sha else f"{path.name} ({sha[:8]})"
        reads[sha] = Read(path, name, sha, source, feeds)
    _has_records(list(reads.values()), mapping, package)
    return list(reads.values()), tuple(skipped)


def _fed(path: Path, source: Source, mapping: Mapping) -> tuple[str, ...]:
    """Return the tables that a file feeds: those whose columns it has."""
    lacking = {}
    for table, section in mapping.sections.items():
        if section.files and not fnmatch.fnmatch(path.name, section.files):
            lacking[table] = [f"a name like {section.files}"]
        else:
            lacking[table] = section.lacks(source.heads) if source.heads is not None else []
    feeds = tuple(table for table, heads in lacking.items() if not heads)
    if not feeds:
        listed = "; ".join(f"{table} lacks {', '.join(map(repr, heads))}" for table, heads in lacking.items())
        raise BadSpec(
            f"{path.name} fits no table of the mapping {mapping.name}: {listed}. "
            "Name its heads in a mapping of your own, and give it with --mapping."
        )
    return feeds


def _has_records(reads: list[Read], mapping: Mapping, package: DataPackage | None) -> None:
    """Parts without records could not be kept."""
    records = next(iter(mapping.sections))
    if package is None and reads and not any(records in read.feeds for read in reads):
        raise BadSpec(f"none of the files has the {records}. Give the file that lists them too.")


def _done(package: DataPackage | None) -> pd.DataFrame:
    if package is None or not package.of_kind("imports"):
        return pd.DataFrame(columns=kind("imports").columns, dtype=object)
    return package.frames("imports")


def _places(package: DataPackage | None, institutions: Path | None, step: Callable[[str], None]) -> Places:
    if package is None:
        return Places(None, _no_gazetteer, dict)
    gazetteer: list[Gazetteer] = []

    def of_package() -> Gazetteer:
        if not gazetteer:
            gazetteer.append(Gazetteer.of(package))
        return gazetteer[0]

    def seats() -> dict[str, str]:
        found: dict[str, str] = {}
        if institutions is not None:
            step(f"placing the institutions of {institutions.name}")
            placed = resolve_institutions(read_ror(institutions), of_package())
            found |= {row.id: row.place for row in placed.itertuples() if row.place}
        if package.of_kind("institutions"):
            rows = package.frames("institutions")
            found |= dict(zip(rows["id"], rows["place"], strict=True))
        return found

    return Places(package.region, of_package, seats)


def _no_gazetteer() -> Gazetteer:
    raise AssertionError("a package that does not exist yet has no names to read addresses by")


def _standing(staging: Staging, package: DataPackage) -> None:
    """Put the rows that the package has already before all others."""
    for table in staging.tables:
        for resource in package.of_kind(table):
            rows = package.frame(resource.name)[kind(table).columns]
            staging.add(table, rows.assign(file=STANDING, row=range(len(rows))))


def _read(
    staging: Staging,
    number: int,
    read: Read,
    mapping: Mapping,
    places: Places,
    *,
    new: bool,
    step: Callable[[str], None],
) -> None:
    """Read one file, chunk by chunk, into the staging tables."""
    if isinstance(read.source, Ror):
        _place_institutions(read.source, places)
    sections = {table: mapping.sections[table] for table in read.feeds}
    wanted = _wanted(sections, mapping)
    if read.source.heads is not None:
        wanted = [head for head in wanted if head in read.source.heads]
    rows = 0
    for chunk in read.source.chunks(wanted):
        named = chunk.named(read.source.heads if read.source.heads is not None else wanted, wanted)
        _stage(staging, number, named, sections, places)
        if new and mapping.said.places is not None:
            note_places(staging, named.cells, mapping.said.places)
        rows += chunk.rows
        step(f"{read.name}: {rows:,} rows")
    for table in sections:
        staging.add("read", pd.DataFrame({"file": [number], "section": [table], "rows": [rows]}))


def _stage(staging: Staging, number: int, chunk: Chunk, sections: dict[str, Section], places: Places) -> None:
    if chunk.faults:
        staging.reject(number, "", pd.DataFrame(chunk.faults))
    for table, section in sections.items():
        rows = rows_of(chunk, table, section, places)
        staging.add(table, rows.frame.assign(file=number))
        staging.reject(number, table, rows.rejects)
    for placed in places.addresses:
        staging.add("placed", placed)
    places.addresses.clear()


def _wanted(sections: dict[str, Section], mapping: Mapping) -> list[str]:
    heads = [head for section in sections.values() for head in section.heads()]
    levels = mapping.said.places.given().values() if mapping.said.places is not None else ()
    for level in levels:
        given: tuple[Any, ...] = (level.code, level.name, level.en, level.lon, level.lat)
        heads += [head for how in given if how is not None for head in how.heads()]
    return list(dict.fromkeys(heads))


def _place_institutions(source: Ror, places: Places) -> None:
    """Let each institution of a dump have its place, or why it has none."""
    placed = resolve_institutions(source.frame, places._gazetteer)
    source.frame = source.frame.assign(
        place=placed["place"].to_numpy(), evidence=placed["evidence"].to_numpy()
    )
