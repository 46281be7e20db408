"""What the head of a column means: an indicator, in which unit, of which year; or why it is set aside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from heban.records.sheets.indicators import listed
from heban.records.sheets.labels import alternatives, flat, head, is_derived, is_total, split_unit, year_in
from heban.records.sheets.lexicon import Lexicon

_NUMBERING = re.compile(r"\(?(?:\d{1,3}|[甲乙丙丁])\)?")


@dataclass(frozen=True, slots=True)
class Head:
    """How a head was understood.

    `label` is its text without years, as the mapping names it; `unit` is the unit that it
    states, empty when it states none; `times` is what its figures are multiplied with to be
    in the catalogue's unit. `aside` says why it is not read, `problem` why it cannot be.
    """

    label: str
    indicator: str = ""
    unit: str = ""
    year: int | None = None
    times: Decimal | None = None
    new: bool = False
    aside: str = ""
    problem: str = ""
    repair: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a sheet says of all its columns: its indicator, its unit, its year, and shared lowest levels."""

    indicator: str = ""
    unit: str = ""
    year: int | None = None
    shared: frozenset[str] = frozenset()


def understand(levels: Sequence[str], lexicon: Lexicon, setting: Setting) -> Head:
    """Return what a head of one or more levels means; what the mapping says of it decides.

    New indicators are added to the lexicon when it is `adding`.
    """
    texts, year, problem = _without_years(levels, setting.year)
    label = " / ".join(flat(text) for text in texts)
    mapped = lexicon.mapping.indicators.get(label)
    if mapped is not None and "skip" in mapped:
        return Head(label, aside=str(mapped["skip"]) or "set aside by the mapping")
    if mapped is not None:
        _, unit = _parted(texts, lexicon)
        found = _find(texts, label, lexicon, setting) if "indicator" not in mapped else Head(label)
        code, unit = str(mapped.get("indicator", found.indicator)), str(mapped.get("unit", unit))
        year = mapped.get("year", year)
        return _measured(replace(found, indicator=code, unit=unit, year=year), lexicon, setting)
    if problem:
        return Head(label, problem=problem, repair="map it in [indicators] with its indicator and its year")
    if not texts and not setting.indicator:
        return Head(
            label, year=year, problem="no indicator is named", repair="name it in the head or in [sheets]"
        )
    return _measured(replace(_find(texts, label, lexicon, setting), year=year), lexicon, setting)


def shared_levels(heads: Iterable[Sequence[str]]) -> frozenset[str]:
    """Return the lowest levels that stand below different upper ones: 发明 below 申请 and below 授权.

    >>> sorted(shared_levels([["申请", "发明"], ["授权", "发明"], ["投入", "经费"]]))
    ['发明']
    """
    above: dict[str, set[tuple[str, ...]]] = {}
    for levels in heads:
        if levels:
            above.setdefault(levels[-1], set()).add(tuple(levels[:-1]))
    return frozenset(lowest for lowest, uppers in above.items() if len(uppers) > 1)


