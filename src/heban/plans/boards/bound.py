"""What follows for factors that are bound to their place: they are measured, and no plan moves them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.domain.place import Language
from heban.plans.boards.board import Boards
from heban.plans.spec import Factor

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Consequence:
    """A bound factor: who is short of it, who is long, and which factors of its pillar can be planned.

    `short` and `long` hold places with what they lack or have beyond their need, in the unit of the board,
    the largest first; `unknown` the places without a board.
    """

    factor: Factor
    short: tuple[tuple[str, float], ...]
    long: tuple[tuple[str, float], ...]
    unknown: tuple[str, ...]
    movable: tuple[Factor, ...]

    def said(self, lang: Language, names: Mapping[str, str] | None = None) -> str:
        """Return what follows as sentences; `names` gives places their names, else they are said by code.

        >>> wealth = Factor(code="wealth", source="statistics:wealth", zh="人均GDP", en="GDP per head")
        >>> Consequence(wealth, (("b", 2.0),), (), (), ()).said("en")
        'GDP per head is bound to its place and in no plan: what one city has beyond its need cannot reach \
another. b can only grow it at home.'
        """
        known = names or {}
        listed = ("、" if lang == "zh" else ", ").join(known.get(place, place) for place, _ in self.short)
        movable = [one.zh if lang == "zh" else one.en for one in self.movable]
        return (
            _chinese(self.factor, listed, movable) if lang == "zh" else _english(self.factor, listed, movable)
        )


def consequences(boards: Boards) -> tuple[Consequence, ...]:
    """Return, for each factor bound to its place, what follows from its boards.

    A surplus of it helps nobody else, so it enters no plan; a place that is short of it can only let it
    grow at home. What can be done from outside lies in the factors of the same pillar that are
    transferable or shareable. In the order of the factors.

    >>> [(one.factor.code, one.short, one.long) for one in consequences(_demo())]
    [('wealth', (('b', 5.0), ('c', 3.0)), (('a', 2.0),))]
    """
    return tuple(_of(boards, int(number)) for number in np.flatnonzero(~boards.planned))


def _of(boards: Boards, number: int) -> Consequence:
    factor = boards.factors[number]
    known = ~np.isnan(boards.value[:, number]) & ~np.isnan(boards.need[:, number])
    return Consequence(
        factor,
        _ranked(boards.places, boards.deficit[:, number]),
        _ranked(boards.places, boards.surplus[:, number]),
        tuple(place for place, is_known in zip(boards.places, known, strict=True) if not is_known),
        tuple(
            one
            for one in boards.factors
            if factor.pillar and one.pillar == factor.pillar and one.mobility != "bound"
        ),
    )


def _ranked(places: tuple[str, ...], amount: Floats) -> tuple[tuple[str, float], ...]:
    """Return the places with something, the largest first."""
    some = [(place, float(much)) for place, much in zip(places, amount, strict=True) if much > 0]
    return tuple(sorted(some, key=lambda pair: -pair[1]))


def _english(factor: Factor, listed: str, movable: list[str]) -> str:
    name = factor.en or factor.code
    said = f"{name} is bound to its place and in no plan: "
    said += "what one city has beyond its need cannot reach another."
    said += f" {listed} can only grow it at home." if listed else " No place is short of it."
    if listed and movable:
        said += f" What others can help with is what moves in the same pillar: {', '.join(movable)}."
    return said


def _chinese(factor: Factor, listed: str, movable: list[str]) -> str:
    name = factor.zh or factor.code
    said = f"{name}附着于本地，不进入方案：一个城市的多余到不了别的城市。"
    said += f"{listed}只能靠本地生长补上。" if listed else "没有地方短缺。"
    if listed and movable:
        said += f"外地帮得上的，是同一支柱中可以流动的：{'、'.join(movable)}。"
    return said


def _demo() -> Boards:
    """One bound factor of three places that need 10 each."""
    wealth = Factor(code="wealth", source="statistics:wealth", zh="人均GDP", en="GDP per head")
    value: npt.NDArray[np.float64] = np.array([[12.0], [5.0], [7.0]])
    need = np.full((3, 1), 10.0)
    return Boards(tuple("abc"), (wealth,), value, value, value, need, need, need, np.ones((3, 1)))
