"""The only door to the solvers: HiGHS for linear and mixed problems, OR-tools for flows."""
