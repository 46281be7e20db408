"""What the rows of a table are: a place each, with what stands beside; totals, sections and notes apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from heban.domain.errors import Finding, UnknownName
from heban.records.sheets.grid import Cell
from heban.records.sheets.indicators import listed
from heban.records.sheets.labels import is_note
from heban.records.sheets.layout import Block
from heban.records.sheets.lexicon import Lexicon
from heban.records.sheets.roles import Role

NOTE = "a note"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its places (two for a city that is a province too), and what columns beside its label say.

    `at` is its position in the block's grid; `why` says why a row is set aside. `key` is its
    label as the mapping names it: with the place around it when that decided. `code` is the
    place's code where a column gives it: it decides.
    """

    at: int
    label: str
    places: tuple[str, ...] = ()
    year: int | None = None
    data_year: int | None = None
    indicator: str = ""
    unit: str = ""
    edition: str = ""
    why: str = ""
    key: str = ""
    code: str = ""


def rows_of(
    block: Block, uses: dict[int, Role], lexicon: Lexicon, place: str, findings: list[Finding]
) -> list[Row]:
    """Return the rows of a table in their order; what cannot be placed is added to `findings`.

    `place` is the place of the whole table where its rows are years.
    """
    reader = _Rows(block, uses, lexicon, findings)
    if block.axis == "year":
        return reader.years(place)
    return reader.placed()


