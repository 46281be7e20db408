"""Boards from amounts: values, needs and bands as a specification declares them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.plans.boards.bands import band
from heban.plans.boards.board import Boards
from heban.plans.boards.fitted import fitted
from heban.plans.boards.note import Note
from heban.plans.boards.quantiles import quantile
from heban.plans.spec import Factor, PlanSpec

Floats = npt.NDArray[np.float64]
Groups = Mapping[str, Sequence[str]]
Ends = tuple[Floats, Floats, Floats]

PARTS = ("value", "value_low", "value_high", "need", "need_low", "need_high", "scale")
NOT_THERE = ("表中没有它的数量", "the table has no amounts of it")


def build(
    amounts: pd.DataFrame,
    spec: PlanSpec,
    groups: Groups | None = None,
    *,
    missing: Mapping[str, tuple[str, str]] | None = None,
    level: float = 0.9,
    draws: int = 1000,
    seed: int = 0,
) -> Boards:
    """Return the boards of places: what each has of every factor, what it needs of it, and how sure both are.

    `amounts` has a row for each place and a column for each factor and quantity of the specification, as
    `records.amounts` reads them; a column that is not there makes the factor missing, with the reason that
    `missing` gives. Value = amount / (per / per_size), with its band (`bands.band`). Need: the number
    declared; the quantile of all rows or of the members of a group (`quantiles.quantile`), the same for
    every place; or what places of like size and structure have (`fitted.fitted`), for each place from the
    others. A place whose `per` is 0 or not known has no board (§1). With `spec.group` only its members get
    boards, but needs are taken from all rows. `level` is that of every interval (默认值待核): when both
    intervals are as wide, boards that meet their need are called long, and short, once in a hundred times
    each. Raises `BadSpec` for a place that stands twice and for needs that lack what they rest on,
    `UnknownName` for a group that is not there.

    >>> table, spec = _demo()
    >>> boards = build(table, spec)
    >>> [factor.code for factor in boards.factors], boards.value[:, 0].tolist(), boards.need[:, 0].tolist()
    (['labs'], [6.0, 1.0, 2.0], [2.0, 2.0, 2.0])
    >>> boards.surplus[:, 0].round(2).tolist(), boards.deficit[:, 0].round(2).tolist()
    ([3.4, 0.0, 0.0], [0.0, 0.9, 0.0])
    >>> boards.missing["hours"][1]
    'the table has no amounts of it'
    """
    if not 0 < level < 1:
        raise BadSpec(f"level is {level:g} and must lie above 0 and below 1, as 0.9.")
    _check(amounts, spec)
    table = amounts.set_axis(amounts.index.map(str)).sort_index()  # chance does not depend on the order
    chosen = set(_members(spec.group, groups or {}) if spec.group else table.index)
    places = [code for code in amounts.index.map(str) if code in chosen]
    rows = table.index.get_indexer(places)
    reasons = dict(missing or {})
    lacking = {one.code: why for one in spec.factors if (why := _lacks(one, table, spec, reasons))}
    kept = tuple(one for one in spec.factors if one.code not in lacking)
    columns, notes = [], {}
    for factor in kept:
        scale = _scale(factor, table)
        value = _value(factor, table[factor.code].to_numpy(dtype=float), scale, level)
        need, said = _need(factor, value[0], table, groups or {}, level, draws, seed)
        columns.append((*value, *need, scale))
        if said := (*said, *_absent(places, (value[0] + need[0])[rows], need[0])):
            notes[factor.code] = said
    parts = np.array(columns).reshape(len(kept), 7, len(table))[:, :, rows].transpose(1, 2, 0)
    arrays = dict(zip(PARTS, parts, strict=True))
    return Boards(places=tuple(places), factors=kept, missing=lacking, notes=notes, **arrays)


def _check(amounts: pd.DataFrame, spec: PlanSpec) -> None:
    """Refuse tables and needs that no board can be made of."""
    codes = amounts.index.map(str)
    twice = codes[codes.duplicated()]
    if len(twice):
        raise BadSpec(f"the amounts name a place twice: {', '.join(twice.unique())}.")
    for factor in spec.factors:
        key = f"factors.{factor.code}"
        if factor.need.kind == "absolute" and factor.need.value is None:
            raise BadSpec(f"{key}.need: an absolute need has a number. Give value.")
        if factor.need.kind == "fitted" and not factor.need.on:
            raise BadSpec(f"{key}.need: a fitted need is explained by quantities. Give their codes as on.")
        if factor.need.kind == "fitted" and not 0 < factor.need.at < 1:
            raise BadSpec(f"{key}.need.at: a fitted need is no extreme. Give a share above 0 and below 1.")
        for code in (*factor.need.on, *((factor.per,) if factor.per else ())):
            spec.quantity(code)
        if factor.code in factor.need.on:
            raise BadSpec(f"{key}.need.on: a factor does not explain its own need. Leave {factor.code} out.")


def _lacks(
    factor: Factor, table: pd.DataFrame, spec: PlanSpec, reasons: Mapping[str, tuple[str, str]]
) -> tuple[str, str] | None:
    """Return why a factor has no boards: it, or what it is measured per or explained by, is not there."""
    if factor.code not in table:
        return reasons.get(factor.code, NOT_THERE)
    explained = factor.need.on if factor.need.kind == "fitted" else ()
    for code in (*((factor.per,) if factor.per else ()), *explained):
        if code not in table:
            one = spec.quantity(code)
            zh, en = reasons.get(code, NOT_THERE)
            return (
                f"它所依据的“{one.zh or code}”没有：{zh}",
                f"it rests on {one.en or code}, which is missing: {en}",
            )
    return None


def _absent(places: Sequence[str], known: Floats, need: Floats) -> tuple[Note, ...]:
    """Return the places without a value or a need, unless there is no need at all, which other notes say."""
    absent = tuple(place for place, number in zip(places, known, strict=True) if np.isnan(number))
    return (Note("absent", absent),) if absent and np.isfinite(need).any() else ()


def _members(code: str, groups: Groups) -> list[str]:
    if code not in groups:
        raise unknown("group", code, groups, "the region")
    return [str(place) for place in groups[code]]


def _scale(factor: Factor, table: pd.DataFrame) -> Floats:
    """Return how many units a place's amount is divided by; NaN where that is 0 or not known."""
    if not factor.per:
        return np.ones(len(table))
    size = table[factor.per].to_numpy(dtype=float) / factor.per_size
    return np.where(size > 0, size, np.nan)


