"""From the cells of a row to its places, each different cell read once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from heban.domain.distance import EARTH_RADIUS
from heban.domain.errors import UnknownName
from heban.domain.region import Region
from heban.records.addresses import Gazetteer, place_addresses
from heban.records.read.cells import by_value, cut, first_filled, identifier, replaced, text
from heban.records.read.columns import PlaceColumn
from heban.records.read.documents import BETWEEN

EMPTY = "the cell is empty"
REMEMBERED = 500_000  # different cells, so that memory does not grow with the files
TABLE = ["text", "place", "confidence", "evidence"]
Answer = tuple[str, str]  # the code of the place, or why there is none


class Places:
    """What cells mean as places of a region; without a region every code is a place."""

    def __init__(
        self,
        region: Region | None,
        gazetteer: Callable[[], Gazetteer],
        institutions: Callable[[], Mapping[str, str]],
    ) -> None:
        """Keep what to read by; gazetteer and institutions are only asked for when a mapping needs them."""
        self.region = region
        self._gazetteer_of, self._institutions_of = gazetteer, institutions
        self._known: dict[str, dict[str, Answer]] = {}
        self.addresses: list[pd.DataFrame] = []

    def read(self, cells: pd.DataFrame, hows: Sequence[PlaceColumn]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the places of each row, and the values that none was found for.

        Columns at (the position of the row) and place; at, column, value, reason. A later reading is
        for the rows in which the earlier ones found no place.
        """
        open_rows = np.ones(len(cells), dtype=bool)
        found: list[pd.DataFrame] = []
        missed: list[pd.DataFrame] = []
        for how in hows:
            if not any(head in cells for head in how.column) and not how.value:
                continue
            at = np.flatnonzero(open_rows)
            read = self._one_reading(cells.iloc[at], how, at)
            good = read[read["place"] != ""]
            found.append(good[["at", "place"]].drop_duplicates())
            missed.append(read.loc[read["place"] == "", ["at", "column", "value", "reason"]])
            open_rows[good["at"]] = False
        return pd.concat(found, ignore_index=True), _told(pd.concat(missed, ignore_index=True), open_rows)

    def _one_reading(self, cells: pd.DataFrame, how: PlaceColumn, at: np.ndarray) -> pd.DataFrame:
        column = next((head for head in how.column if head in cells), "")
        if how.as_ == "point":
            pieces = text(cells[how.column[0]]).str.cat(text(cells[how.column[1]]), sep=BETWEEN)
            read = pd.DataFrame({"at": at, "value": pieces.to_numpy()})
        else:
            read = _pieces(cells, how, at)
        read["column"] = column
        wrong = pd.Series(False, index=read.index)
        given = read["value"]
        if how.as_ != "point":
            given, wrong = cut(given, how.pattern, how.words)
        key = self._keyed(given, cells, how, read["at"], at)
        answers = self._answers(key.where(~wrong, ""), how)
        read["place"] = [place for place, _ in answers]
        read["reason"] = [reason for _, reason in answers]
        read.loc[wrong, ["place", "reason"]] = ["", "not of the form that a code has"]
        if how.evidence and how.evidence[0] in cells:
            said = pd.Series(text(cells[how.evidence[0]]).to_numpy(), index=at).reindex(read["at"]).to_numpy()
            read["reason"] = np.where((read["place"] == "") & (said != ""), said, read["reason"])
        return read

    @staticmethod
    def _keyed(
        given: pd.Series[str], cells: pd.DataFrame, how: PlaceColumn, rows: pd.Series[int], at: np.ndarray
    ) -> pd.Series[str]:
        """Join a name with the province and the postcode that tell it from its homonyms."""
        if how.as_ != "name" or not (how.province or how.postcode):
            return given
        for heads in (how.province, how.postcode):
            named = [head for head in heads if head in cells]
            beside = text(cells[named[0]]) if named else pd.Series("", index=cells.index, dtype="str")
            aligned = pd.Series(beside.to_numpy(), index=at).reindex(rows).to_numpy()
            given = given.where(
                given == "", given.str.cat(pd.Series(aligned, index=given.index), sep=BETWEEN)
            )
        return given

    def _answers(self, keys: pd.Series[str], how: PlaceColumn) -> list[Answer]:
        known = self._known.setdefault(f"{how.as_} {how.level} {how.within_km}", {"": ("", EMPTY)})
        new = [str(key) for key in keys.unique() if key not in known]
        if new:
            known |= self._decided(new, how)
        answers: list[Answer] = by_value(keys, lambda key: known[key]).tolist()
        if len(known) > REMEMBERED:
            known.clear()
            known[""] = ("", EMPTY)
        return answers

    def _decided(self, new: list[str], how: PlaceColumn) -> dict[str, Answer]:
        if how.as_ == "address":
            placed = place_addresses(new, self._gazetteer)
            self.addresses.append(placed[TABLE])
            reasons = placed["evidence"].where(placed["place"] == "", "")
            rows = zip(placed["text"], placed["place"], reasons, strict=True)
            return {str(cell): (str(place), str(reason)) for cell, place, reason in rows}
        if how.as_ == "institution":
            seats, ids = self._institutions, identifier(pd.Series(new, dtype="str"))
            unknown = "an institution that the table of institutions does not place"
            return {
                cell: (seats[id], "") if id in seats else ("", unknown)
                for cell, id in zip(new, ids, strict=True)
            }
        decide = {"code": self._by_code, "name": self._by_name, "point": self._by_point}[how.as_]
        return {cell: decide(cell, how) for cell in new}

    @cached_property
    def _gazetteer(self) -> Gazetteer:
        return self._gazetteer_of()

    @cached_property
    def _institutions(self) -> Mapping[str, str]:
        return self._institutions_of()

    def _by_code(self, cell: str, how: PlaceColumn) -> Answer:
        if self.region is None:
            return cell, ""
        if cell not in self.region:
            return "", "a code that the package does not have"
        return self._brought(cell, how.level)

    def _by_name(self, cell: str, how: PlaceColumn) -> Answer:
        name, province, postcode = [*cell.split(BETWEEN), "", ""][:3]
        assert self.region is not None, "names are read by a region"
        level = None if how.level in ("any", "city") else how.level
        try:
            found = self.region.resolve(
                name, level=level, province=province or None, postcode=postcode or None
            )
        except UnknownName as no:
            return "", ("ambiguous: " if "several" in str(no) else "") + str(no).rstrip(".")
        return self._brought(found.code, how.level)

    def _by_point(self, cell: str, how: PlaceColumn) -> Answer:
        try:
            lon, lat = (float(part) for part in cell.split(BETWEEN))
        except ValueError:
            return "", EMPTY if cell.strip(BETWEEN) == "" else "not a longitude and a latitude"
        assert self.region is not None, "points are read by a region"
        level = "city" if how.level == "any" else how.level
        seats = [p for p in self.region.of_level(level) if p.lon is not None and p.lat is not None]
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            return "", "not a longitude and a latitude"
        away = [_kilometres(lon, lat, float(p.lon or 0), float(p.lat or 0)) for p in seats]
        nearest = int(np.argmin(away)) if away else -1
        if nearest < 0 or away[nearest] > how.within_km:
            return "", f"no {level} within {how.within_km:g} km"
        return seats[nearest].code, ""

    def _brought(self, code: str, level: str) -> Answer:
        """Bring a place to the level that is counted: a county's city, a municipality's only city."""
        region = self.region
        assert region is not None, "levels are those of a region"
        if level == "any" or not region.of_level(level):
            return code, ""
        try:
            return region.at_level(code, level).code, ""
        except UnknownName:
            inside = [place.code for place in region.of_level(level) if place.parent == code]
            return (inside[0], "") if len(inside) == 1 else ("", f"a place above the level of a {level}")


