"""Assignment: which expert serves which need, within what people can bear and may do."""

from heban.plans.assignment.assignment import Assignment, assign
from heban.plans.assignment.conflicts import conflicts
from heban.plans.assignment.spec import AssignmentSpec, Outside, from_dict, from_toml
from heban.plans.assignment.whatif import WhatIf, what_if

__all__ = [
    "Assignment",
    "AssignmentSpec",
    "Outside",
    "WhatIf",
    "assign",
    "conflicts",
    "from_dict",
    "from_toml",
    "what_if",
]
