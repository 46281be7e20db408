"""An index of a package, from its files to a results package: read, build, write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from heban.domain.errors import BadSpec
from heban.measures.index.build import build
from heban.measures.index.result import IndexResult, sheets
from heban.measures.index.spec import IndexSpec, from_toml
from heban.records.cards import Card
from heban.records.checking import require_good
from heban.records.package import DataPackage, open_package
from heban.records.panel import Panel
from heban.records.writing import Table, check_target, in_place, write_package

FILE = "index.toml"


def read_spec(package: DataPackage, file: Path | None = None) -> IndexSpec:
    """Return the specification in a file, or the package's own `index.toml`."""
    path = package.folder / FILE if file is None else file
    if not path.is_file():
        raise BadSpec(f"there is no specification {str(path)!r}. Give --spec, or add {FILE} to the package.")
    return from_toml(path.read_text("utf-8-sig"))


def index_panel(package: DataPackage, spec: IndexSpec) -> Panel:
    """Return the statistics that an index rests on, for the region's own places.

    Neither the nation nor the region itself is one of them: their totals would set the
    limits that places are measured against.
    """
    region = package.region
    codes = [node.indicator or node.code for node in spec.nodes] if spec.nodes else []
    wanted = codes or [leaf.code for leaf in package.catalogue.leaves(spec.root)]
    divisors = {node.denominator for node in spec.nodes if node.denominator}
    panel = package.panel([code for code in dict.fromkeys([*wanted, *divisors]) if code in package.catalogue])
    places = [place for place in panel.places if place not in (region.nation, region.code)]
    return Panel(panel.values.sel(place=places), panel.catalogue, panel.origins)


def build_index(
    folder: Path, out: Path, *, spec_file: Path | None = None, force: bool = False
) -> tuple[IndexResult, Path]:
    """Build the index of a package and write every step of it, whole or not at all.

    Written are a Parquet table and a sheet of `index.xlsx` for each step, the specification
    as it was understood, and `datapackage.json`.
    """
    check_target(out, force=force)
    require_good(folder)
    package = open_package(folder)
    spec = read_spec(package, spec_file)
    panel = index_panel(package, spec)
    result = build(panel, spec)
    tables = sheets(result)
    card = _card(package, panel)

    def write(new: Path) -> None:
        (new / "spec.json").write_text(spec.model_dump_json(indent=1) + "\n", "utf-8")
        (new / "facts.json").write_text(_facts(result, package), "utf-8")
        _write_workbook(new / "index.xlsx", tables)
        written = [Table(name, "", _flat(frame), card, "parquet") for name, frame in tables.items()]
        write_package(new, f"{package.name}-index", card.title, written, version=version("heban"))

    in_place(out, write, force=force)
    return result, out / "index.xlsx"


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


def _write_workbook(path: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        for name, frame in tables.items():
            _flat(frame).to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 0))


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its row labels as columns."""
    return frame.reset_index() if any(frame.index.names) else frame


def _card(package: DataPackage, panel: Panel) -> Card:
    used = {name for names in panel.origins.values() for name in names}
    cards = [package.card(name) for name in sorted(used)]
    return Card(
        title=f"{package.region.zh}指数的每一步",
        title_en=f"Every step of the index of the {package.region.en}",
        producer=f"Heban {version('heban')}",
        year=str(package.document.get("version", "")),
        url="spec.json",
        licence="; ".join(sorted({card.licence for card in cards})),
        retrieved=str(package.document.get("created", "")),
        made=f"computed from {', '.join(sorted(used))} of {package.name}, sha256 {package.checksum}",
        synthetic=any(card.synthetic for card in cards),
    )


def _facts(result: IndexResult, package: DataPackage) -> str:
    document = {
        "about": {"package": package.name, "checksum": package.checksum, "version": version("heban")},
        "root": result.root,
        "missing": dict(result.missing),
        "left_out": dict(result.left_out),
        "notes": list(result.notes),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
