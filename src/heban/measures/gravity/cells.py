"""The cells of a gravity model: for each year the matrix of flows, and which of its cells are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.domain.errors import BadSpec
from heban.measures.gravity.design import Covariates
from heban.records.flows import Flows

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.intp]


class Unidentified(BadSpec):
    """Flows that cannot carry the model; `code` names the reason."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, eq=False)
class Cells:
    """Flows as matrices: `flow` (year, origin, destination), 0 where a cell is not `kept`.

    An undirected network is held twice, symmetric: the likelihood of both halves has its greatest value
    where that of one half has, with equal effects of a place as origin and as destination.
    `unknown` counts the cells left out because flow or covariates are not known.
    """

    places: tuple[str, ...]
    years: tuple[int, ...]
    directed: bool
    flow: Floats
    kept: Mask
    unknown: int

    @property
    def share(self) -> int:
        """How many cells stand for one observation: 2 in an undirected network, else 1."""
        return 1 if self.directed else 2

    def without(self, cells: Mask) -> Cells:
        """Return these cells without some, as those that separate."""
        kept = self.kept & ~cells
        return Cells(
            self.places, self.years, self.directed, np.where(kept, self.flow, 0.0), kept, self.unknown
        )


def cells_of(flows: Flows, covariates: Covariates) -> Cells:
    """Return the cells of flows: each pair of different places in each year that has any flow.

    A pair without a row has the value 0 (§1: it was looked for and not found); one with a NaN is unknown
    in that year. Classes are summed. Raises `BadSpec` when covariates and flows name different places.
    """
    if tuple(covariates.places) != tuple(flows.places):
        raise BadSpec("the covariates are not of the places of the flows, or in another order.")
    years = tuple(flows.years)
    if not years:
        raise Unidentified("no_flow", "there is no flow between places, so nothing can be explained.")
    flow = _matrices(flows, years)
    if np.isinf(flow).any():
        raise BadSpec("a flow is infinite; give a number, or NaN where it is not known.")
    known = np.isfinite(covariates.values).all(axis=0)
    off = ~np.eye(len(flows.places), dtype=bool)
    kept = off & known & ~np.isnan(flow)
    share = 1 if flows.directed else 2
    lost = int((off & ~kept).sum()) // share
    if not (flow[kept] > 0).any():
        raise Unidentified("no_flow", "there is no flow between places, so nothing can be explained.")
    return Cells(flows.places, years, flows.directed, np.where(kept, flow, 0.0), kept, lost)


def _matrices(flows: Flows, years: tuple[int, ...]) -> Floats:
    n = len(flows.places)
    places = {code: number for number, code in enumerate(flows.places)}
    numbers = {year: number for number, year in enumerate(years)}
    frame = flows.frame
    origin = frame["origin"].map(places).to_numpy(dtype=np.intp)
    destination = frame["destination"].map(places).to_numpy(dtype=np.intp)
    year = frame["year"].map(numbers).to_numpy(dtype=np.intp)
    value = frame["value"].to_numpy(dtype=float, na_value=np.nan)
    cell = (year * n + origin) * n + destination
    flow = np.asarray(np.bincount(cell, value, len(years) * n * n), dtype=float)
    made = flow.reshape(len(years), n, n)
    return made if flows.directed else made + made.transpose(0, 2, 1)
