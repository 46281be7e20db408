"""HiGHS behind one door: columns and rows as arrays in, an answer out."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from heban.plans.solve.problem import Floats, Ints

FEASIBLE = 2  # HiGHS' number of a point that keeps every limit
ENDED_EARLY = "Iteration limit reached"


@dataclass(frozen=True, eq=False)
class Columns:
    """Columns of a linear program: cost (to be minimised), limits, and entries column by column."""

    cost: Floats
    low: Floats
    high: Floats
    start: Ints  # (columns + 1,)
    row: Ints
    value: Floats

    def __len__(self) -> int:
        return len(self.cost)


@dataclass(frozen=True, eq=False)
class Answer:
    """What HiGHS found: `point` by column, `price` by row (the change of the least cost with the row)."""

    point: Floats
    price: Floats
    value: float
    bound: float  # of mixed programs only
    complete: bool  # whether the search went to its end


class Unsolved(Exception):
    """HiGHS ended without an optimum; `why` is "infeasible", "undecided" or its own word."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class Model:
    """A program inside HiGHS, to which columns may be added between two runs."""

    def __init__(self, low: Floats, high: Floats, **options: Any) -> None:
        highspy: Any = import_module("highspy")  # a heavy wheel without types, loaded only to solve

        self._engine = highspy.Highs()
        self._names = highspy.HighsModelStatus
        settings = {"output_flag": False, "threads": 1, "random_seed": 0, **_TOLERANCES, **options}
        for name, value in settings.items():
            self._engine.setOptionValue(name, value)
        none = np.zeros(0)
        empty = np.zeros(len(low) + 1, dtype=np.int32)
        self._engine.addRows(len(low), low, high, 0, empty, np.zeros(0, dtype=np.int32), none)

    def add(self, columns: Columns, whole: npt.NDArray[np.bool_] | None = None) -> None:
        """Add columns; `whole` marks those that take whole numbers only."""
        before = self._engine.getNumCol()
        self._engine.addCols(
            len(columns),
            columns.cost,
            columns.low,
            columns.high,
            len(columns.row),
            columns.start[:-1].astype(np.int32),
            columns.row.astype(np.int32),
            columns.value,
        )
        if whole is not None and whole.any():
            at = (before + np.flatnonzero(whole)).astype(np.int32)
            self._engine.changeColsIntegrality(len(at), at, np.ones(len(at), dtype=np.uint8))

    def set(self, **options: Any) -> None:
        """Change options of HiGHS for the next run."""
        for name, value in options.items():
            self._engine.setOptionValue(name, value)

    def solve(self) -> Answer:
        """Run HiGHS from the basis at hand and return its optimum, or raise `Unsolved`."""
        self._engine.run()
        status = self._engine.getModelStatus()
        if status == self._names.kModelEmpty:
            return Answer(np.zeros(0), np.zeros(self._engine.getNumRow()), 0.0, 0.0, True)
        if status in (self._names.kInfeasible, self._names.kUnboundedOrInfeasible):
            raise Unsolved("infeasible")
        if status not in (self._names.kOptimal, self._names.kSolutionLimit):
            raise Unsolved(self._engine.modelStatusToString(status))
        solution, info = self._engine.getSolution(), self._engine.getInfo()
        if not solution.value_valid or info.primal_solution_status != FEASIBLE:
            raise Unsolved("undecided")
        return Answer(
            np.asarray(solution.col_value, dtype=float),
            np.asarray(solution.row_dual, dtype=float),
            float(info.objective_function_value),
            float(info.mip_dual_bound),
            status == self._names.kOptimal,
        )


_TOLERANCES = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}
