"""What synthetic records must agree with: the published totals of a package, and its `synth.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from heban.domain import documents
from heban.domain.errors import BadSpec, unknown
from heban.records.package import DataPackage

FILE = "synth.toml"


class Transfers(BaseModel):
    """How records of transfers are calibrated: which tables hold the totals, and how cities differ.

    `weights` holds for a city how many times as much it gives and receives as others of its size,
    `industries` the classes that it mainly gives, `growth` the published growth of a year in per cent.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    total: str
    edition: str
    given: str = Field(alias="out")
    received: str = Field(alias="in")
    classes: str
    distance: float = Field(default=1.0, ge=0)
    within: float = Field(default=0.5, ge=0, le=1)
    growth: Mapping[int, float] = {}
    weights: Mapping[str, tuple[float, float]] = {}
    industries: Mapping[str, Sequence[str]] = {}


def read_calibration(package: DataPackage) -> Transfers:
    """Return what the package's `synth.toml` asks for; raises `BadSpec` naming the key at fault."""
    path = package.folder / FILE
    if not path.is_file():
        raise BadSpec(f"the package {package.name} has no {FILE}, which says what to agree with. Write one.")
    try:
        document: dict[str, Any] = tomllib.loads(path.read_text("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise BadSpec(f"{FILE}: not readable as TOML: {error}.") from error
    made = documents.read(Transfers, document.get("transfers", {}), f"[transfers] in {FILE} has")
    for code in (*made.weights, *made.industries):
        if code not in package.region:
            codes = [place.code for place in package.region.places]
            raise unknown("place", code, codes, f"{FILE} of the package {package.name}")
    return made


def yearly_totals(package: DataPackage, asked: Transfers) -> pd.Series[int]:
    """Return the number of records of every year, from the first published total to the last.

    A published total is kept; a published growth gives the year before; what lies between grows
    at a constant rate.
    """
    rows = package.published()
    rows = rows[(rows["name"] == asked.total) & (rows["edition"] == asked.edition)]
    if len(rows) < 2:
        raise BadSpec(
            f"{FILE}: transfers.total: the package has {len(rows)} published figures {asked.total!r} of "
            f"the edition {asked.edition!r}; two years are needed."
        )
    known = rows.set_index("year")["value"].astype(float)
    for year, percent in asked.growth.items():
        if year in known.index and year - 1 not in known.index:
            known[year - 1] = known[year] / (1 + percent / 100)
    years = np.arange(known.index.min(), known.index.max() + 1)
    logs = np.interp(years, np.sort(known.index), np.log(known.sort_index()))
    return pd.Series(np.rint(np.exp(logs)).astype(int), index=years)


def margins(package: DataPackage, kind: str, years: Sequence[int]) -> pd.DataFrame:
    """Return a kind of holdings by year and place; years between those published change evenly."""
    frame = package.holdings(kind).frame
    known = frame.pivot_table(index="year", columns="place", values="value", aggfunc="sum")
    return known.reindex(years).interpolate("index", limit_area="inside").ffill().bfill()
