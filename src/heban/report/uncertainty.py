"""How sure a package's index is: its uncertain inputs read, drawn many times, and written as results."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import version
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.domain.place import Language
from heban.measures import uncertainty as doubt
from heban.measures.index.doubts import Doubts
from heban.measures.index.pipeline import build
from heban.measures.index.result import IndexResult
from heban.measures.index.spec import IndexSpec
from heban.measures.uncertainty import document
from heban.measures.uncertainty.inputs import Input
from heban.measures.uncertainty.scoring import Progress
from heban.records.checking import require_good
from heban.records.package import DataPackage, open_package
from heban.records.panel import Panel
from heban.records.writing import Table, check_target, in_place, write_package
from heban.report.indexing import FILE, about, index_panel, made_card, name_tables, read_spec, used_by
from heban.report.uncertainty_chart import rank_intervals
from heban.report.uncertainty_tables import tables

MOST = 4e9  # bytes of scores held at once


@dataclass(frozen=True, slots=True)
class Doubtful:
    """What was uncertain, and where that was said: "default" or the name of a file."""

    doubts: Doubts
    inputs: tuple[Input, ...]
    source: str


@dataclass(frozen=True, eq=False)
class Measured:
    """An index under its uncertain inputs.

    `result` holds the draws; `sensitivity` those of the design for Sobol' indices, of which `result` is
    then a part.
    """

    package: DataPackage
    panel: Panel
    index: IndexResult
    doubtful: Doubtful
    result: doubt.Uncertainty
    sensitivity: doubt.Sensitivity | None
    seed: int

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the results, with the names of places and nodes."""
        own = tables(self.result, self.doubtful.doubts, self.sensitivity, self.seed)
        inventory = doubt.inventory(self.doubtful.inputs)
        return {"inputs": inventory, **own, **name_tables(self.package, self.index)}


def read_doubts(
    package: DataPackage, spec: IndexSpec, panel: Panel, file: Path | None = None, *, said_in: str = FILE
) -> Doubtful:
    """Return what is uncertain: from a file, from `[uncertainty]` of the specification, or by default.

    `said_in` is the name of the specification's file. Raises `BadSpec` with every fault, and when nothing
    can be varied by default.
    """
    if file is not None:
        if not file.is_file():
            raise BadSpec(f"there is no file {str(file)!r}. Give --doubts a TOML file with [[inputs]].")
        doubts = document.from_toml(file.read_text("utf-8-sig"))
        if not doubts.inputs:
            raise BadSpec(f"{file.name} names no uncertain input. Write [[inputs]], or leave --doubts out.")
        return Doubtful(doubts, document.inputs(doubts), file.name)
    if spec.uncertainty.inputs:
        return Doubtful(spec.uncertainty, document.inputs(spec.uncertainty, "uncertainty."), said_in)
    doubts = doubt.customary(spec, panel)
    if not doubts.inputs:
        raise BadSpec(
            f"nothing of the index of {package.name} can be varied by default: it has no weights to share "
            "and no second method. Write [[uncertainty.inputs]] in its specification."
        )
    return Doubtful(doubts, document.inputs(doubts, "uncertainty."), "default")