def _value(factor: Factor, amount: Floats, scale: Floats, level: float) -> Ends:
    low, high = band(amount, factor.band, level)
    return amount / scale, low / scale, high / scale


def _need(
    factor: Factor,
    value: Floats,
    table: pd.DataFrame,
    groups: Groups,
    level: float,
    draws: int,
    seed: int,
) -> tuple[Ends, tuple[Note, ...]]:
    """Return the need of every row with its interval, and what must be said of it."""
    need = factor.need
    if need.kind == "absolute":
        number = np.full(len(value), need.value, dtype=float)
        return (number, number, number), ()
    if need.kind == "quantile":
        return _quantile(factor, value, table, groups, level)
    by = table[list(need.on)].to_numpy(dtype=float)
    places = tuple(table.index)
    made = fitted(value, by, places, at=need.at, log=need.log, level=level, draws=draws, seed=seed)
    return (made.need, made.low, made.high), made.notes


def _quantile(
    factor: Factor, value: Floats, table: pd.DataFrame, groups: Groups, level: float
) -> tuple[Ends, tuple[Note, ...]]:
    need = factor.need
    among = value[table.index.isin(_members(need.group, groups))] if need.group else value
    if need.group and np.isnan(among).all():
        raise BadSpec(f"factors.{factor.code}.need.group: no member of {need.group!r} has a known value.")
    made = quantile(among, need.at, level)
    few = (Note("coverage", (), {"level": made.level, "asked": level}),) if made.level < level else ()
    nothing = (Note("nothing_needed"),) if made.value == 0 else ()
    low, middle, high = (np.full(len(value), part) for part in (made.low, made.value, made.high))
    return (middle, low, high), (*few, *nothing)


def _demo() -> tuple[pd.DataFrame, PlanSpec]:
    """Three cities: labs are needed as many as declared; nobody counted the hours of instruments."""
    labs = Factor.model_validate(
        {"code": "labs", "source": "institutions:laboratory", "need": {"kind": "absolute", "value": 2.0}}
    )
    hours = Factor(code="hours", source="holdings:hours")
    return pd.DataFrame({"labs": [6, 1, 2]}, index=list("abc")), PlanSpec(factors=(labs, hours))
