"""The space as a web: the fields, their strongest ties, and where each stands in the picture."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import minimum_spanning_tree, shortest_path

from heban.measures import space
from heban.report.chapters.maker import NONE, labelled, named
from heban.report.chapters.space.ground import REST, UNIT, Ground
from heban.report.facts import Facts

Floats = npt.NDArray[np.float64]
STEPS = 300  # of the layout; it rests long before
FIELD = ("学科", "Field")
STANDING = {True: ("见长", "present"), False: ("未见长", "not present")}
LABELS = {
    "class": FIELD,
    "origin": FIELD,
    "destination": FIELD,
    "value": ("项目", "Number"),
    "quotient": ("区位商", "Location quotient"),
    "spread": ("见长的全国城市", "Cities of the country where it is present"),
    "standing": ("区位商是否不小于 1", "Location quotient of 1 or more"),
    "x": ("横", "x"),
    "y": ("纵", "y"),
}


def add_web(facts: Facts, made: Ground) -> None:
    """Add the fields with their places in the picture, their ties, and the core cities' shares of it."""
    last = made.last
    kept = ties(last.related)
    spots = layout(kept, last.fields)
    facts.table(
        "space.ties",
        labelled(labelled(kept, made.names, "origin"), made.names, "destination"),
        sources=made.sources,
        labels={**LABELS, "value": ("关联度", "Relatedness")},
        decimals={"value": 2},
    )
    region = last.amounts.drop(index=REST).sum().rename("region")
    both = pd.DataFrame([region, last.amounts.loc[REST]])
    quotient = space.location_quotient(both).loc["region"]
    nodes = _nodes(made, spots, region, quotient)
    nodes = nodes.assign(spread=last.spread.reindex(nodes["class"]).to_numpy())
    described = {"sources": made.sources, "labels": LABELS, "units": {"value": UNIT}}
    shown = {"decimals": {"quotient": 2, "value": 0}, "hidden": ("x", "y")}
    facts.table("space.fields", nodes, **described, **shown)  # type: ignore[arg-type]
    panels = [
        _nodes(made, spots, last.amounts.loc[city], last.quotient.loc[city]).assign(place=city)
        for city in made.core
    ]
    facts.table("space.held", named(pd.concat(panels), made.region, "place"), **described, **shown)  # type: ignore[arg-type]
    _say(facts, made, nodes)


def ties(related: pd.DataFrame) -> pd.DataFrame:
    """Return the ties to be drawn, the strongest first: a spanning tree, and as many of the strongest again.

    The tree is the one of largest relatedness, so that every field hangs together with its nearest.

    >>> related = pd.DataFrame([[0, 2, 1], [2, 0, 3], [1, 3, 0]], index=list("abc"), columns=list("abc"))
    >>> ties(related).to_numpy().tolist()
    [['b', 'c', 3.0], ['a', 'b', 2.0], ['a', 'c', 1.0]]
    """
    values = related.to_numpy(dtype=float)
    one, other = np.nonzero(np.triu(values, 1) > 0)
    strength = values[one, other]
    tree = minimum_spanning_tree(csr_array((1 / strength, (one, other)), shape=values.shape)).nonzero()
    in_tree = set(zip(*tree, strict=True))
    codes = [str(code) for code in related.columns]
    found = pd.DataFrame(
        {
            "origin": [codes[i] for i in one],
            "destination": [codes[j] for j in other],
            "value": strength,
            "tree": [pair in in_tree for pair in zip(one, other, strict=True)],
        }
    ).sort_values(["value", "origin", "destination"], ascending=[False, True, True])
    others = (~found["tree"]).cumsum()
    kept = found[found["tree"] | (others <= len(codes))]
    return kept[["origin", "destination", "value"]].reset_index(drop=True)


