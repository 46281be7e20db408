"""Rows on their way into a package: kept on disk, compared by identifier, every one accounted for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import ibis
import pandas as pd
import pyarrow as pa

from heban.records.kinds import Kind, kind
from heban.records.read.mapping import PARENT

STANDING = -1  # the number of the file of rows that the package has already
MEMORY = "1GB"  # more goes to the disk
_SQL = {"year": "BIGINT", "integer": "BIGINT", "number": "DOUBLE"}
_TEXT = "VARCHAR DEFAULT ''"


@dataclass(frozen=True)
class Count:
    """How the rows of one file fared for one table."""

    file: int
    table: str
    rows: int
    kept: int
    repeated: int
    rejected: int


class Staging:
    """A database in a temporary folder: the rows of each table, the rejects, the places seen."""

    def __init__(self, folder: Path, tables: Sequence[str]) -> None:
        """Make empty tables; `folder` takes what does not fit into memory."""
        self._ibis = ibis.duckdb.connect(
            str(folder / "rows.duckdb"), memory_limit=MEMORY, temp_directory=str(folder / "more")
        )
        self.sql = self._ibis.con
        self.tables = tuple(tables)
        for table in self.tables:
            fields = ", ".join(f'"{f.name}" {_SQL.get(f.type, _TEXT)}' for f in kind(table).fields)
            self.sql.execute(f"CREATE TABLE {table} (file INTEGER, row BIGINT, {fields})")
        self.sql.execute(
            "CREATE TABLE rejects (file INTEGER, section VARCHAR, row BIGINT, col VARCHAR, value VARCHAR, "
            "reason VARCHAR, fatal BOOLEAN, collides BOOLEAN DEFAULT false)"
        )
        self.sql.execute("CREATE TABLE read (file INTEGER, section VARCHAR, rows BIGINT)")
        self.sql.execute(
            "CREATE TABLE seen (level VARCHAR, code VARCHAR, parent VARCHAR, zh VARCHAR, en VARCHAR, "
            "lon DOUBLE, lat DOUBLE, times BIGINT)"
        )
        self.sql.execute(
            "CREATE TABLE placed (text VARCHAR, place VARCHAR, confidence DOUBLE, evidence VARCHAR)"
        )

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self, kind_: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ibis.disconnect()

    def add(self, table: str, frame: pd.DataFrame) -> None:
        """Append rows to a table; columns that they lack are empty."""
        if not len(frame):
            return
        arrow = pa.Table.from_pandas(frame, preserve_index=False)
        self.sql.register("incoming", arrow)
        self.sql.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
        self.sql.unregister("incoming")

    def reject(self, file: int, section: str, lines: pd.DataFrame) -> None:
        """Note rejected rows and values that a row goes without."""
        named = lines.rename(columns={"column": "col"}).assign(file=file, section=section)
        self.add("rejects", named)

    def frame(self, query: str) -> pd.DataFrame:
        """Return the answer to a query."""
        found: pd.DataFrame = self.sql.sql(query).to_arrow_table().to_pandas()
        return found

    def settle(self, files: Sequence[str], expected: Collection[str] = ()) -> None:
        """Decide which rows stand: the first of each identifier, and of the parts those whose record stands.

        `files` are the names of the files, for the rejects of a repetition that says something else;
        in the tables `expected` such repetitions are no matter.
        """
        self.sql.execute("CREATE TABLE named (file INTEGER, name VARCHAR)")
        self.add("named", pd.DataFrame({"file": range(len(files)), "name": list(files)}))
        for table in self.tables:
            if table in PARENT and self.tables[0] != table:
                self._orphans(table, self.tables[0])
            self._first(table)
            if table not in expected:
                self._collisions(table)

    def _orphans(self, table: str, records: str) -> None:
        """Set aside parts whose record was rejected, repeats another with other values, or was never read."""
        mine = f"{table} WHERE file <> {STANDING}"
        record = f'"{PARENT[table]}"'
        said = f"(SELECT file, row FROM rejects WHERE section = '{records}' AND "
        self.sql.execute(f"DELETE FROM rejects WHERE section = '{table}' AND (file, row) IN {said} fatal)")
        self.sql.execute(f"DELETE FROM {mine} AND (file, row) IN {said} (fatal OR collides))")
        unknown = f"{mine} AND {record} NOT IN (SELECT id FROM first_{records})"
        reason = f"there is no record with this identifier among the {records}"
        self.sql.execute(
            f"INSERT INTO rejects SELECT file, '{table}', row, '{PARENT[table]}', min({record}), '{reason}', "
            f"true, false FROM {unknown} GROUP BY file, row"
        )
        self.sql.execute(f"DELETE FROM {unknown}")

    def _first(self, table: str) -> None:
        """Keep the first row of each identifier."""
        keys = ", ".join(f'"{name}"' for name in kind(table).key)
        self.sql.execute(
            f"CREATE TABLE first_{table} AS SELECT * EXCLUDE (nth) FROM (SELECT *, row_number() OVER "
            f"(PARTITION BY {keys} ORDER BY file, row, rowid) AS nth FROM {table}) WHERE nth = 1"
        )

    def _collisions(self, table: str) -> None:
        """Note the rows that repeat an identifier with other values; the first row stands.

        What one of the two does not say is no contradiction (§1).
        """
        known = kind(table)
        values = [field.name for field in known.fields if not field.key]
        if not values:
            return
        id = known.key[0]
        differ = {
            name: f'(coalesce(s."{name}" <> f."{name}" AND s."{name}"::VARCHAR <> \'\' '
            f"AND f.\"{name}\"::VARCHAR <> '', false))"
            for name in values
        }
        listed = ", ".join(f"CASE WHEN {test} THEN '{name}' END" for name, test in differ.items())
        first = (
            "coalesce((SELECT name FROM named n WHERE n.file = f.file) || ' row ' || f.row, 'the package')"
        )
        self.sql.execute(
            f"INSERT INTO rejects SELECT file, '{table}', row, col, min(value), min(reason), false, true "
            f"FROM (SELECT s.file, s.row, '{id}' AS col, s.\"{id}\" AS value, 'repeats ' || {first} || "
            f"' with other values of ' || concat_ws(', ', {listed}) || '; the first one stands' AS reason "
            f'FROM {table} s JOIN first_{table} f USING ("{id}") WHERE s.file <> {STANDING} '
            f"AND (s.file, s.row) <> (f.file, f.row) AND ({' OR '.join(differ.values())})) "
            "GROUP BY file, row, col"
        )

    def counts(self, table: str) -> list[Count]:
        """Return how the rows of each file fared: every one is kept, repeated or rejected."""
        records = self.tables[0]
        own = f"('', '{table}'" + (f", '{records}')" if table in PARENT and table != records else ")")
        of_file = "(SELECT count(*) FROM {0} WHERE {0}.file = read.file)"
        asked = ", ".join(of_file.format(name) for name in ("kept", "repeated", "rejected"))
        found = self.sql.execute(
            f"WITH kept AS (SELECT DISTINCT file, row FROM first_{table} WHERE file <> {STANDING}), "
            f"again AS (SELECT DISTINCT file, row FROM {table} WHERE file <> {STANDING} "
            f"UNION SELECT file, row FROM rejects WHERE collides AND section IN {own}), "
            f"bad AS (SELECT DISTINCT file, row FROM rejects WHERE fatal AND section IN {own}), "
            "repeated AS (SELECT * FROM again EXCEPT SELECT * FROM kept EXCEPT SELECT * FROM bad), "
            "rejected AS (SELECT * FROM bad EXCEPT SELECT * FROM kept) "
            f"SELECT read.file, rows, {asked} FROM read WHERE section = '{table}' ORDER BY 1"
        ).fetchall()
        made = [Count(int(file), table, *map(int, rest)) for file, *rest in found]
        for count in made:
            assert count.rows == count.kept + count.repeated + count.rejected, f"rows are lost: {count}"
        return made


def columns(known: Kind) -> str:
    """Return the columns of a kind as a query names them."""
    return ", ".join(f'"{field.name}"' for field in known.fields)
