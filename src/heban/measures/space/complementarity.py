"""Between places: fields in common, fields side by side, and what a partner could add to a place's gaps."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec, unknown
from heban.measures.space.matrices import Amounts, Floats, labelled, presences, table
from heban.measures.space.quotient import presence


def technological_similarity(amounts: Amounts, *, quotient: float = 0.0) -> pd.DataFrame:
    """Return how far a place (row) and a partner (column) are in the same classes.

    S_ij = (o_ij + o_ji)/(x_i + x_j) · o_ij/x_i, with o_ij what i has in the classes that both have: the share
    of all that the two have in common classes, times that of the place alone. From 0 (no common class) to 1
    (only common classes); 1 on the diagonal; not symmetric. A class is a place's own when it has any of it;
    with `quotient` only from that location quotient on, since large places have something of everything.
    NaN for a place that has nothing.
    Source: Makri, Hitt & Lane, Strategic Management Journal 31 (2010) 602–628, for firms; the reading of
    their overlap as what both have in common classes is ours.

    >>> amounts = pd.DataFrame({"x": [3.0, 1.0], "y": [1.0, 0.0], "z": [0.0, 3.0]}, index=["a", "b"])
    >>> found = technological_similarity(amounts)
    >>> found.loc["a", "b"], found.loc["b", "a"]
    (np.float64(0.375), np.float64(0.125))
    """
    given = table(amounts)
    common, total = _in_common(*_own(given, quotient)), given.to_numpy().sum(axis=1)
    return _square(_overlap(common, total) * _of_own(common, total), given)


def technological_complementarity(
    amounts: Amounts, parents: Mapping[str, str], *, quotient: float = 0.0
) -> pd.DataFrame:
    """Return how far a place (row) and a partner (column) are side by side: same subcategory, other class.

    C_ij = (O_sub − O_class) · g_ij/x_i, with O the share of all that the two have in common subcategories and
    in common classes, and g_ij what i has in the common subcategories. `parents` names the subcategory of
    every class, such as the section or class of a subclass of the IPC. From 0 towards 1; 0 on the diagonal
    and for places with the same classes; not symmetric. Own classes, and NaN, as in
    `technological_similarity`.
    Source: Makri, Hitt & Lane (2010), with the same reading.

    >>> amounts = pd.DataFrame({"x1": [4.0, 0.0], "x2": [0.0, 2.0], "y": [0.0, 2.0]}, index=["a", "b"])
    >>> found = technological_complementarity(amounts, {"x1": "x", "x2": "x", "y": "y"})
    >>> found.loc["a", "b"], found.loc["b", "a"]
    (np.float64(0.75), np.float64(0.375))
    """
    given = table(amounts)
    lost = [str(one) for one in given.columns if one not in parents]
    if lost:
        more = f" and {len(lost) - 5} more" if len(lost) > 5 else ""
        raise BadSpec(
            f"classes without a subcategory: {', '.join(lost[:5])}{more}. Give every class one, or leave "
            "them out."
        )
    own, held = _own(given, quotient)
    number, named = pd.factorize(np.array([parents[one] for one in given.columns], dtype=object))
    belongs = np.equal.outer(number, np.arange(len(named))).astype(float)
    total = given.to_numpy().sum(axis=1)
    classes, groups = _in_common(own, held), _in_common(own @ belongs, (held @ belongs > 0).astype(float))
    more_than = np.maximum(_overlap(groups, total) - _overlap(classes, total), 0.0)
    return _square(more_than * _of_own(groups, total), given)


def added_density(present: pd.DataFrame, related: pd.DataFrame, place: str) -> pd.DataFrame:
    """Return what each partner adds to the relatedness around each class that a place lacks: partner × class.

    A_jk = Σ_l φ_kl M_jl (1 − M_il)/Σ_l φ_kl over l ≠ k: the part of what is related to class k that partner j
    has and place i has not; whether j has k itself does not count. Together with the place's own
    relatedness density (definition "balland") it is the density of the two as one. `present` is presence,
    place × class; `related` relatedness or proximity, its diagonal left out. NaN for a class that the place
    has, and for one to which nothing is related.
    Source: Balland & Boschma, Regional Studies 55 (2021) 1059–1070, as we understand their measure of
    complementary linkages; the form is ours.

    >>> present = pd.DataFrame({"x": [0, 1], "y": [1, 0], "z": [0, 1]}, index=["a", "b"])
    >>> related = pd.DataFrame(1.0 - np.eye(3), list("xyz"), list("xyz"))
    >>> added_density(present, related, "a").loc["b"].to_dict()
    {'x': 0.5, 'y': nan, 'z': 0.5}
    """
    found, weight = _space(present, related)
    if place not in present.index:
        raise unknown("place", str(place), map(str, present.index), "the table of presence")
    own = found[present.index.get_loc(place)]
    added = (found * (1 - own)) @ weight.T
    added[:, own > 0] = np.nan
    return labelled(added, present.index, present.columns)


def linkage_potential(
    present: pd.DataFrame, related: pd.DataFrame, *, among: Collection[str] | None = None
) -> pd.DataFrame:
    """Return how much a partner (column) adds, on average, to what a place (row) has around its gaps.

    The mean of `added_density` over the classes that the place lacks, all or those `among` the named ones.
    From 0 (the partner has nothing that the place has not, or nothing related) towards 1; not symmetric:
    what i could draw from j is not what j could draw from i. NaN on the diagonal and for a place without
    such a gap.
    Source: Balland & Boschma (2021), with the same reading.

    >>> present = pd.DataFrame({"x": [0, 1], "y": [1, 0], "z": [0, 1]}, index=["a", "b"])
    >>> related = pd.DataFrame(1.0 - np.eye(3), list("xyz"), list("xyz"))
    >>> linkage_potential(present, related).to_numpy().tolist()
    [[nan, 0.5], [0.0, nan]]
    """
    found, weight = _space(present, related)
    for one in among or ():
        if one not in present.columns:
            raise unknown("class", str(one), map(str, present.columns), "the table of presence")
    wanted = np.ones(found.shape[1], bool) if among is None else present.columns.isin(list(among))
    gaps = (1 - found) * (wanted & ~np.isnan(weight).any(axis=1))
    count = gaps.sum(axis=1, keepdims=True)
    around = gaps @ np.nan_to_num(weight) / np.where(count > 0, count, np.nan)
    potential = ((1 - found) * around) @ found.T
    np.fill_diagonal(potential, np.nan)
    return _square(potential, present)


def _own(given: pd.DataFrame, quotient: float) -> tuple[Floats, Floats]:
    """Return what places have in their own classes, and which these are."""
    held = presence(given, quotient=quotient).to_numpy(dtype=float)
    return given.to_numpy() * held, held


def _in_common(own: Floats, held: Floats) -> Floats:
    """Return what each place has in the classes that it shares with each other one."""
    return np.asarray(own @ held.T)


def _overlap(common: Floats, total: Floats) -> Floats:
    """Return the share of all that two places have which lies in what they have in common."""
    both = np.add.outer(total, total)
    return np.asarray((common + common.T) / np.where(both > 0, both, np.nan))


def _of_own(common: Floats, total: Floats) -> Floats:
    """Return the share of what each place has which lies in what it has in common; NaN beside nothing."""
    known = np.where(total > 0, total, np.nan)
    return np.asarray(common / known[:, None] + 0 * known)


def _space(present: pd.DataFrame, related: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return presence, and the relatedness of each class to others in shares of its sum."""
    found = presences(present).astype(float)
    if not (present.columns.equals(related.index) and related.index.equals(related.columns)):
        raise BadSpec(
            f"presence has {present.shape[1]} classes and relatedness {related.shape[0]} × "
            f"{related.shape[1]}; both need the same classes in the same order. Bring them into line with "
            "reindex."
        )
    values = related.to_numpy(dtype=float, copy=True)
    np.fill_diagonal(values, 0.0)
    total = values.sum(axis=1, keepdims=True)
    return found, values / np.where(total > 0, total, np.nan)


def _square(values: Floats, given: pd.DataFrame) -> pd.DataFrame:
    """Return a place × partner table."""
    return labelled(values, given.index.rename("place"), given.index.rename("partner"))