def names_of(levels: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Return the levels that are names: without years, numbering and units."""
    texts, _, _ = _without_years(levels, None)
    return _parted(texts, lexicon)[0]


def _without_years(levels: Sequence[str], known: int | None) -> tuple[list[str], int | None, str]:
    """Return the levels without years, the year that they name, and what is wrong with it.

    A level that is a year is one. A year inside a name is one too, unless the sheet has its
    own: then it may belong to the name (2020 prices), and that is not guessed.
    """
    whole: set[int] = set()
    inside: set[int] = set()
    texts: list[str] = []
    for level in levels:
        year, rest = year_in(level)
        if year is not None:
            (inside if rest else whole).add(year)
        if rest and not _NUMBERING.fullmatch(rest) and head(rest) != "value" and rest not in texts[-1:]:
            texts.append(rest)
    years = whole or inside
    if len(whole | inside) > 1:
        return texts, None, f"names two years: {', '.join(map(str, sorted(whole | inside)))}"
    year = next(iter(years), None)
    if not whole and year is not None and known not in (None, year):
        return list(levels), None, f"names the year {year} in a table of {known}"
    return texts, year, ""


def _parted(texts: Sequence[str], lexicon: Lexicon) -> tuple[list[str], str]:
    """Part the levels into names and the unit, which may be a level of its own or stand after a name."""
    names = [text for text in texts if not lexicon.is_unit(flat(text))]
    # "patents" may be an indicator's name and a unit: alone it is the name.
    names = names or [text for text in texts if lexicon.indicators.find(text)][-1:]
    units = [flat(text) for text in texts if text not in names and lexicon.is_unit(flat(text))]
    if units:
        return names, units[-1]
    for at in reversed(range(len(names))):
        texts = alternatives(names[at])
        parts = [split_unit(text, lexicon.is_unit) for text in texts]
        found = next((part for part in parts if part), None)
        # "R&D personnel (FTE)" may be a name of the catalogue, brackets and all.
        whole = lexicon.indicators.find(names[at])
        if found and (whole is None or whole == lexicon.indicators.find(found[0])):
            lines = [part[0] if part else text for part, text in zip(parts[1:], texts[1:], strict=True)]
            return [*names[:at], "\n".join(lines) or found[0], *names[at + 1 :]], found[1]
    return names, ""


def _find(texts: Sequence[str], label: str, lexicon: Lexicon, setting: Setting) -> Head:
    names, unit = _parted(texts, lexicon)
    unit = unit or setting.unit
    if not names:
        return Head(label, setting.indicator, unit)
    above_only = names[-1] in setting.shared and len(names) > 1
    code = lexicon.indicators.find_in(names)
    if above_only and code is not None and code == lexicon.indicators.find(names[-1]):
        code = lexicon.indicators.find_in([f"{names[-2]}{names[-1]}"])
    if code is not None:
        return Head(label, code, unit)
    if is_total(names[-1]):
        return Head(label, aside="a total over the other columns")
    if is_derived(label):
        return Head(label, aside="a rank or a growth, computed from figures")
    if lexicon.adding:
        return _added(names, unit, label, lexicon, above_only=above_only)
    near = listed(lexicon.indicators.near(names[-1]))
    repair = "map it in [indicators], or add it with --add-indicators"
    return Head(label, unit=unit, problem=f"no indicator of the catalogue has this name{near}", repair=repair)


def _added(names: Sequence[str], unit: str, label: str, lexicon: Lexicon, *, above_only: bool) -> Head:
    """Add the indicator below the pillar that its top level names, which is added too if need be."""
    if not unit:
        repair = "write the unit in the head, or add the indicator in the mapping's [add]"
        return Head(label, problem="a new indicator needs a unit, and the head states none", repair=repair)
    name = f"{names[-2]}{names[-1]}" if above_only else names[-1]
    above = names[: -2 if above_only else -1]
    parent = _pillar(above[0], lexicon) if above and lexicon.root else ""
    new = lexicon.indicators.add(name, unit, parent)
    return Head(label, new.code, unit, new=True)


def _pillar(name: str, lexicon: Lexicon) -> str:
    code = lexicon.indicators.find(name)
    if code is None:
        return lexicon.indicators.add(
            name, lexicon.indicators.known[lexicon.root].unit, lexicon.root, aggregate=True
        ).code
    return code if lexicon.indicators.is_aggregate(code) else ""


def _measured(found: Head, lexicon: Lexicon, setting: Setting) -> Head:
    """Set the ratio between the unit of the head and that of the catalogue."""
    if found.aside or found.problem:
        return found
    if not found.indicator:
        return replace(found, problem="no indicator is named", repair="map it in [indicators]")
    if found.indicator not in lexicon.indicators.known:
        near = listed(lexicon.indicators.near(found.indicator))
        problem = f"the mapping names {found.indicator!r}, which the catalogue does not have{near}"
        return replace(found, problem=problem, repair="give a code of the catalogue, or add it in [add]")
    unit = found.unit or setting.unit
    if not unit:
        return replace(found, times=Decimal(1))
    return measured_in(replace(found, unit=unit), unit, lexicon)


def measured_in(found: Head, unit: str, lexicon: Lexicon) -> Head:
    """Return a head whose figures are in a unit, or its problem when the ratio is not known."""
    times = lexicon.indicators.ratio(unit, found.indicator)
    if times is not None:
        return replace(found, unit=unit, times=times)
    wanted = lexicon.indicators.known[found.indicator].unit
    problem = f"the figures are in {unit!r}, {found.indicator!r} is in {wanted!r}, and the ratio is not known"
    return replace(
        found, unit=unit, problem=problem, repair=f"convert them to {wanted}, or map the right indicator"
    )
