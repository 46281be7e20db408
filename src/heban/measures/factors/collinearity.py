"""Collinearity: which factors cannot be told apart, and how much their intervals suffer from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse.csgraph import connected_components

from heban.domain.errors import BadSpec
from heban.domain.place import Language
from heban.measures.factors.design import figures
from heban.measures.factors.panelwords import listed

Floats = npt.NDArray[np.float64]

INFLATED = 10.0  # variance inflation; customary (Marquardt 1970), 默认值待核
CONDITION = 30.0  # condition index (Belsley, Kuh and Welsch 1980, p. 105: 30 and more)
PROPORTION = 0.5  # share of a coefficient's variance on one dimension (the same)
ALIKE = 0.9  # |r| above which two factors are called one; ours, 默认值待核
SAME = 1e-10  # share that the others leave of a factor that they repeat

PAIR: dict[Language, str] = {
    "zh": "{names}在这里无法区分（r={low:.2f}）：请只问其中一个，或两个合起来问。",
    "en": "{names} cannot be told apart here (r = {low:.2f}): ask for one of them, or for both together.",
}
MANY: dict[Language, str] = {
    "zh": "{names}在这里无法逐一区分（|r|在{low:.2f}与{high:.2f}之间）：请只问其中一个，或合起来问。",
    "en": "{names} cannot all be told apart here (|r| from {low:.2f} to {high:.2f}): ask for one of them, "
    "or for all together.",
}
MIXED: dict[Language, str] = {
    "zh": "{names}几乎由其他因素的组合给出（方差膨胀因子{vif}）：它单独的系数不可靠。",
    "en": "{names} is almost given by the other factors together (variance inflation {vif}): a coefficient "
    "of its own cannot be relied on.",
}
ENDLESS: dict[Language, str] = {"zh": "无穷大", "en": "without end"}


@dataclass(frozen=True, eq=False)
class Collinearity:
    """How factors hang together.

    `factors`: factor, vif, r (the strongest correlation) and with whom, group (0 for none). `dimensions`:
    condition index, and the share of each coefficient's variance that lies on it, rows by index.
    `groups` are factors linked by |r| above .9, with the least and greatest |r| within.
    """

    factors: pd.DataFrame
    dimensions: pd.DataFrame
    groups: tuple[tuple[str, ...], ...]
    correlations: pd.DataFrame
    rows: int

    def near(self) -> list[tuple[float, list[str]]]:
        """Return the near dependencies: condition index of 30 and more with two coefficients on it."""
        names = [name for name in self.dimensions.columns if name != "index"]
        found = []
        for row in self.dimensions.to_dict("records"):
            on = [str(name) for name in names if row[name] >= PROPORTION]
            if row["index"] >= CONDITION and len(on) > 1:
                found.append((float(row["index"]), on))
        return found

    def sentences(self, lang: Language, names: Mapping[str, str] | None = None) -> list[str]:
        """Return in plain words which factors cannot be told apart; `names` gives factors other names."""
        called, said = names or {}, []
        for group in self.groups:
            r = self.correlations.loc[list(group), list(group)].to_numpy()
            strength = np.abs(r[np.triu_indices(len(group), 1)])
            low = r[0, 1] if len(group) == 2 else strength.min()
            form = PAIR if len(group) == 2 else MANY
            said.append(form[lang].format(names=_listed(group, called, lang), low=low, high=strength.max()))
        for row in self.factors.to_dict("records"):
            if row["group"] == 0 and row["vif"] > INFLATED:
                vif = f"{row['vif']:.0f}" if np.isfinite(row["vif"]) else ENDLESS[lang]
                said.append(MIXED[lang].format(names=_listed([row["factor"]], called, lang), vif=vif))
        return said

    def record(self) -> dict[str, Any]:
        """Return factors, groups and near dependencies as a plain dict; an endless inflation is None."""
        rows = [
            {str(key): None if isinstance(v, float) and not np.isfinite(v) else v for key, v in row.items()}
            for row in self.factors.to_dict("records")
        ]
        near = [{"index": index, "factors": names} for index, names in self.near() if np.isfinite(index)]
        return {"rows": self.rows, "factors": rows, "groups": [list(g) for g in self.groups], "near": near}


def _listed(factors: Sequence[str], called: Mapping[str, str], lang: Language) -> str:
    return listed([called.get(factor, factor) for factor in factors], lang)


def collinearity(x: pd.DataFrame) -> Collinearity:
    """Return how factors hang together: variance inflation, condition indices, groups that are one.

    VIF_j = 1/(1 − R²_j), R²_j of factor j on the others. Condition indices are the greatest singular value
    of the columns, the constant among them, each of length 1 and not centred, over every one; the variance
    of a coefficient is shared out over them, π_kj = (v_kj/μ_j)²/Σ_j (v_kj/μ_j)². `x` (row, factor); rows
    with an unknown figure are left out (§1). An inflation above 10 and an index of 30 with two shares of .5
    are customary; |r| above .9 for a group is ours (§12). Raises `BadSpec` for fewer than 3 whole rows, no
    more rows than factors, or a constant factor.
    Sources: Belsley, Kuh and Welsch (1980), Regression Diagnostics, ch. 3; Marquardt (1970),
    Technometrics 12: 591–612.

    >>> made = collinearity(pd.DataFrame({"staff": [1.0, 2, 3, 4, 6], "pay": [1.1, 2, 3, 4.1, 6],
    ...                                   "rain": [2.0, 1, 3, 1, 2]}))
    >>> made.sentences("en")
    ['staff and pay cannot be told apart here (r = 1.00): ask for one of them, or for both together.']
    """
    values, names = _whole(x)
    unit = values - values.mean(axis=0)
    unit = unit / np.sqrt((unit**2).sum(axis=0))
    joint = np.clip(unit.T @ unit, -1, 1)
    groups, number = _groups(joint, names)
    others = np.abs(joint) - np.eye(len(names))
    strongest = others.argmax(axis=1)
    r = joint[np.arange(len(names)), strongest] if len(names) > 1 else np.full(1, np.nan)
    factors = pd.DataFrame(
        {
            "factor": names,
            "vif": [_inflation(unit, column) for column in range(len(names))],
            "r": r,
            "with": [names[each] for each in strongest] if len(names) > 1 else [""],
            "group": number,
        }
    )
    return Collinearity(
        factors, _dimensions(values, names), groups, pd.DataFrame(joint, names, names), len(values)
    )


def _whole(x: pd.DataFrame) -> tuple[Floats, list[str]]:
    names = [str(name) for name in x.columns]
    values = figures(x)
    values = values[np.isfinite(values).all(axis=1)]
    if not names or len(values) < max(3, len(names) + 1):
        raise BadSpec(
            f"{len(values)} whole rows cannot tell {len(names)} factors apart; it takes more rows than "
            "factors."
        )
    still = [
        name
        for name, column in zip(names, values.T, strict=True)
        if np.ptp(column) <= 1e-12 * np.abs(column).max()
    ]
    if still:
        raise BadSpec(f"{', '.join(still)} never varies in the whole rows; leave it out.")
    return values, names


def _groups(joint: Floats, names: list[str]) -> tuple[tuple[tuple[str, ...], ...], list[int]]:
    """Return the factors linked by |r| above .9, and the number of each factor's group."""
    label = connected_components(np.abs(joint) > ALIKE, directed=False)[1]
    sets = [np.flatnonzero(label == each) for each in dict.fromkeys(label)]
    large = [members for members in sets if len(members) > 1]
    number = [0] * len(names)
    for at, members in enumerate(large, start=1):
        for member in members:
            number[member] = at
    return tuple(tuple(names[each] for each in members) for members in large), number


def _inflation(unit: Floats, column: int) -> float:
    """Return 1/(1 − R²) of a column of length 1 on the others; without end when they repeat it."""
    others, own = np.delete(unit, column, axis=1), unit[:, column]
    rest = own - others @ np.linalg.lstsq(others, own, rcond=None)[0] if others.shape[1] else own
    left = float(rest @ rest)
    return 1 / left if left > SAME else float("inf")


def _dimensions(values: Floats, names: list[str]) -> pd.DataFrame:
    """Return condition indices and variance proportions, the constant among the coefficients."""
    columns = np.column_stack([np.ones(len(values)), values])
    columns = columns / np.sqrt((columns**2).sum(axis=0))
    size, v = np.linalg.svd(columns, full_matrices=False)[1:]
    size = np.maximum(size, 1e-15)
    share = (v / size[:, None]) ** 2
    share = share / share.sum(axis=0)
    made = pd.DataFrame(share, columns=["constant", *names])
    made.insert(0, "index", size[0] / size)
    return made
