"""The hierarchy of an index as arrays: what hangs where, what it weighs, which way it points.

Depth is free and may be uneven: an indicator may hang beside an aggregate, and no level need be complete.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from heban.domain.errors import unknown
from heban.domain.faults import near, refusal
from heban.domain.indicator import Catalogue
from heban.measures.index.spec import IndexSpec, Node
from heban.records.panel import Panel

Array = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]
Refuse = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """The nodes of an index: its indicators first, then the aggregates, lowest level first, the root last.

    Arrays over nodes are in the order of `codes`, arrays over indicators (`indicators`, `denominators`,
    `targets`, `goalposts` (indicator, 2); NaN or "" where none is given) in that of the first `size` codes.
    `parents` holds the number of each node's parent, −1 at the root; `levels` is 1 for an indicator and one
    more than its highest child for an aggregate. `missing` names the parts of the framework that
    have no data, with the reason; they are no nodes.
    """

    codes: tuple[str, ...]
    indicators: tuple[str, ...]
    parents: Numbers
    levels: Numbers
    weights: Array
    directions: Array
    denominators: tuple[str, ...]
    targets: Array
    goalposts: Array
    missing: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The number of indicators."""
        return len(self.indicators)

    @property
    def leaves(self) -> tuple[str, ...]:
        """The codes of the indicators."""
        return self.codes[: self.size]

    @property
    def root(self) -> int:
        """The number of the root."""
        return len(self.codes) - 1

    @cached_property
    def children(self) -> tuple[Numbers, ...]:
        """The numbers of the children of each node, none for an indicator."""
        return tuple(np.flatnonzero(self.parents == node) for node in range(len(self.codes)))

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {code: number for number, code in enumerate(self.codes)}

    def number(self, code: str) -> int:
        """Return the number of a node, or raise `UnknownName` with near codes."""
        if code not in self._numbers:
            raise unknown("node", code, self.codes, "the hierarchy")
        return self._numbers[code]

    def below(self, node: int) -> list[int]:
        """Return the aggregates at and below a node, the highest first."""
        if node < self.size:
            return []
        inner = [node]
        for parent in inner:
            inner.extend(int(child) for child in self.children[parent] if child >= self.size)
        return sorted(inner, reverse=True)

    def above(self, node: int) -> list[int]:
        """Return the ancestors of a node, its parent first."""
        found = []
        while self.parents[node] >= 0:
            node = int(self.parents[node])
            found.append(node)
        return found


def compiled(spec: IndexSpec, panel: Panel) -> Hierarchy:
    """Return the hierarchy that the nodes of a specification form, or the panel's catalogue below its root.

    Raises `BadSpec` naming every key that is wrong: a parent that does not exist, a circle, an indicator that
    the panel does not have. Indicators of the catalogue without data in the panel are `missing`, and so are
    nodes that say `available = false`, with the aggregates that are left without a child.

    >>> from heban.domain.indicator import Indicator
    >>> import xarray as xr
    >>> leaf, root = Indicator("x", "甲", "X", "件", parent="i"), Indicator("i", "指数", "Index", "分")
    >>> values = xr.DataArray([[[1.0]]], dims=("place", "year", "indicator"),
    ...     coords={"place": ["a"], "year": [2020], "indicator": ["x"]})
    >>> compiled(IndexSpec(root="i"), Panel(values, Catalogue({"i": root, "x": leaf}))).codes
    ('x', 'i')
    """
    faults: list[str] = []
    known = dict.fromkeys(panel.indicators)  # quick to look up, and in order when listed
    nodes = list(spec.nodes) or _of_catalogue(panel.catalogue, spec.root, known, faults.append)
    keys = [f"nodes.{number}" if spec.nodes else node.code for number, node in enumerate(nodes)]
    _check_links(nodes, keys, spec.root, faults.append)
    if faults:
        raise refusal(faults)
    present, missing = _present(nodes, bool(spec.nodes))
    by_code = {node.code: key for node, key in zip(nodes, keys, strict=True)}
    _check_nodes(present, by_code, known, faults.append)
    if spec.root not in {node.code for node in present}:
        faults.append(f"root = {spec.root!r}: none of its indicators has data in the panel.")
    if faults:
        raise refusal(faults)
    return _arranged(present, missing)


def _of_catalogue(catalogue: Catalogue, root: str, known: Collection[str], refuse: Refuse) -> list[Node]:
    """Return the catalogue below the root as nodes; a leaf that the panel lacks is not available."""
    if root not in catalogue:
        refuse(f"root = {root!r}: the catalogue has no such code. {near(root, [i.code for i in catalogue])}")
        return []
    inner = [catalogue[root]]
    for parent in inner:
        inner.extend(catalogue.children(parent.code))
    nodes = []
    for one in inner:
        leaf = not catalogue.children(one.code)
        if leaf and one.direction == 0 and one.code in known:
            refuse(f"{one.code}.direction = 0: an indicator of an index points up (1) or down (-1). "
                   "Give its direction in the catalogue.")  # fmt: skip
        nodes.append(
            Node(
                code=one.code,
                parent="" if one.code == root else one.parent,
                weight=one.weight,
                direction=-1 if one.direction == -1 else 1,
                available=not leaf or one.code in known,
            )
        )
    return nodes


