"""The tables of the facts as tables of a results package, each with its card."""

from __future__ import annotations

import pandas as pd

from heban.records.cards import Card
from heban.records.writing import Table
from heban.report.facts import FactsDict, TableDict


def tables(facts: FactsDict) -> list[Table]:
    """Return every table of the facts, its card naming the resources that it was computed from."""
    return [
        Table(id.replace(".", "_"), "", frame(table), _card(id, table, facts), "parquet")
        for id, table in facts["tables"].items()
    ]


def frame(table: TableDict) -> pd.DataFrame:
    """Return a table of the facts as a frame.

    >>> column = {"name": "n", "label": {"zh": "数", "en": "n"}, "unit": {"zh": "", "en": ""},
    ...           "decimals": None, "hidden": False}
    >>> frame({"columns": [column], "rows": [[1], [2]], "sources": [], "notes": {"zh": "", "en": ""}})
       n
    0  1
    1  2
    """
    return pd.DataFrame(table["rows"], columns=[column["name"] for column in table["columns"]])


def _card(id: str, table: TableDict, facts: FactsDict) -> Card:
    about = facts["about"]
    cards = [facts["cards"][source] for source in table["sources"]]
    licences = sorted({card["licence"] for card in cards})
    return Card(
        title=id,
        producer=f"Heban {about['version']}",
        year=about["edition"]["zh"],
        url="facts.json",
        licence="; ".join(licences),
        retrieved=about["date"],
        made=f"computed from {', '.join(table['sources'])} of {about['package']}, sha256 {about['checksum']}",
        synthetic=any(card["synthetic"] for card in cards),
    )
