"""Exchange: what each place gives, receives and keeps, and how much of the universe takes part."""

from __future__ import annotations

import numpy as np
import pandas as pd

from heban.measures.balance import balances
from heban.measures.network.requirements import directed, known
from heban.measures.network.ties import possible_ties
from heban.records.flows import Flows

NAN = float("nan")


def exchange(flows: Flows) -> pd.DataFrame:
    """Return per place whom it gives to and receives from, how much, the balance, and what stays within.

    out_degree and in_degree count other places; given and received sum the flows to and from other places
    (out- and in-strength); net = given − received; balance = net/(given + received), NaN without flow;
    given_share and received_share are shares of all flow between places; within is the flow that stays in
    the place (§6) and within_share its share of all the place sends out or keeps. A flow of unknown value
    counts as a tie and makes the sums it enters unknown (§1).
    Source: Barrat et al., PNAS 101 (2004) 3747, for strength.

    >>> exchange(_demo())[["out_degree", "given", "received", "net", "balance", "within"]].loc["a"].tolist()
    [1.0, 3.0, 1.0, 2.0, 0.5, 6.0]
    """
    directed(flows, "exchange")
    matrix, places = flows.matrix(), list(flows.places)
    linked = matrix != 0
    given, received = (pd.Series(matrix.sum(axis=axis), index=places) for axis in (1, 0))
    total, kept = matrix.sum() or NAN, within(flows)
    degrees = {"out_degree": linked.sum(axis=1), "in_degree": linked.sum(axis=0)}
    return (
        pd.DataFrame(degrees, index=places)
        .join(balances(given, received).reindex(places))
        .assign(
            given_share=given / total,
            received_share=received / total,
            within=kept,
            within_share=kept / (kept + given),
        )
    )


def within(flows: Flows) -> pd.Series[float]:
    """Return the flow that stays within each place, 0 where none does (§6).

    >>> within(_demo()).to_dict()
    {'a': 6.0, 'b': 0.0, 'c': 0.0}
    """
    stays = flows.frame[flows.frame["origin"] == flows.frame["destination"]]
    where = pd.Index(flows.places).get_indexer(stays["origin"])
    summed = np.bincount(where, weights=stays["value"].to_numpy(dtype=float), minlength=len(flows.places))
    return pd.Series(summed, index=list(flows.places), dtype=float, name="within")


def coverage(flows: Flows) -> pd.Series[float]:
    """Return how much of the universe takes part: places, ties, flow between and within places.

    places is the universe; taking_part have a tie, giving and receiving a tie of that direction, exchanging
    both (undirected: all the same). density = ties/possible; weighted_density = between/possible, the mean
    flow of a possible tie; within_share = within/(between + within).

    >>> coverage(_demo())[["places", "taking_part", "exchanging", "ties", "between", "within"]].tolist()
    [3.0, 3.0, 2.0, 3.0, 5.0, 6.0]
    """
    matrix, n = flows.matrix(), len(flows.places)
    linked = matrix != 0
    gives, receives = linked.any(axis=1), linked.any(axis=0)
    once = 1 if flows.directed else 2
    possible, ties = possible_ties(n, directed=flows.directed) or NAN, np.count_nonzero(linked) / once
    between, kept = float(matrix.sum()) / once, float(within(flows).sum(skipna=False))
    figures = {
        "places": n,
        "taking_part": (gives | receives).sum(),
        "giving": gives.sum(),
        "receiving": receives.sum(),
        "exchanging": (gives & receives).sum(),
        "ties": ties,
        "density": ties / possible,
        "weighted_density": between / possible,
        "between": between,
        "within": kept,
        "within_share": kept / ((between + kept) or NAN),
    }
    return pd.Series(figures, dtype=float)


def largest_outflow(flows: Flows) -> pd.DataFrame:
    """Return for each place that gives the destination that receives most: value, share, and ties for it.

    share is that of the place's given flow; rivals is the number of other destinations that receive as
    much, of which the first in the order of the universe is named. Undirected: the strongest partner.
    Refuses flows of unknown value (§1).
    Source: the dominant flow of Nystuen & Dacey, Papers of the Regional Science Association 7 (1961) 29.

    >>> largest_outflow(_demo()).to_numpy().tolist()
    [['a', 'b', 3.0, 1.0, 0], ['b', 'a', 1.0, 0.5, 1]]
    """
    matrix, places = known(flows), np.array(flows.places, dtype=object)
    gives = np.flatnonzero(matrix.sum(axis=1) > 0)
    rows = matrix[gives]
    most = rows.max(axis=1, initial=0)
    return pd.DataFrame(
        {
            "origin": places[gives],
            "destination": places[rows.argmax(axis=1)],
            "value": most,
            "share": most / rows.sum(axis=1),
            "rivals": (rows == most[:, None]).sum(axis=1) - 1,
        }
    )


def _demo() -> Flows:
    frame = pd.DataFrame(
        {
            "origin": ["a", "b", "b", "a"],
            "destination": ["b", "a", "c", "a"],
            "year": 2020,
            "class": "",
            "value": [3.0, 1.0, 1.0, 6.0],
        }
    )
    return Flows(frame, ("a", "b", "c"), directed=True)
