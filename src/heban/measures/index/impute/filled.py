"""What imputation returns: the filled values and, for each cell, what filled it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from heban.measures.index.pooling import Floats


class Filling(IntEnum):
    """Where the value of a cell comes from; ABSENT is a cell that no rule could fill."""

    ABSENT = -1
    KNOWN = 0
    CONSTANT = 1
    MEAN = 2
    MEDIAN = 3
    GROUP_MEAN = 4
    GROUP_MEDIAN = 5
    ROW_MEAN = 6
    LINEAR = 7
    LATEST = 8
    CARRIED = 9
    REGRESSION = 10
    ITERATIVE = 11
    NEIGHBOURS = 12
    DRAW = 13


@dataclass(frozen=True)
class Filled:
    """Values with absent cells filled where the rule could, and the code (`Filling`) of every cell.

    Known cells are never changed. Both arrays have the shape of the values that came in.
    """

    values: Floats
    codes: npt.NDArray[np.int8]

    @property
    def count(self) -> int:
        """The number of cells that were filled."""
        return int((self.codes > 0).sum())


def fill(values: Floats, proposals: Floats, code: Filling) -> Filled:
    """Put the proposals where values are absent, and mark them; an absent proposal fills nothing.

    >>> made = fill(np.array([1.0, np.nan, np.nan]), np.array([9.0, 9.0, np.nan]), Filling.MEAN)
    >>> made.values.tolist(), made.codes.tolist()
    ([1.0, 9.0, nan], [0, 2, -1])
    """
    absent = np.isnan(values)
    full = np.where(absent, proposals, values)
    codes = np.where(absent, np.where(np.isnan(full), Filling.ABSENT, code), Filling.KNOWN)
    return Filled(full, codes.astype(np.int8))
