"""Whether a specification fits its panel: every key that names something must find it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from heban.domain.faults import near, refusal
from heban.measures.index.hierarchy import Hierarchy
from heban.measures.index.settings import of_node, settled
from heban.measures.index.spec import IndexSpec, Part


def check(
    spec: IndexSpec,
    hierarchy: Hierarchy,
    *,
    places: Iterable[str],
    years: Iterable[int],
    groups: Mapping[str, Mapping[str, Any]] | None = None,
) -> None:
    """Raise `BadSpec` naming every key that asks for what is not there.

    `places` and `years` are those of the index, `groups` the groupings at hand: name → place → group.

    >>> from heban.domain.indicator import Catalogue, Indicator
    >>> from heban.measures.index.hierarchy import compiled
    >>> from heban.measures.index.spec import Treat, TreatOne
    >>> from heban.records.panel import Panel
    >>> import xarray as xr
    >>> leaf, root = Indicator("x", "甲", "X", "件", parent="i"), Indicator("i", "指数", "Index", "分")
    >>> values = xr.DataArray([[[1.0]]], dims=("place", "year", "indicator"),
    ...     coords={"place": ["a"], "year": [2020], "indicator": ["x"]})
    >>> spec = IndexSpec(root="i", treat=Treat(of={"y": TreatOne(winmax=1)}))
    >>> tree = compiled(spec, Panel(values, Catalogue({"i": root, "x": leaf})))
    >>> check(spec, tree, places=["a"], years=[2020])
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the specification has 1 fault:
      treat.of.y: no indicator has that code. There is only x.
    """
    at = list(places)
    faults = [
        *_names(spec, hierarchy),
        *_imputing(spec, hierarchy, at, groups or {}),
        *_screening(spec, at),
        *_normalising(spec, hierarchy, at, list(years)),
        *_weighing(spec, hierarchy),
        *_aggregating(spec, hierarchy),
    ]
    if faults:
        raise refusal(list(dict.fromkeys(faults)))  # a fault of all is found at each indicator


def _names(spec: IndexSpec, hierarchy: Hierarchy) -> Iterator[str]:
    for step in (spec.impute, spec.treat, spec.normalise):
        for code in step.of:
            if code not in hierarchy.leaves and code not in hierarchy.missing:
                yield f"{_key(step)}.of.{code}: no indicator has that code. {near(code, hierarchy.leaves)}"
    inner = hierarchy.codes[hierarchy.size :]
    heights = {str(level) for level in hierarchy.levels if level > 1}
    for above in (spec.weigh, spec.aggregate):
        for code in above.of:
            if code not in inner and code not in heights and code not in hierarchy.missing:
                yield (f"{_key(above)}.of.{code}: no aggregate has that code, and no level that number. "
                       f"{near(code, inner)}")  # fmt: skip


def _key(part: Part) -> str:
    return type(part).__name__.lower()


def _imputing(
    spec: IndexSpec, hierarchy: Hierarchy, places: list[str], groups: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    told = set()
    for code in hierarchy.leaves:
        one = spec.impute.of.get(code)
        said = settled(spec.impute, one)
        key = f"impute.of.{code}" if one is not None else "impute"
        if key in told:
            continue
        told.add(key)
        if said["method"] == "constant" and said["value"] is None:
            yield f"{key}.value: the method constant needs the value to fill in."
        if said["method"] in ("group_mean", "group_median"):
            yield from _grouping(key, said["group"], places, groups)


def _grouping(
    key: str, name: str, places: list[str], groups: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    if name not in groups:
        yield f"{key}.group = {name!r}: no grouping of places has that name. {near(name, groups)}"
        return
    without = [place for place in places if place not in groups[name]]
    if without:
        yield f"{key}.group = {name!r}: it has no group for {', '.join(without[:10])}."


def _screening(spec: IndexSpec, places: list[str]) -> Iterator[str]:
    for key in ("forced_in", "forced_out"):
        for place in getattr(spec.screen, key):
            if place not in places:
                yield f"screen.{key} = {place!r}: the panel has no such place. {near(place, places)}"
    for place in sorted(set(spec.screen.forced_in) & set(spec.screen.forced_out)):
        yield f"screen.forced_in = {place!r}: it is forced out too; choose one."


def _normalising(spec: IndexSpec, hierarchy: Hierarchy, places: list[str], years: list[int]) -> Iterator[str]:
    whole = spec.normalise
    methods = {code: settled(whole, whole.of.get(code)) for code in hierarchy.leaves}
    based = whole.pool == "base" or any(said["method"] == "fixed_base" for said in methods.values())
    if (based or spec.aggregate.chain) and whole.base_year is None:
        yield "normalise.base_year: it is needed for pool = base, for fixed_base and for aggregate.chain."
    elif whole.base_year is not None and whole.base_year not in years:
        yield (f"normalise.base_year = {whole.base_year}: it is not among the years of the index, "
               f"{years[0]}–{years[-1]}.")  # fmt: skip
    for number, (code, said) in enumerate(methods.items()):
        method = said["method"]
        key = f"normalise.of.{code}" if code in whole.of else "normalise"
        if method == "goalposts" and not hierarchy.goalposts[number, 0] < hierarchy.goalposts[number, 1]:
            yield f"nodes: {code} is normalised by goalposts and has none; give goalposts = [low, high]."
        if method == "distance_to_target" and not abs(hierarchy.targets[number]) < float("inf"):
            yield f"nodes: {code} is normalised by its distance to a target and has none; give target."
        if method == "distance_to_reference" and said["reference"] not in places:
            yield (f"{key}.reference = {said['reference']!r}: the panel has no such place. "
                   f"{near(said['reference'], places)}")  # fmt: skip
        if method == "categorical" and not said.get("scores"):
            yield f"{key}.scores: categorical needs the scores, from the worst category to the best."
        if said["range"] is not None and not said["range"][0] < said["range"][1]:
            yield f"{key}.range = {said['range']!r}: the lower end comes first."
        if spec.aggregate.chain and method != "symmetric_growth":
            yield f"aggregate.chain = True: {code} is normalised by {method}; only symmetric_growth chains."


def _weighing(spec: IndexSpec, hierarchy: Hierarchy) -> Iterator[str]:
    lists = {"ahp": "judgements", "budget": "points"}
    for node in range(hierarchy.size, len(hierarchy.codes)):
        code = hierarchy.codes[node]
        said = of_node(spec.weigh, code, int(hierarchy.levels[node]))
        names = [hierarchy.codes[child] for child in hierarchy.children[node]]
        need = lists.get(said["method"])
        if need and not said.get(need):
            yield f"weigh.of.{code}.{need}: {said['method']} needs them."
        if need and sorted(said.get("children", ())) != sorted(names):
            yield (f"weigh.of.{code}.children = {list(said.get('children', ()))}: it names the order of the "
                   f"{need}; the children are {', '.join(names)}.")  # fmt: skip


def _aggregating(spec: IndexSpec, hierarchy: Hierarchy) -> Iterator[str]:
    for node in range(hierarchy.size, len(hierarchy.codes)):
        code = hierarchy.codes[node]
        said = of_node(spec.aggregate, code, int(hierarchy.levels[node]))
        order = said.get("order")
        children = len(hierarchy.children[node])
        if said["method"] == "owa" and order is not None and len(order) != children:
            yield f"aggregate.of.{code}.order: it has {len(order)} weights and {code} {children} children."
