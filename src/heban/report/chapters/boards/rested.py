"""What the chapter rests on, made once for a package."""

from __future__ import annotations

from functools import lru_cache

from heban.domain.errors import HebanError
from heban.records.package import DataPackage
from heban.report.chapters.maker import SEED
from heban.report.planning.ground import Ground, ground, read_spec


@lru_cache(maxsize=1)  # `unfit` asks first, then the chapter
def rested(package: DataPackage) -> Ground:
    """Return the boards of a package, and what its plans rest on."""
    return ground(package, *read_spec(package), seed=SEED)


def unfit(package: DataPackage) -> str:
    """Say why a package has no boards that a plan could be made of; "" when it has."""
    try:
        found = rested(package)
    except HebanError as no:
        return str(no)
    return "" if found.boards.planned.any() else "factors of plan.toml that can be planned"
