"""Names of a package that are loaded when first used (PEP 562)."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping


def later(package: str, where: Mapping[str, str]) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return the `__getattr__` and the `__dir__` of a package that loads names from its modules when asked.

    `where` gives the module, below the package, of each name. Raises `AttributeError` as Python does.

    >>> load, listed = later("heban", {"great_circle": "domain.distance"})
    >>> load("great_circle").__name__, "great_circle" in listed()
    ('great_circle', True)
    """

    def load(name: str) -> object:
        if name in where:
            return getattr(importlib.import_module(f"{package}.{where[name]}"), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def listed() -> list[str]:
        return sorted({*vars(sys.modules[package]), *where})

    return load, listed