def _check_links(nodes: Sequence[Node], keys: Sequence[str], root: str, refuse: Refuse) -> None:
    codes = [node.code for node in nodes]
    if root not in codes and nodes:
        refuse(f"root = {root!r}: no node has that code. {near(root, codes)}")
        return
    parents = {node.code: node.parent for node in nodes}
    for number, (node, key) in enumerate(zip(nodes, keys, strict=True)):
        if node.code in codes[:number]:
            refuse(f"{key}.code = {node.code!r}: two nodes have it. Give one another code; `indicator` may "
                   "name the same indicator twice.")  # fmt: skip
        if node.code == root and node.parent:
            refuse(f"{key}.parent = {node.parent!r}: {root} is the root and hangs under nothing.")
        elif node.code != root and not node.parent:
            refuse(f"{key}.parent: {node.code} hangs under nothing, as only the root {root} does.")
        elif node.parent and node.parent not in parents:
            refuse(f"{key}.parent = {node.parent!r}: no node has that code. {near(node.parent, codes)}")
        elif node.code in (circle := _circle(node.code, parents)):
            refuse(f"{key}.parent = {node.parent!r}: {' > '.join([*circle, circle[0]])} is a circle.")


def _circle(code: str, parents: Mapping[str, str]) -> list[str]:
    """Return the way from a code up to itself, if there is one."""
    way, at = [code], parents[code]
    while at in parents and at not in way:
        way.append(at)
        at = parents[at]
    return way if at == code else []


def _present(nodes: Sequence[Node], by_hand: bool) -> tuple[list[Node], dict[str, str]]:
    """Return the nodes with data, and the reason for each of the others."""
    reason = "the specification lists it without data" if by_hand else "the panel does not have it"
    missing: dict[str, str] = {}
    inner = {node.parent for node in nodes}
    for node in nodes:
        if not node.available:
            missing[node.code] = reason
    while True:
        alive = {node.parent for node in nodes if node.code not in missing}
        left = [node for node in nodes if node.code not in missing]
        bare = {n.code: "no part of it has data" for n in left if n.code in inner and n.code not in alive}
        bare |= {n.code: f"{n.parent} is left out" for n in left if n.parent in missing}
        if not bare:
            return left, missing
        missing.update(bare)


def _check_nodes(
    nodes: Sequence[Node], keys: Mapping[str, str], known: Collection[str], refuse: Refuse
) -> None:
    inner = {node.parent for node in nodes}
    for node in nodes:
        key = keys[node.code]
        leaf = node.code not in inner
        name = node.indicator or node.code
        if leaf and name not in known:
            refuse(f"{key}.{'indicator' if node.indicator else 'code'} = {name!r}: the panel has no such "
                   f"indicator. {near(name, known)} Or say available = false.")  # fmt: skip
        if leaf and node.denominator and node.denominator not in known:
            refuse(f"{key}.denominator = {node.denominator!r}: the panel has no such indicator. "
                   f"{near(node.denominator, known)}")  # fmt: skip
        if node.goalposts is not None and not node.goalposts[0] < node.goalposts[1]:
            refuse(f"{key}.goalposts = {node.goalposts!r}: the lower comes first, whatever the direction.")
        for extra in ("denominator", "target", "goalposts", "indicator"):
            if not leaf and getattr(node, extra) not in (None, ""):
                refuse(f"{key}.{extra} = {getattr(node, extra)!r}: {node.code} is no indicator but an "
                       "aggregate; give it to its indicators.")  # fmt: skip
    for parent in sorted(inner - {""}):
        if not any(node.weight for node in nodes if node.parent == parent):
            refuse(f"weights: all children of {parent} weigh 0; give one of them more.")


def _arranged(nodes: Sequence[Node], missing: Mapping[str, str]) -> Hierarchy:
    children: dict[str, list[Node]] = {}
    for node in nodes:
        children.setdefault(node.parent, []).append(node)

    def level(node: Node) -> int:
        return 1 + max((level(child) for child in children.get(node.code, [])), default=0)

    levels = {node.code: level(node) for node in nodes}
    ordered = sorted(nodes, key=lambda node: levels[node.code])
    numbers = {node.code: number for number, node in enumerate(ordered)}
    leaves = [node for node in ordered if levels[node.code] == 1]
    nothing = (np.nan, np.nan)
    return Hierarchy(
        codes=tuple(numbers),
        indicators=tuple(node.indicator or node.code for node in leaves),
        parents=np.array([numbers.get(node.parent, -1) for node in ordered], dtype=np.intp),
        levels=np.array([levels[node.code] for node in ordered], dtype=np.intp),
        weights=np.array([node.weight for node in ordered], dtype=np.float64),
        directions=np.array([node.direction for node in ordered], dtype=np.float64),
        denominators=tuple(node.denominator for node in leaves),
        targets=np.array([np.nan if n.target is None else n.target for n in leaves], dtype=np.float64),
        goalposts=np.array([n.goalposts or nothing for n in leaves], dtype=np.float64),
        missing=dict(missing),
    )
