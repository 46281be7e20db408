"""Related and unrelated variety: is a place's mix spread over fields far apart, or within one field?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import entr

from heban.domain.errors import BadSpec
from heban.measures.space.matrices import Amounts, Floats, table


def variety(amounts: Amounts, groups: Mapping[str, str], *, base: float = 2.0) -> pd.DataFrame:
    """Return each place's variety, split into unrelated (between groups of classes) and related (within).

    With p_i the share of class i and P_g that of group g: unrelated UV = −Σ P_g log P_g, related RV = Σ P_g
    H_g with H_g = −Σ_{i∈g} (p_i/P_g) log(p_i/P_g), and variety = −Σ p_i log p_i = UV + RV, exactly.
    Logarithms to `base`, so that at 2 figures are bits. `groups` names the group of every class, such as the
    section of an IPC class. NaN for a place that has nothing.
    Source: Frenken, Van Oort & Verburg, Regional Studies 41 (2007) 685–697.

    >>> amounts = pd.DataFrame({"x1": [1.0], "x2": [1.0], "y1": [2.0]}, index=["a"])
    >>> variety(amounts, {"x1": "x", "x2": "x", "y1": "y"}).loc["a"].round(12).to_dict()
    {'variety': 1.5, 'unrelated': 1.0, 'related': 0.5}
    """
    given = table(amounts)
    lost = [str(one) for one in given.columns if one not in groups]
    if lost:
        more = f" and {len(lost) - 5} more" if len(lost) > 5 else ""
        raise BadSpec(
            f"classes without a group: {', '.join(lost[:5])}{more}. Give every class a group, "
            "or leave them out."
        )
    if not base > 0 or base == 1:
        raise BadSpec(f"base is {base:g}; a base of logarithms is above 0 and not 1.")
    values = given.to_numpy()
    number, named = pd.factorize(np.array([groups[one] for one in given.columns], dtype=object))
    belongs = np.equal.outer(number, np.arange(len(named))).astype(float)
    unrelated, every = (_entropy(shares) for shares in (_shares(values @ belongs), _shares(values)))
    columns = {"variety": every, "unrelated": unrelated, "related": np.maximum(every - unrelated, 0.0)}
    return pd.DataFrame(columns, index=given.index) / np.log(base)


def _shares(values: Floats) -> Floats:
    """Return the shares in each row, NaN in a row of nothing."""
    with np.errstate(invalid="ignore"):
        return np.asarray(values / values.sum(axis=1, keepdims=True))


def _entropy(shares: Floats) -> Floats:
    """Return the entropy of each row, in natural units; a share of 0 adds nothing."""
    return np.asarray(entr(shares).sum(axis=1))