def _pieces(cells: pd.DataFrame, how: PlaceColumn, at: np.ndarray) -> pd.DataFrame:
    """Return the values of each row, one a line; a list of a document's values is parted too."""
    heads = [head for head in how.column if head in cells]
    whole = pd.Series(how.value, index=cells.index, dtype="str")
    if heads:
        # The separator of lists is a blank to `text`, so lists are not tidied before they are parted.
        listed = cells[heads[0]].str.contains(BETWEEN, regex=False).any()
        whole = cells[heads[0]].astype("str") if listed else first_filled(cells, heads, how.absent)
    if how.without:
        whole = replaced(whole, how.without, "")
    read = pd.DataFrame({"at": at, "value": whole.to_numpy()})
    for mark in (BETWEEN, how.separator):
        if mark and read["value"].str.contains(mark, regex=False).any():
            read["value"] = read["value"].str.split(mark, regex=False)
            read = read.explode("value", ignore_index=True)
            read["value"] = read["value"].astype("str")
    read["value"] = text(read["value"])
    several = read["at"].duplicated(keep=False)
    return read[~several | (read["value"] != "")].drop_duplicates(ignore_index=True)


def _told(missed: pd.DataFrame, open_rows: np.ndarray) -> pd.DataFrame:
    """Mark the values of rows that have no place at all."""
    return missed.assign(fatal=open_rows[missed["at"].to_numpy(dtype=int)])


def _kilometres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    east, north, other_east, other_north = np.radians([lon, lat, other_lon, other_lat])
    half = (
        np.sin((other_north - north) / 2) ** 2
        + np.cos(north) * np.cos(other_north) * np.sin((other_east - east) / 2) ** 2
    )
    return float(2 * EARTH_RADIUS * np.arcsin(np.sqrt(min(1.0, half))))
