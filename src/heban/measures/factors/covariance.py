"""Standard errors that let a place's years hang together, and how far they can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.measures.factors.within import Within, totals

Floats = npt.NDArray[np.float64]

NULL = 1e-9  # eigenvalue, of at most 1, below which a place fits a direction of its own exactly
SEEN = 0.95  # share of a variance that residuals must be able to show; ours, 默认值待核


@dataclass(frozen=True, eq=False)
class Spread:
    """The covariance of coefficients, and what the degrees of freedom of any sum of them need.

    `matrix` (term, term); `inverse` (term, term) is (X̃′X̃)⁻¹; `levers` (row, term) with which the residuals
    enter a coefficient; `span` (row, ·) an orthonormal basis of factors and years.
    """

    matrix: Floats
    inverse: Floats
    levers: Floats
    span: Floats
    effects: Within

    def variance(self, way: Floats) -> float:
        """Return the variance of Σ way · coefficient."""
        return max(float(way @ self.matrix @ way), 0.0)

    def freedom(self, way: Floats) -> float:
        """Return the degrees of freedom of that variance; NaN when the residuals cannot show it.

        ν = (tr P)²/Σ P², P_ij the covariance of what places i and j add when errors are independent and
        of one variance: the chi-square with the same mean and variance (Satterthwaite). tr P is then the
        variance itself, unless a place fits its own years exactly along the factor, as when one place
        alone had a policy: its error hides in the coefficient. Below 95 % of the variance nothing is told.
        """
        a = self.levers @ way
        place = self.effects.place
        seen = totals(self.span * a[:, None], place)
        joint = np.diag(np.bincount(place, a * a)) - seen @ seen.T
        trace, whole = float(np.trace(joint)), float(way @ self.inverse @ way)
        if not trace > SEEN * whole:
            return float("nan")
        return trace**2 / float((joint**2).sum())


def spread(x: Floats, residuals: Floats, effects: Within) -> Spread:
    """Return the covariance of least-squares coefficients, clustered by place and corrected for few places.

    CR2, the "bias-reduced linearisation": Σ s_i s_i′ with s_i = (X̃′X̃)⁻¹X̃_i′A_i e_i, A_i = (I − H_i)^(−½)
    (Moore–Penrose), H_i the block of place i in the projection on factors and years within places. It is
    unbiased when errors are independent and of one variance, however few the places are. `x` (row, term)
    less all effects, of full rank, `residuals` (row,).
    Sources: Bell and McCaffrey (2002), Survey Methodology 28: 169–181; Imbens and Kolesár (2016), Rev.
    Econ. Stat. 98: 701–712; with fixed effects, Pustejovsky and Tipton (2018), J. Bus. Econ. Stat. 36:
    672–683.

    >>> from heban.measures.factors.within import within
    >>> effects = within(["a", "a", "b", "b", "c", "c"], [1, 2, 1, 2, 1, 2], time_effects=False)
    >>> x = np.array([[-1.0], [1.0], [-1.0], [1.0], [-1.0], [1.0]])
    >>> made = spread(x, np.array([-1.0, 1.0, 1.0, -1.0, 0.0, 0.0]), effects)
    >>> made.matrix.round(6), round(made.freedom(np.array([1.0])), 6)
    (array([[0.333333]]), 2.0)
    """
    own, root = np.linalg.qr(x)
    span = np.column_stack([effects.basis, own])
    raw = np.linalg.solve(root, own.T).T  # X̃(X̃′X̃)⁻¹
    levers = np.empty_like(raw)
    order = np.argsort(effects.place, kind="stable")
    for rows in np.split(order, np.cumsum(np.bincount(effects.place))[:-1]):
        levers[rows] = _adjustment(span[rows]) @ raw[rows]
    scores = totals(levers * residuals[:, None], effects.place)
    inverse = np.linalg.inv(root)
    return Spread(scores.T @ scores, inverse @ inverse.T, levers, span, effects)


def _adjustment(part: Floats) -> Floats:
    """Return (I − VV′)^(−½) of a place's rows V of the basis."""
    values, vectors = np.linalg.eigh(np.eye(len(part)) - part @ part.T)
    inverse = np.where(values > NULL, 1 / np.sqrt(np.maximum(values, NULL)), 0.0)
    return np.asarray((vectors * inverse) @ vectors.T)
