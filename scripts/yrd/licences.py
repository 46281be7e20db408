"""The list of licences that stands beside the bundled package."""

from __future__ import annotations

from collections.abc import Sequence

from heban.records.writing import Table

HEAD = """# Licences of the bundled data / 随附数据的许可

Generated from the cards in `datapackage.json`. The software is Apache-2.0; each table keeps
the licence of its source. 由 `datapackage.json` 中的来源卡生成；软件为 Apache-2.0，各表沿用其来源的许可。

| table | licence | producer | source |
|---|---|---|---|
"""

NOTES = """
- `LicenseRef-official-statistics`, `LicenseRef-published-figures`, `LicenseRef-facts`: single figures or
  headings of official or published works, quoted with their source.
  官方或已发布作品中的个别数字或名目，注明出处引用。
- `grants.parquet` and `grant_classes.csv` are under the Mozilla Public License 2.0 as a whole.
  这两个文件整体适用 Mozilla Public License 2.0。
"""


def licence_list(tables: Sequence[Table]) -> str:
    """Return `LICENSES.md`: one line for each table, in the order of their names."""
    lines = [_line(table) for table in sorted(tables, key=lambda table: table.name)]
    return HEAD + "\n".join(lines) + "\n" + NOTES


def _line(table: Table) -> str:
    card = table.card
    licence = f"[{card.licence}]({card.licence_url})" if card.licence_url else card.licence
    return f"| {table.name}.{table.format} | {licence} | {card.producer} | <{card.url}> |"
