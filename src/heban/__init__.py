"""Heban (合板): measure, plan and share regional innovation.

The names below are loaded when first used, so that `import heban` stays fast and silent.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from heban.records.package import DataPackage as DataPackage
    from heban.records.package import open_package as open_package

_WHERE = {
    "DataPackage": "heban.records.package",
    "open_package": "heban.records.package",
}

__all__ = ["DataPackage", "open_package"]


def __getattr__(name: str) -> object:
    if name in _WHERE:
        return getattr(importlib.import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'heban' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
