"""The only door to the solvers: HiGHS for linear and mixed problems, OR-tools for flows.

`solve` takes a `Problem` and returns a `Solution` with the proof of it. Both solvers are loaded only when
something is solved with them.
"""

from heban.plans.solve.alternatives import alternative
from heban.plans.solve.choosing import solve
from heban.plans.solve.columns import columns
from heban.plans.solve.flow import flow
from heban.plans.solve.linear import linear
from heban.plans.solve.mixed import mixed
from heban.plans.solve.problem import Duals, Problem, Solution
from heban.plans.solve.unique import unique

__all__ = [
    "Duals",
    "Problem",
    "Solution",
    "alternative",
    "columns",
    "flow",
    "linear",
    "mixed",
    "solve",
    "unique",
]
