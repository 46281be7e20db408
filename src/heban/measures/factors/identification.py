"""Which coefficients a panel can carry, and why it cannot carry the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from heban.measures.factors.within import Within

Floats = npt.NDArray[np.float64]

FLAT = 1e-9  # share of a term's variation that must be left beside the effects and the terms before it
PART = 1e-6  # standardised weight below which a term has no part in repeating another

Reason = Literal["constant", "no_variation", "common", "collinear", "few_rows"]


class Term(NamedTuple):
    """A coefficient: a factor, so many calendar years before the outcome."""

    factor: str
    lag: int = 0

    def __str__(self) -> str:
        return self.factor if self.lag == 0 else f"{self.factor} (t−{self.lag})"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A term that was let go, and why; `beside` names the terms that together say the same.

    "constant": it never varies; "no_variation": not over the years within a place; "common": it runs alike
    in all places, so that effects of years take it up; "collinear": terms before it repeat it beside the
    effects; "few_rows": fewer rows than coefficients.
    """

    term: Term
    reason: Reason
    beside: tuple[Term, ...] = ()


def identified(
    terms: tuple[Term, ...], x: Floats, effects: Within
) -> tuple[list[int], tuple[LeftOut, ...], Floats]:
    """Return which columns the rows can carry, the others with reasons, and the residues of the former.

    `x` (row, term). A term goes when less than 1e-9 of its variation is left beside the effects, or beside
    the terms before it (ours); the order of the terms decides which of two that repeat each other stays.

    >>> from heban.measures.factors.within import within
    >>> effects = within(["a", "a", "a", "b", "b", "b"], [1, 2, 3, 1, 2, 3])
    >>> x = np.column_stack([[1.0, 2, 4, 1, 3, 2], [5.0, 5, 5, 7, 7, 7], [1.0, 2, 3, 1, 2, 3]])
    >>> kept, gone, _ = identified((Term("u"), Term("v"), Term("w")), x, effects)
    >>> kept, [(str(each.term), each.reason) for each in gone]
    ([0], [('v', 'no_variation'), ('w', 'common')])
    """
    left = effects.residues(x)
    size = np.sqrt((left**2).sum(axis=0))
    keep: list[int] = []
    gone: list[LeftOut] = []
    spare = len(x) - effects.rank - 1
    for column, reason in enumerate(_flat(x, effects.centred(x), left)):
        if reason is None:
            unit = left[:, [*keep, column]] / size[[*keep, column]]
            weight = np.linalg.lstsq(unit[:, :-1], unit[:, -1], rcond=None)[0]
            if ((unit[:, -1] - unit[:, :-1] @ weight) ** 2).sum() > FLAT:
                keep.append(column)
                continue
            beside = tuple(terms[each] for each, w in zip(keep, weight, strict=True) if abs(w) > PART)
            gone.append(LeftOut(terms[column], "collinear", beside))
        else:
            gone.append(LeftOut(terms[column], reason))
    if len(keep) > spare:
        gone += [LeftOut(terms[column], "few_rows") for column in keep]
        keep = []
    return keep, tuple(gone), left[:, keep]


def _flat(x: Floats, centred: Floats, left: Floats) -> list[Reason | None]:
    """Return for each column why nothing of it is left beside the effects, or None."""
    about = ((x - x.mean(axis=0)) ** 2).sum(axis=0)
    inside, rest = (centred**2).sum(axis=0), (left**2).sum(axis=0)
    rounding = len(x) * (np.abs(x).max(axis=0, initial=0.0) * 1e-13) ** 2
    found: list[Reason | None] = []
    for total, own, last, noise in zip(about, inside, rest, rounding, strict=True):
        if total <= noise:
            found.append("constant")
        elif own <= max(FLAT * total, noise):
            found.append("no_variation")
        else:
            found.append("common" if last <= max(FLAT * own, noise) else None)
    return found
