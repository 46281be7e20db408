"""What each step did in a run: with which settings, for which draws, to how many cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Numbers = npt.NDArray[np.intp]

# Figures of a step: means over the replicates of the data, or the extreme of all.
EXTREMES = {"least": min, "greatest": max}


class Steps:
    """The log of a run, filled while it goes on.

    A row is one execution of a step, shared by every draw with the same settings up to there.
    """

    def __init__(self, draws: int, order: tuple[str, ...]) -> None:
        self.order = order
        self.paths = np.full((draws, len(order)), -1, dtype=np.int64)
        self.failures: list[tuple[int, str, str]] = []
        self._rows: list[dict[str, Any]] = []
        self._known: dict[tuple[str, int, str], int] = {}
        self._replicates: list[int] = []

    def row(self, step: str, before: int, settings: Mapping[str, Any], draws: Numbers) -> int:
        """Return the number of the row of a step with these settings after the row before it."""
        said = ", ".join(f"{key} = {value}" for key, value in settings.items())
        key = (step, before, said)
        if key not in self._known:
            self._known[key] = len(self._rows)
            self._rows.append({"step": step, "after": before, "settings": said})
            self._replicates.append(0)
        number = self._known[key]
        self.paths[draws, self.order.index(step)] = number
        return number

    def note(self, row: int, figures: Mapping[str, float], replicates: int) -> None:
        """Add the figures of one execution, summed over so many replicates of the data."""
        kept = self._rows[row]
        for name, value in figures.items():
            if name in EXTREMES:
                kept[name] = EXTREMES[name](kept.get(name, value), value)
            else:
                kept[name] = kept.get(name, 0.0) + value
        self._replicates[row] += replicates

    def fail(self, draws: Numbers, step: str, message: str) -> None:
        """Note that draws failed at a step, and why."""
        self.failures.extend((int(draw), step, message) for draw in draws)

    def frame(self) -> pd.DataFrame:
        """Return the table of the steps: settings, number of draws, and figures for one set of data.

        `lost` cells have no denominator; `filled` were imputed and `absent` remain; `kept` places passed the
        screen; `treated` columns were changed and `moved` points winsorised; scores run from `least` to
        `greatest`.
        """
        rows = []
        for number, (kept, replicates) in enumerate(zip(self._rows, self._replicates, strict=True)):
            shared = {name: value / max(replicates, 1) for name, value in kept.items()
                      if name not in ("step", "after", "settings", *EXTREMES)}  # fmt: skip
            draws = int((self.paths[:, self.order.index(kept["step"])] == number).sum())
            rows.append({**kept, **shared, "draws": draws, "data": replicates})
        names = ["step", "after", "settings", "draws", "data", "lost", "filled", "absent", "kept",
                 "treated", "moved", "least", "greatest"]  # fmt: skip
        return pd.DataFrame(rows, index=pd.RangeIndex(len(rows), name="row")).reindex(columns=names)

    def failed(self) -> pd.DataFrame:
        """Return the table of the draws that failed, with the step and the reason."""
        return pd.DataFrame(sorted(self.failures), columns=["draw", "step", "reason"])
