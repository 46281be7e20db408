"""Roll-up: holdings by finer classes summed into the classes above."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from heban.domain.errors import BadData, Finding
from heban.records.holdings import COLUMNS, Holdings


def rolled_up(holdings: Holdings, parents: Mapping[str, str], *, apart: str | None = None) -> Holdings:
    """Return holdings by the classes above: the sums over what lies in each, by place and year.

    `parents` names the class above every class, such as `IPC.parents(holdings.classes, "subclass")`, or
    what the longest rule says (`by_rules`). A class without one is never dropped: its holdings go to the
    class `apart` when that is named, else all such classes are refused, with what they hold. A sum of which
    a part is not known is not known (§1). Places stay; a class without rows keeps its class above in the
    universe. Counts of whole patents that fall in several classes are summed as they are: a patent in two
    subclasses of one class then counts there twice; count it by the higher class from the records instead.
    Raises `BadData`.

    >>> from heban.domain.classes import IPC
    >>> rows = pd.DataFrame({"place": "a", "class": ["H01L", "H01M", "G06F"], "value": [1.0, 2.0, 4.0]})
    >>> holdings = Holdings.from_frame(rows, year=2020)
    >>> rolled_up(holdings, IPC.parents(holdings.classes, "class")).table().loc["a"].to_dict()
    {'G06': 4.0, 'H01': 3.0}
    """
    lost = [one for one in holdings.classes if one not in parents]
    if lost and apart is None:
        raise BadData(_findings(holdings, lost))
    above = {one: parents.get(one, apart or "") for one in holdings.classes}
    rows = holdings.frame.assign(**{"class": holdings.frame["class"].map(above)})
    sums = rows.groupby(["place", "class", "year"], sort=True)["value"].sum(skipna=False)
    frame = sums.reset_index()[list(COLUMNS)]
    return Holdings(frame, holdings.places, tuple(sorted(set(above.values()))), holdings.unit)


def _findings(holdings: Holdings, lost: list[str]) -> list[Finding]:
    """Return a finding for each class without one above, the largest first."""
    rows = holdings.frame[holdings.frame["class"].isin(lost)]
    held: pd.Series[float] = rows.groupby("class")["value"].sum().reindex(lost, fill_value=0.0)
    held = held.iloc[held.to_numpy().argsort(kind="stable")[::-1]]
    repair = "name the class above it, or name a class `apart` for all that have none"
    return [
        Finding(
            "error", "holdings", None, "class", str(one), f"has no class above it and holds {value:g}", repair
        )
        for one, value in held.items()
    ]
