"""docs/import.md tells every key of a mapping as the models tell it, and every mapping that is shipped."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from heban.records.read.columns import Column, PlaceColumn
from heban.records.read.mapping import CardKeys, Document, FileShape, Level, RegionKeys, Section, shipped

PAGE = Path(__file__).parents[3] / "docs" / "import.md"
MODELS = (Document, FileShape, CardKeys, RegionKeys, Level, Section, Column, PlaceColumn)


def rows(model: type[BaseModel]) -> str:
    """Return the lines of the table of a model's keys."""
    fields = ((field.alias or name, field.description) for name, field in model.model_fields.items())
    return "\n".join(f"| `{name}` | {said} |" for name, said in fields)


@pytest.mark.parametrize("model", MODELS)
def test_the_page_has_the_table_of_every_model(model: type[BaseModel]) -> None:
    assert rows(model) in PAGE.read_text("utf-8")


def test_the_page_names_every_shipped_mapping() -> None:
    page = PAGE.read_text("utf-8")
    for name in shipped():
        assert f"| `{name}` |" in page, name