def layout(kept: pd.DataFrame, fields: list[str]) -> pd.DataFrame:
    """Return where each field stands, x and y from 0 to 1: as far apart as there are ties between them.

    Stress majorisation (Gansner, Koren & North 2004): Σ (|x_i − x_j| − d_ij)²/d_ij² falls at every step,
    d the number of ties on the shortest way; the start is classical scaling, so that nothing is drawn by lot.

    >>> kept = pd.DataFrame({"origin": ["a", "b"], "destination": ["b", "c"], "value": [1.0, 1.0]})
    >>> layout(kept, ["a", "b", "c"])["x"].tolist()
    [0.0, 0.5, 1.0]
    """
    at = {field: number for number, field in enumerate(fields)}
    ends = ([at[one] for one in kept["origin"]], [at[one] for one in kept["destination"]])
    graph = csr_array((np.ones(len(kept)), ends), shape=(len(fields), len(fields)))
    distance = shortest_path(graph, directed=False, unweighted=True)
    distance[np.isinf(distance)] = distance[np.isfinite(distance)].max() + 1  # fields that hang on nothing
    spots = _axes(distance)
    apart = distance + np.eye(len(fields))
    weight = (1 - np.eye(len(fields))) / apart**2
    solver = np.linalg.pinv(np.diag(weight.sum(axis=1)) - weight)
    for _ in range(STEPS):
        gaps = np.linalg.norm(spots[:, None] - spots[None], axis=2) + np.eye(len(fields))
        pull = -weight * distance / np.maximum(gaps, 1e-9)
        spots = solver @ ((pull - np.diag(pull.sum(axis=1))) @ spots)
    low, wide = spots.min(axis=0), np.ptp(spots, axis=0)
    placed = np.where(wide > 1e-6, (spots - low) / np.maximum(wide, 1e-6), 0.5)
    return pd.DataFrame(placed.round(4), index=fields, columns=["x", "y"])


def _axes(distance: Floats) -> Floats:
    """Return the two main axes of classical scaling; the first field far out on an axis is left or below."""
    centre = np.eye(len(distance)) - 1 / len(distance)
    values, vectors = np.linalg.eigh(-centre @ distance**2 @ centre / 2)
    axes = vectors[:, ::-1][:, :2] * np.sqrt(np.maximum(values[::-1][:2], 0.0))
    far = (np.abs(axes) >= np.abs(axes).max(axis=0) / 2).argmax(axis=0)  # not the very farthest: it may tie
    return np.asarray(axes * np.where(axes[far, [0, 1]] > 0, -1.0, 1.0))


def _nodes(
    made: Ground, spots: pd.DataFrame, amounts: pd.Series[float], quotient: pd.Series[float]
) -> pd.DataFrame:
    """Return one row for each field: its name, what there is of it, and whether that is much."""
    fields = list(spots.index)
    standing = quotient[fields].ge(1 - 1e-12) & amounts[fields].gt(0)
    nodes = pd.DataFrame(
        {
            "class": fields,
            "value": amounts[fields].to_numpy(),
            "quotient": quotient[fields].to_numpy(),
            "standing": ["present" if one else "absent" for one in standing],
            "standing_zh": [STANDING[bool(one)][0] for one in standing],
            "standing_en": [STANDING[bool(one)][1] for one in standing],
            "x": spots["x"].to_numpy(),
            "y": spots["y"].to_numpy(),
        }
    )
    nodes = labelled(nodes, made.names)
    return nodes.sort_values(["quotient", "class"], ascending=[False, True])


def _say(facts: Facts, made: Ground, nodes: pd.DataFrame) -> None:
    """Add what the text says of the space as a whole."""
    last, sources = made.last, made.sources
    facts.fact("space.fields", len(nodes), decimals=0, sources=sources)
    facts.fact("space.present", int((nodes["standing"] == "present").sum()), decimals=0, sources=sources)
    strong = nodes[nodes["standing"] == "present"]
    facts.fact("space.top", [made.label(one) for one in strong["class"].head(3)] or NONE, sources=sources)
    small = [one for one in last.amounts.columns if one not in last.fields]
    facts.fact("space.small", [made.label(one) for one in small] or NONE, sources=sources)