def measure(
    folder: Path,
    *,
    draws: int,
    seed: int,
    sobol: bool = False,
    spec_file: Path | None = None,
    doubts_file: Path | None = None,
    level: str = "",
    progress: Progress | None = None,
) -> Measured:
    """Run the index of a package under its uncertain inputs, `draws` times.

    With `sobol` for Sobol' indices: every combination when the inputs have so few values that it takes no
    more runs than Saltelli's design, draws · (inputs + 2); then indices are exact.
    """
    require_good(folder)
    package = open_package(folder)
    spec = read_spec(package, spec_file)
    panel = index_panel(package, spec, level)
    index = build(panel, spec)
    doubtful = read_doubts(
        package, spec, panel, doubts_file, said_in=FILE if spec_file is None else spec_file.name
    )
    keep = _kept(index, doubtful.doubts)
    given = (panel, spec, doubtful.inputs)
    rng = np.random.default_rng(seed)
    if not sobol:
        _require_room(index, len(keep), draws)
        made = doubt.run(*given, draws, rng, design=doubtful.doubts.design, keep=keep, progress=progress)
        return Measured(package, panel, index, doubtful, made, None, seed)
    runs = draws * (len(doubtful.inputs) + 2)
    every = combinations(doubtful.inputs)
    _require_room(index, len(keep), min(runs, every or runs))
    if every is not None and every <= runs:
        found = doubt.exact_sensitivity(*given, rng, keep=keep, progress=progress)
    else:
        design = doubtful.doubts.design
        found = doubt.sensitivity(*given, draws, rng, design=design, keep=keep, progress=progress)
    return Measured(package, panel, index, doubtful, found.uncertainty, found, seed)


def combinations(inputs: tuple[Input, ...]) -> int | None:
    """Return the number of combinations of the inputs' values, None when they cannot be counted."""
    counts = [one.count for one in inputs]
    return None if None in counts else prod(int(count or 0) for count in counts)


def _kept(index: IndexResult, doubts: Doubts) -> list[str]:
    tree = index.hierarchy
    named = tree.codes[tree.size :] if doubts.nodes is None else doubts.nodes
    return list(dict.fromkeys([*named, index.root]))


def _require_room(index: IndexResult, nodes: int, runs: int) -> None:
    size = 8.0 * runs * len(index.places) * len(index.years) * nodes
    if size > MOST:
        raise BadSpec(
            f"{runs:,} runs of {len(index.places)} places, {len(index.years)} years and {nodes} nodes are "
            f"{size / 1e9:.0f} GB of scores. Give fewer --draws, or name fewer in uncertainty.nodes."
        )


def write(measured: Measured, out: Path, *, lang: Language = "zh", force: bool = False) -> None:
    """Write the results as a data package, whole or not at all.

    Beside the tables stand `facts.json`, the specification, the uncertain inputs as `doubts.toml` that can
    be run again, and the chart of rank intervals in `charts/`.
    """
    check_target(out, force=force)
    package = measured.package
    card = made_card(package, used_by(measured.panel), "指数的不确定性", "How sure the index of the {} is")
    made = measured.tables
    chart = rank_intervals(made["rank_intervals"], made["places"], measured.index.root, lang)

    def fill(new: Path) -> None:
        (new / "spec.json").write_text(measured.index.spec.model_dump_json(indent=1) + "\n", "utf-8")
        (new / "doubts.toml").write_text(doubt.to_toml(measured.doubtful.doubts), "utf-8", newline="\n")
        _write_json(new / "facts.json", facts(measured))
        (new / "charts").mkdir()
        _write_json(new / "charts" / "rank_intervals.json", chart)
        written = [Table(name, "", frame, card, "parquet") for name, frame in made.items()]
        write_package(new, f"{package.name}-uncertainty", card.title, written, version=version("heban"))

    in_place(out, fill, force=force)


def facts(measured: Measured) -> dict[str, Any]:
    """Return what a reader must know of the run: what was drawn, how often, with which seed, what failed."""
    result, found = measured.result, measured.sensitivity
    return {
        "about": {
            **about(measured.package),
            "seed": measured.seed,
            "design": (found.runs if found else result).design,
        },
        "root": measured.index.root,
        "draws": result.draws,
        "runs": found.runs.draws if found else result.draws,
        "failed": int(result.failed["draw"].nunique()),
        "exact": bool(found is not None and not found.base),
        "interval": list(measured.doubtful.doubts.interval),
        "said_by": measured.doubtful.source,
        "inputs": [document.drawn(one) for one in measured.doubtful.inputs],
    }


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    path.write_text(text, "utf-8", newline="\n")
