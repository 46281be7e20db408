"""Reading raw records into a package: papers, projects, transfers, investments, institutions.

Every row of every file is accounted for: kept, repeated, or rejected with its reason.
"""

from __future__ import annotations

from heban.records.read.importing import Import, import_files
from heban.records.read.mapping import Mapping, read_mapping, shipped

__all__ = ["Import", "Mapping", "import_files", "read_mapping", "shipped"]
