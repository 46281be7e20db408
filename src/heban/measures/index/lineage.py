"""Where every cell comes from: raw, divided by what, filled by what, treated how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heban.measures.index.impute import Filling
from heban.measures.index.treat import Treatment

Codes = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Lineage:
    """What was done to each cell of the kept places, (place, year, indicator).

    `filled` holds a code of `impute.Filling`, `treated` one of `treat.Treatment`; `lost` marks cells whose
    denominator was zero or absent. `denominators` (indicator,) names what an indicator was divided by,
    `steps` (year, indicator) the treatment of its column, such as "log_CT".
    """

    filled: Codes
    treated: Codes
    lost: Mask
    denominators: tuple[str, ...]
    steps: npt.NDArray[np.str_]

    def words(self) -> npt.NDArray[np.object_]:
        """Return the lineage of every cell in words: "raw / population, group_mean, lowered".

        One text for each different history, so that cells share it.
        """
        texts: npt.NDArray[np.object_] = np.empty(self.filled.shape, dtype=object)
        key = (self.filled.astype(np.int64) + 1) * 16 + self.treated * 2 + self.lost
        for column, denominator in enumerate(self.denominators):
            for step in np.unique(self.steps[:, column]):
                years = np.flatnonzero(self.steps[:, column] == step)
                here, place = np.unique(key[:, years, column], return_inverse=True)
                told = np.array([_told(int(one), denominator, str(step)) for one in here], dtype=object)
                texts[:, years, column] = told[place].reshape(len(texts), len(years))
        return texts


def _told(key: int, denominator: str, step: str) -> str:
    filling, treatment, lost = Filling(key // 16 - 1), Treatment(key // 2 % 8), bool(key % 2)
    origin = f"raw / {denominator}" if denominator else "raw"
    if filling is Filling.ABSENT:
        return f"absent: no {denominator}" if lost else "absent"
    if filling is not Filling.KNOWN:
        origin = filling.name.lower() + (f" (no {denominator})" if lost else "")
    return ", ".join([origin, *_treatment(treatment, step)])


def _treatment(treatment: Treatment, step: str) -> Sequence[str]:
    done = []
    if Treatment.RAISED in treatment:
        done.append("raised")
    if Treatment.LOWERED in treatment:
        done.append("lowered")
    if Treatment.TRANSFORMED in treatment:
        done.extend(one for one in step.split("+") if one != "winsorised")
    return done
