"""The within transformation: what is left of figures beside the effects of places and years."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

SINGULAR = 1e-9  # singular value of year columns, over the greatest, that is nought but rounding


@dataclass(frozen=True, eq=False)
class Within:
    """The effects that are taken out: `place` (row,) numbered from 0, and the years.

    `times` (row, year) are columns of the years less their means in each place; `basis` (row, ·) is an
    orthonormal basis of them, empty without effects of years.
    """

    place: Numbers
    times: Floats
    basis: Floats

    @property
    def places(self) -> int:
        """How many places there are."""
        return int(self.place.max(initial=-1)) + 1

    @property
    def rank(self) -> int:
        """How many free numbers the effects of places and years are together."""
        return self.places + int(self.basis.shape[1])

    def centred(self, values: Floats) -> Floats:
        """Return values, (row, column), less the mean of each place."""
        return values - means(values, self.place)[self.place]

    def residues(self, values: Floats) -> Floats:
        """Return values, (row, column), less all effects: their residuals on place and year columns."""
        left = self.centred(values)
        left = left - self.basis @ (self.basis.T @ left)
        return left - self.basis @ (self.basis.T @ left)  # twice: rounding of the first is taken out too


def within(place: npt.ArrayLike, year: npt.ArrayLike, *, time_effects: bool = True) -> Within:
    """Return the effects of places, and of years, ready to be taken out of any figures.

    Residuals on all place and year columns, exact for panels with gaps: the years' columns are centred in
    each place and turned into an orthonormal basis (Frisch and Waugh), so that nothing is iterated and no
    tolerance is met. Years and places that no chain of rows joins cost as many columns as they need.
    Sources: Frisch and Waugh (1933), Econometrica 1: 387–401; Lovell (1963), J. Am. Stat. Assoc. 58:
    993–1010.

    >>> effects = within(["a", "a", "b", "b"], [1, 2, 1, 2])
    >>> effects.residues(np.array([[1.0], [2.0], [5.0], [9.0]])).ravel()
    array([ 0.75, -0.75, -0.75,  0.75])
    """
    codes = np.unique(np.asarray(place), return_inverse=True)[1].astype(np.int64)
    labels, number = np.unique(np.asarray(year), return_inverse=True)
    columns = np.eye(len(labels))[number] if time_effects else np.empty((len(codes), 0))
    times = columns - means(columns, codes)[codes]
    left, size, _ = np.linalg.svd(times, full_matrices=False)
    return Within(codes, times, left[:, size > SINGULAR * size.max(initial=1.0)])


def means(values: Floats, place: Numbers) -> Floats:
    """Return the mean of each column, (row, column), in each place: (place, column).

    >>> means(np.array([[1.0], [3.0], [5.0]]), np.array([0, 0, 1]))
    array([[2.],
           [5.]])
    """
    return totals(values, place) / np.bincount(place)[:, None]


def totals(values: Floats, place: Numbers) -> Floats:
    """Return the sum of each column, (row, column), in each place: (place, column).

    >>> totals(np.array([[1.0], [3.0], [5.0]]), np.array([0, 0, 1]))
    array([[4.],
           [5.]])
    """
    made = np.zeros((int(place.max(initial=-1)) + 1, values.shape[1]))
    np.add.at(made, place, values)
    return made


def compared(place: Numbers, year: Numbers, *, time_effects: bool = True) -> Mask:
    """Return which rows can be compared with another one: not alone in their place, nor in their year.

    A row that is alone is fitted exactly by its own effect, tells nothing, and would be counted as a place
    all the same. Leaving it out may leave another alone, so this is repeated.
    Source: Correia (2015), Singletons, cluster-robust standard errors and fixed effects, Duke University.

    >>> compared(np.array([0, 0, 1]), np.array([2010, 2011, 2011]))
    array([False, False, False])
    >>> compared(np.array([0, 0, 1]), np.array([2010, 2011, 2011]), time_effects=False)
    array([ True,  True, False])
    """
    keep = np.ones(len(place), dtype=bool)
    keys = [np.unique(each, return_inverse=True)[1] for each in ((place, year) if time_effects else (place,))]
    while True:
        alone = np.zeros_like(keep)
        for key in keys:
            alone |= keep & (np.bincount(key[keep], minlength=key.max(initial=0) + 1)[key] < 2)
        if not alone.any():
            return keep
        keep &= ~alone
