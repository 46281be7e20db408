"""Heban (合板): measure, plan and share regional innovation.

The names below are loaded when first used, so that `import heban` stays fast and silent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heban.domain.loading import later

if TYPE_CHECKING:
    from heban.records.package import DataPackage as DataPackage
    from heban.records.package import open_package as open_package

_WHERE = {
    "DataPackage": "records.package",
    "open_package": "records.package",
}

__all__ = ["DataPackage", "open_package"]

__getattr__, __dir__ = later(__name__, _WHERE)
