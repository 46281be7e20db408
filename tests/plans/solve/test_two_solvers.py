"""HiGHS and OR-tools live in one process, whichever is loaded first, and neither before it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from heban.plans.solve import flow, linear
from heban.plans.solve.problem import example
assert not {"highspy", "ortools"} & set(sys.modules)
found = [method(example()).objective for method in (%s)]
assert {"highspy", "ortools"} <= set(sys.modules)
print(*(round(value, 6) for value in found))
"""


@pytest.mark.parametrize("order", ["linear, flow, linear", "flow, linear, flow"])
def test_both_solvers_in_one_process(order):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM % order], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "14.0 14.0 14.0\n", "")
