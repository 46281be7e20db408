"""What a chapter is made of: the data it needs, the facts it adds, the charts it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from heban.domain.region import Region
from heban.records.package import DataPackage
from heban.report.charts import Chart
from heban.report.facts import Facts

SEED = 1  # of every draw that a chapter makes
NONE = ("无", "none")  # the value of a fact that looked for names and found that there are none


@dataclass(frozen=True)
class Maker:
    """One chapter of the report.

    `needs` are kinds of tables that the package must have; `rows` are kinds of rows that
    must stand in its flows or holdings; `indicators` must stand in its statistics, `files` in its folder.
    `unfit` says what else stands in the way, of a package that has all these; "" when nothing does.
    """

    id: str
    title_zh: str
    title_en: str
    add: Callable[[DataPackage, Facts], None]
    charts: Mapping[str, Chart] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    unfit: Callable[[DataPackage], str] = lambda _: ""

    def lacks(self, package: DataPackage) -> list[str]:
        """Return what the package does not have of what the chapter needs; nothing means it can be made."""
        lacking = [f"kind {name}" for name in self.needs if not package.of_kind(name)]
        lacking += [f"rows {name}" for name in self.rows if name not in package.row_kinds]
        lacking += [f"indicator {code}" for code in self.indicators if code not in package.measured]
        lacking += [f"file {name}" for name in self.files if not (package.folder / name).exists()]
        return lacking or list(filter(None, [self.unfit(package)]))


def named(frame: pd.DataFrame, region: Region, *columns: str) -> pd.DataFrame:
    """Return a table with the Chinese and the English name beside each column of place codes.

    Names are the short ones that fit a label.
    """
    pieces = []
    for column in frame:
        pieces.append(frame[column])
        if column in columns:
            for lang in ("zh", "en"):
                names = [region.short_name(code, lang) for code in frame[column]]
                pieces.append(pd.Series(names, index=frame.index, name=f"{column}_{lang}", dtype=object))
    return pd.concat(pieces, axis=1)


def labelled(
    frame: pd.DataFrame, names: Mapping[str, tuple[str, str]], column: str = "class"
) -> pd.DataFrame:
    """Return a table with the Chinese and the English name beside a column of class codes.

    A class that its scheme does not name keeps its code.
    """
    pairs = [names.get(code, (code, code)) for code in frame[column]]
    at = list(frame.columns).index(column) + 1
    result = frame.copy()
    result.insert(at, f"{column}_zh", [zh for zh, _ in pairs])
    result.insert(at + 1, f"{column}_en", [en for _, en in pairs])
    return result


def name_of(region: Region, code: str) -> dict[str, str]:
    """Return a place's short name in both languages, as the value of a fact."""
    return {"zh": region.short_name(code, "zh"), "en": region.short_name(code, "en")}


def names_of(region: Region, codes: list[str]) -> list[dict[str, str]]:
    """Return the short names of places in both languages, as the value of a fact."""
    return [name_of(region, code) for code in codes]