@dataclass
class _Rows:
    block: Block
    uses: dict[int, Role]
    lexicon: Lexicon
    findings: list[Finding]

    def years(self, place: str) -> list[Row]:
        """Return the rows of a table whose labels are years and that is about one place."""
        first = self.block.grid.rows[self.block.body.start][self.block.label]
        if not place:
            message = "the table has years but no places, and no place is named above it"
            repair = "give { place = … } in [sheets] of the mapping"
            self.findings.append(self.block.grid.finding("error", first, None, message, repair))
            return []
        rows = []
        for at in self.block.body:
            cell = self.block.grid.rows[at][self.block.label]
            year = self.lexicon.year(cell)
            if year is not None:
                rows.append(Row(at, cell.text, (place,), year))
            elif not cell.blank:
                rows.append(Row(at, cell.text, why=NOTE if is_note(cell.text) else "not a year"))
        return rows

    def placed(self) -> list[Row]:
        """Return the rows of a table whose labels are places."""
        rows = [self._row(at) for at in self.block.body]
        levels = frozenset(
            self.lexicon.places.level(codes[0])
            for row in rows
            if self._cells(row.at, "figure") and len(codes := self._certain(row.label)) == 1
        )
        placed: list[Row] = []
        recent: list[str] = []
        for row in rows:
            done, recent = self._place(row, placed, recent, levels)
            if done is not None:
                placed.append(done)
        return placed

    def _row(self, at: int) -> Row:
        """Return a row with what the columns beside its label say of it."""
        cells = self.block.grid.rows[at]
        label = cells[self.block.label].text
        said: dict[str, Cell] = {}
        code = label if self.lexicon.places.is_code(label) else ""
        for column, role in self.uses.items():
            if not cells[column].blank:
                if role.use == "place":
                    label = label or cells[column].text
                    code = cells[column].text if self.lexicon.places.is_code(cells[column].text) else code
                said.setdefault(role.use, cells[column])
        return Row(
            at,
            label,
            year=self._year(said.get("year")),
            data_year=self._year(said.get("data_year")),
            indicator=said["indicator"].text if "indicator" in said else "",
            unit=said["unit"].text if "unit" in said else "",
            edition=said["edition"].text if "edition" in said else "",
            code=code,
        )

    def _year(self, cell: Cell | None) -> int | None:
        return None if cell is None else self.lexicon.year(cell)

    def _certain(self, label: str) -> tuple[str, ...]:
        meaning = self.lexicon.places.meaning(label)
        return () if meaning.levels or meaning.kind != "place" else meaning.codes

    def _cells(self, at: int, *kinds: str) -> list[Cell]:
        """Return the cells of a row that hold figures, or marks of their absence."""
        cells = self.block.grid.rows[at]
        columns = [column for column, role in self.uses.items() if role.use == "figures"]
        return [cells[c] for c in columns if self.lexicon.figure(cells[c]).kind in kinds]

    def _filled(self, at: int) -> bool:
        """Tell whether anything stands in the figure columns of a row, but its own label merged over them."""
        label = self.block.grid.rows[at][self.block.label].anchor
        return any(cell.anchor != label for cell in self._cells(at, "figure", "absent", "text"))

    def _place(
        self, row: Row, before: Sequence[Row], recent: list[str], levels: frozenset[str]
    ) -> tuple[Row | None, list[str]]:
        """Return a row with its places, and the places that stand around the next one."""
        cell = self.block.grid.rows[row.at][self.block.label]
        figures = self._cells(row.at, "figure")
        if not row.label:
            return self._carried(row, before, figures), recent
        if is_note(row.label) and not figures:
            return replace(row, why=NOTE), recent
        around = [*self._beside(row), *recent]
        mapped = self.lexicon.places.mapped(row.label, around)
        meaning = self.lexicon.places.meaning(row.label)
        if mapped is not None or meaning.kind == "aside":
            why = meaning.why or "set aside by the mapping"
            done = replace(row, places=mapped) if mapped else replace(row, why=why, key=row.label)
            return self._known(done, cell), self._around(done.places, recent)
        if meaning.kind == "unknown":
            return self._unknown(row, cell, figures, meaning.near), recent
        try:
            places = (row.code,) if row.code else self.lexicon.places.resolve(row.label, around, levels)
        except UnknownName as no:
            repair = "give the province in a row above or a column beside it, or map it in [places]"
            self.findings.append(self.block.grid.finding("error", cell, row.label, str(no), repair))
            return None, recent
        key = "" if row.code else self._key(row.label, meaning.codes, places, around)
        done = replace(row, places=places, key=key)
        own = row.year or row.data_year or row.indicator
        if not own and not self._filled(row.at):
            done = replace(done, places=(), why="no figures")
        self._check_beside(row, places, cell)
        return done, self._around(places, recent)

    def _known(self, row: Row, cell: Cell) -> Row:
        """Check that the mapping gives codes that the package has."""
        strange = [code for code in row.places if not self.lexicon.places.lineage(code)]
        if strange:
            message = f"the mapping gives it the code {strange[0]}, which the package does not have"
            repair = "give a code of the places"
            self.findings.append(self.block.grid.finding("error", cell, row.label, message, repair))
            return replace(row, places=())
        return row

    def _key(
        self, label: str, possible: Sequence[str], places: tuple[str, ...], around: Sequence[str]
    ) -> str:
        """Return the label as the mapping names it: with its province where homonyms are.

        A name of several levels, as 上海, is left out of the mapping: each sheet decides anew.
        """
        if self.lexicon.places.meaning(label).levels:
            return ""
        if len(possible) < 2:
            return label
        lineage = self.lexicon.places.lineage(places[0])
        near = next((place for place in around if place in lineage[1:]), None)
        return label if near is None else f"{self.lexicon.places.name(near)} / {label}"

    def _around(self, places: tuple[str, ...], recent: list[str]) -> list[str]:
        if not places:
            return recent
        lineage = self.lexicon.places.lineage(places[-1])
        return [*reversed(places), *(place for place in recent if place in lineage and place not in places)]

    def _beside(self, row: Row) -> list[str]:
        """Return the places that columns beside the label name for this row."""
        cells = self.block.grid.rows[row.at]
        found = []
        for column, role in self.uses.items():
            if role.use == "place" and not cells[column].blank:
                meaning = self.lexicon.places.meaning(cells[column].text)
                province = meaning.levels.get("province") if meaning.levels else None
                found += (
                    [province] if province else list(meaning.codes[:1]) if len(meaning.codes) == 1 else []
                )
        return found

    def _check_beside(self, row: Row, places: tuple[str, ...], cell: Cell) -> None:
        lineage = {code for place in places for code in self.lexicon.places.lineage(place)}
        for other in self._beside(row):
            if other not in lineage and places[0] not in self.lexicon.places.lineage(other):
                message = f"the row is of {places[0]} by this label, and of {other} by the column beside it"
                repair = "correct one of the two; put tables side by side on sheets of their own"
                self.findings.append(self.block.grid.finding("error", cell, row.label, message, repair))

    def _carried(self, row: Row, before: Sequence[Row], figures: Sequence[Cell]) -> Row | None:
        """Give a row without a label the place of the row above, if it names its own year or indicator."""
        if not figures:
            return None
        if before and (before[-1].places or before[-1].why) and (row.year or row.data_year or row.indicator):
            return replace(
                row, label=before[-1].label, places=before[-1].places, why=before[-1].why, key=before[-1].key
            )
        message = "figures in a row without a label"
        repair = "name the place, or delete the row"
        self.findings.append(
            self.block.grid.finding("error", figures[0], figures[0].content, message, repair)
        )
        return None

    def _unknown(self, row: Row, cell: Cell, figures: Sequence[Cell], near: Sequence[str]) -> Row | None:
        if not figures:
            return replace(row, why=NOTE if is_note(row.label) else "text, no figures")
        message = f"no place of the package has this name{listed(near[:3])}"
        repair = "map it in [places] to a code or to skip, or add the name to the package's names"
        self.findings.append(self.block.grid.finding("error", cell, row.label, message, repair))
        return None
