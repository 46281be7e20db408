"""An index of a package, from its files to a results package: read, build, write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from heban.domain.errors import BadSpec
from heban.domain.faults import near
from heban.domain.place import LEVELS
from heban.measures.index.diagnosis import diagnosis
from heban.measures.index.pipeline import build
from heban.measures.index.result import IndexResult, sheets
from heban.measures.index.spec import IndexSpec, from_toml
from heban.records.cards import Card
from heban.records.checking import require_good
from heban.records.package import DataPackage, open_package
from heban.records.panel import Panel
from heban.records.writing import Table, check_target, in_place, write_package
from heban.report import tablefiles

FILE = "index.toml"


def read_spec(package: DataPackage, file: Path | None = None) -> IndexSpec:
    """Return the specification in a file, or the package's own `index.toml`."""
    return from_toml(spec_file(package, FILE, file).read_text("utf-8-sig"))


def spec_file(package: DataPackage, name: str, file: Path | None = None) -> Path:
    """Return the file of a specification: the one given, or the package's own of this name."""
    path = package.folder / name if file is None else file
    if not path.is_file():
        raise BadSpec(f"there is no specification {str(path)!r}. Give --spec, or add {name} to the package.")
    return path


def index_panel(package: DataPackage, spec: IndexSpec, level: str = "") -> Panel:
    """Return the statistics that an index rests on, for the region's own places, or those of a level.

    Neither the nation nor the region itself is one of them: their totals would set the
    limits that places are measured against. Raises `BadSpec` for a level without statistics.
    """
    region = package.region
    codes = [node.indicator or node.code for node in spec.nodes] if spec.nodes else []
    wanted = codes or [leaf.code for leaf in package.catalogue.leaves(spec.root)]
    divisors = {node.denominator for node in spec.nodes if node.denominator}
    panel = package.panel([code for code in dict.fromkeys([*wanted, *divisors]) if code in package.catalogue])
    places = [place for place in panel.places if place not in (region.nation, region.code)]
    if level:
        known = levels(package, places)
        if level not in known:
            raise BadSpec(f"--level {level!r}: no place of that level has statistics. {near(level, known)}")
        places = [place for place in places if region.place(place).level == level]
    return Panel(panel.values.sel(place=places), panel.catalogue, panel.origins)


def levels(package: DataPackage, places: Iterable[str]) -> list[str]:
    """Return the levels of some places, each once, in their order from the nation down."""
    found = {package.region.place(place).level for place in places}
    return [level for level in LEVELS if level in found]


def built(
    folder: Path, spec_file: Path | None = None, level: str = ""
) -> tuple[DataPackage, Panel, IndexResult]:
    """Return a package that passes its check, what its index rests on, and the index."""
    require_good(folder)
    package = open_package(folder)
    spec = read_spec(package, spec_file)
    panel = index_panel(package, spec, level)
    return package, panel, build(panel, spec)


def build_index(
    folder: Path,
    out: Path,
    *,
    spec_file: Path | None = None,
    formats: str = "xlsx",
    steps: int | None = None,
    level: str = "",
    force: bool = False,
) -> tuple[IndexResult, Path]:
    """Build the index of a package and write every step of it, whole or not at all.

    Written are a Parquet table for each step and for what the scores say of each place, the names of places
    and nodes, the specification as it was understood, `datapackage.json`, and the same tables in the
    other `formats`. Returned is the file to open.
    """
    wanted = tablefiles.formats(formats)
    check_target(out, force=force)
    package, panel, result = built(folder, spec_file, level)
    given = {**sheets(result), **diagnosis(result, steps), **name_tables(package, result)}
    tables = {name: _flat(frame) for name, frame in given.items()}
    card = made_card(package, used_by(panel), "指数的每一步", "Every step of the index of the {}")

    def write(new: Path) -> None:
        (new / "spec.json").write_text(result.spec.model_dump_json(indent=1) + "\n", "utf-8")
        (new / "facts.json").write_text(_facts(result, package), "utf-8")
        tablefiles.write(new, "index", tables, wanted)
        written = [Table(name, "", frame, card, "parquet") for name, frame in tables.items()]
        write_package(new, f"{package.name}-index", card.title, written, version=version("heban"))

    in_place(out, write, force=force)
    ways = {"xlsx": "index.xlsx", "json": "index.json", "csv": "csv"}
    opened = next((file for format, file in ways.items() if format in wanted), "datapackage.json")
    return result, out / opened


def standing(result: IndexResult) -> pd.DataFrame:
    """Return the index's score and rank of every place in its last year, best first: place, score, rank."""
    at = {"node": result.root, "year": result.years[-1]}
    frame = pd.DataFrame(
        {
            "place": result.places,
            "score": result.scores.sel(at).to_numpy(),
            "rank": result.ranks.sel(at).to_numpy(),
        }
    )
    return frame.sort_values(["rank", "place"], ignore_index=True)


def name_tables(package: DataPackage, result: IndexResult) -> dict[str, pd.DataFrame]:
    """Return the names of places and of nodes in both languages; a code without a name keeps its code."""
    region, catalogue = package.region, package.catalogue
    places = [*result.places, *result.left_out]
    return {
        "places": _names("place", places, {code: region.place(code) for code in places if code in region}),
        "nodes": _names("node", result.hierarchy.codes, {one.code: one for one in catalogue}),
    }


def _names(what: str, codes: Iterable[str], known: Mapping[str, object]) -> pd.DataFrame:
    rows = [(code, *(getattr(known.get(code), half, "") or code for half in ("zh", "en"))) for code in codes]
    return pd.DataFrame(rows, columns=[what, "zh", "en"], dtype=object)


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its row labels as columns."""
    return frame.reset_index() if any(frame.index.names) else frame


def used_by(panel: Panel) -> set[str]:
    """Return the resources that a panel's values come from."""
    return {name for names in panel.origins.values() for name in names}


def made_card(package: DataPackage, used: Iterable[str], zh: str, en: str) -> Card:
    """Return the card of tables computed from some resources; `{}` of the English title is the region."""
    cards = [package.card(name) for name in sorted(used)]
    return Card(
        title=f"{package.region.zh}{zh}",
        title_en=en.format(package.region.en),
        producer=f"Heban {version('heban')}",
        year=str(package.document.get("version", "")),
        url="spec.json",
        licence="; ".join(sorted({card.licence for card in cards})),
        retrieved=str(package.document.get("created", "")),
        made=f"computed from {', '.join(sorted(used))} of {package.name}, sha256 {package.checksum}",
        synthetic=any(card.synthetic for card in cards),
    )


def about(package: DataPackage) -> dict[str, str]:
    """Return what results were made from and with."""
    return {"package": package.name, "checksum": package.checksum, "version": version("heban")}


def _facts(result: IndexResult, package: DataPackage) -> str:
    document = {
        "about": about(package),
        "root": result.root,
        "missing": dict(result.missing),
        "left_out": dict(result.left_out),
        "notes": list(result.notes),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
