"""Small flows for the tests of networks, and a strategy that draws them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from heban.records.flows import Flows

PLACES = tuple("abcdef")
Row = tuple[str, str, float]


def flows_of(
    rows: list[Row], places: tuple[str, ...] = PLACES, *, directed: bool = True, year: int = 2020
) -> Flows:
    frame = pd.DataFrame(rows, columns=["origin", "destination", "value"])
    return Flows(frame.assign(**{"year": year, "class": ""}), places, directed)


def of_matrix(matrix: np.ndarray, *, directed: bool = True) -> Flows:
    """Flows between the first places of the alphabet, one row per cell that is not 0."""
    places = tuple("abcdefghijklmnopqrstuvwxyz"[: len(matrix)])
    cells = np.argwhere(matrix if directed else np.triu(matrix))
    rows = [(places[i], places[j], float(matrix[i, j])) for i, j in cells]
    return flows_of(rows, places, directed=directed)


def reversed_flows(flows: Flows) -> Flows:
    ends = {"origin": "destination", "destination": "origin"}
    return Flows(flows.frame.rename(columns=ends), flows.places, flows.directed)


def scaled(flows: Flows, factor: float) -> Flows:
    frame = flows.frame.assign(value=flows.frame["value"] * factor)
    return Flows(frame, flows.places, flows.directed)


def counted(least: int = 0) -> st.SearchStrategy[list[Row]]:
    """Rows of counts between six places, flows within a place among them."""
    place = st.sampled_from(PLACES)
    return st.lists(st.tuples(place, place, st.integers(1, 40).map(float)), min_size=least, max_size=25)
