"""The main job: read a package, compute, and write its results and its report."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from heban.domain.errors import BadSpec, Finding
from heban.domain.place import Language
from heban.records.checking import require_good
from heban.records.engine import DUCKDB, connection
from heban.records.package import DataPackage, open_package
from heban.records.writing import check_target, in_place, write_package
from heban.report import charts, document, docx, html, results, xlsx
from heban.report.blocks import Document
from heban.report.chapters import CHAPTERS, CHARTS, Maker
from heban.report.chapters.maker import SEED
from heban.report.facts import Facts, FactsDict
from heban.report.texts import editors_texts, own_texts

FORMATS = ("html", "docx", "xlsx")
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Results:
    """What a run wrote: the reports, the results folder last, and the warnings of the check."""

    reports: tuple[Path, ...]
    warnings: tuple[Finding | str, ...]


def run(
    package: Path,
    out: Path,
    *,
    lang: Language = "zh",
    formats: Sequence[str] = ("html",),
    force: bool = False,
    on: str = DUCKDB,
    step: Step = lambda _: None,
) -> Results:
    """Write the results package and the report of a data package into a folder, whole or not at all.

    `on` is the engine that reduces records: duckdb, local[N] or spark://host:port.
    Raises `BadSpec` for a folder that may not be written or a format that is not known, and
    `BadData` with every error of the package.
    """
    strange = [name for name in formats if name not in FORMATS]
    if strange:
        raise BadSpec(f"no report format {strange[0]!r}; there are {', '.join(FORMATS)}.")
    check_target(out, force=force)
    step(f"checking {package}")
    warnings: list[Finding | str] = list(require_good(package))
    connection(on)  # says what is missing before anything is computed
    opened = open_package(package, on)
    facts, left_out = compute(opened, step)
    warnings += [
        f"chapter {maker.id!r} is left out: the package lacks {', '.join(maker.lacks(opened))}"
        for maker in left_out
    ]
    step("writing the report")
    written = compose(opened, facts, left_out, lang)

    def write(folder: Path) -> None:
        _write_results(folder, opened, facts, written)
        warnings.extend(_write_reports(folder, facts, written, formats))

    in_place(out, write, force=force)
    # The page comes last, so that the last line printed is the one to open.
    ordered = sorted(formats, key=lambda name: name == "html")
    return Results(tuple(out / f"report.{name}" for name in ordered), tuple(warnings))


def compute(package: DataPackage, step: Step = lambda _: None) -> tuple[FactsDict, list[Maker]]:
    """Return the facts of every chapter that the package has data for, and the chapters it has none for."""
    facts = Facts(_about(package))
    for resource in package.resources.values():
        facts.card(resource.name, resource.card, resource.sha256)
    if (brought := package.boundaries()) is not None:
        facts.outline(brought[0], brought[1].name)
    facts.fact("region.name", (package.region.zh, package.region.en), sources=("places",))
    left_out = []
    for maker in CHAPTERS.values():
        if maker.lacks(package):
            left_out.append(maker)
            continue
        step(maker.title_en)
        maker.add(package, facts)
    return facts.dict(), left_out


def compose(package: DataPackage, facts: FactsDict, left_out: Sequence[Maker], lang: Language) -> Document:
    """Return the document: Heban's own chapters, with the editors' texts of the package placed in them."""
    order = [id for id, maker in CHAPTERS.items() if maker not in left_out]
    own = own_texts(files("heban.report") / "chapters" / lang, order)
    return document.build([*own, *editors_texts(package.folder / "texts" / lang)], facts, lang, CHARTS)


def _about(package: DataPackage) -> dict[str, Any]:
    region = package.region
    return {
        "title": {"zh": f"{region.zh}创新报告", "en": f"Innovation in the {region.en}"},
        "region": {"zh": region.zh, "en": region.en},
        "edition": {
            "zh": str(package.document.get("version", "")),
            "en": str(package.document.get("version", "")),
        },
        "date": str(package.document.get("created", "")),
        "package": package.name,
        "checksum": package.checksum,
        "version": version("heban"),
        "seed": str(SEED),
        "engine": "DuckDB" if package.on == DUCKDB else f"Spark {package.on}",
        "levels": {place.code: place.level for place in region.places},
    }


def _write_results(folder: Path, package: DataPackage, facts: FactsDict, written: Document) -> None:
    text = json.dumps(facts, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    (folder / "facts.json").write_text(text, "utf-8", newline="\n")
    drawn = folder / "charts" / written.lang
    drawn.mkdir(parents=True)
    for figure in written.figures():
        if figure.kind == "chart":
            spec = charts.specification(figure.id, facts, written.lang, CHARTS)
            text = json.dumps(spec, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
            (drawn / f"{figure.id}.json").write_text(text, "utf-8", newline="\n")
    about = facts["about"]
    write_package(
        folder,
        f"{package.name}-results",
        about["title"]["zh"],
        results.tables(facts),
        made_with={"heban": about["version"], "engine": about["engine"], "seed": about["seed"]},
        made_from={"package": package.name, "checksum": f"sha256:{about['checksum']}"},
    )


def _write_reports(folder: Path, facts: FactsDict, written: Document, formats: Sequence[str]) -> list[str]:
    said: list[str] = []
    if "html" in formats:
        page = html.render(written, facts, written.lang, CHARTS)
        (folder / "report.html").write_text(page, "utf-8", newline="\n")
    if "docx" in formats:
        said += docx.render(written, facts, written.lang, folder / "report.docx", CHARTS)
    if "xlsx" in formats:
        xlsx.write(facts, written.lang, folder / "report.xlsx")
    return said
