"""What belongs to one edition of a package: its table, its folder, the mapping that is kept there."""

from __future__ import annotations

import re
from pathlib import Path

from heban.domain.errors import BadSpec
from heban.records.package import DataPackage
from heban.records.sheets.mapping import Mapping, parse

EDITIONS = "editions"
MAPPING = "mapping.toml"
INDEX = "index.toml"


def table_name(edition: str) -> str:
    """Return the name of the table that an edition's imports go to.

    >>> table_name("2024 修订")
    'statistics_2024'
    """
    slug = re.sub(r"[^a-z0-9]+", "_", edition.lower()).strip("_")
    return f"statistics_{slug}" if slug else "statistics"


def mapping_path(edition: str) -> str:
    """Return where in a package the mapping of an edition is kept.

    >>> mapping_path("2024")
    'editions/2024/mapping.toml'
    """
    return f"{EDITIONS}/{edition_folder(edition)}/{MAPPING}"


def edition_folder(edition: str) -> str:
    """Return an edition's name as a folder may be called.

    >>> edition_folder("2024/25")
    '2024_25'
    """
    return re.sub(r"[^\w.@-]+", "_", edition).strip("._") or "_"


def mapping_for(package: DataPackage, given: Path | None, edition: str) -> Mapping | None:
    """Return the mapping that is given, or the one kept for the edition; None when there is neither.

    Raises `BadSpec` for a mapping that is not there or is not one.
    """
    if given is not None:
        if not given.is_file():
            raise BadSpec(f"there is no mapping '{given}'. Give --mapping a file that a dry run wrote.")
        return parse(given.read_text("utf-8-sig"), given.name)
    edition = edition or ("" if "example" in package.document else str(package.settings.get("edition", "")))
    kept = package.folder / mapping_path(edition)
    return parse(kept.read_text("utf-8"), mapping_path(edition)) if edition and kept.is_file() else None
