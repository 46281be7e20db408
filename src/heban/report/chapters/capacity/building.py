"""Building the index of a package: its panel with the region as the sum of its members."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heban.measures import index, uncertainty
from heban.measures.index.result import IndexResult
from heban.records.package import DataPackage
from heban.records.panel import Panel
from heban.report.chapters.maker import SEED
from heban.report.indexing import index_panel, read_spec
from heban.report.uncertainty import Doubtful, read_doubts

UNIT = ("点", "points")
DRAWS = 1000


@dataclass(frozen=True)
class Capacity:
    """The index of a package with the panel it came from and its runs under doubt."""

    panel: Panel
    members: tuple[str, ...]
    index: IndexResult
    doubtful: Doubtful
    runs: uncertainty.Uncertainty
    sources: tuple[str, ...]

    @property
    def last_year(self) -> int:
        """The last year of the index."""
        return self.index.years[-1]

    @property
    def base_year(self) -> int:
        """The year in which every score is 100."""
        return self.index.spec.normalise.base_year or self.index.years[0]


def capacity(package: DataPackage) -> Capacity:
    """Build the index of the provinces and of the region as their sum, as `index.toml` asks for it."""
    region = package.region
    wanted = read_spec(package)
    panel = index_panel(package, wanted)
    provinces = [code for code in region.provinces if code in panel.places]
    members = tuple(provinces or panel.places)
    panel = panel.with_total(region.code, members)
    named_sources = {name for code in panel.indicators for name in panel.origins.get(code, ())}
    sources = (*sorted(named_sources), "indicators")
    built = index.build(panel, wanted)
    chance = np.random.default_rng(SEED)
    doubtful = read_doubts(package, wanted, panel)
    runs = uncertainty.run(panel, wanted, doubtful.inputs, DRAWS, chance, design="sobol")
    return Capacity(panel, members, built, doubtful, runs, sources)


def unfit(package: DataPackage) -> str:
    """Say why the chapter cannot speak of a package's index: it tells of growth since a base year.

    The region's total also takes part as a place, which would move the scale of any other normaliser.
    """
    method = read_spec(package).normalise.method
    return "" if method == "fixed_base" else f"an index on a fixed base (its normalise.method is {method!r})"
