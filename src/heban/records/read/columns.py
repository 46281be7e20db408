"""What a mapping may say of one column: which heads, how its cells are read, what they are turned into."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator


class Keys(BaseModel):
    """A table of a mapping: strange keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    def but(self, **given: Any) -> Self:
        """Return the keys with those that are given and not empty instead."""
        return self.model_copy(update={name: value for name, value in given.items() if value})


def _expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"a regular expression ({error})") from error
    return pattern


def _listed(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


Expression = Annotated[str, AfterValidator(_expression)]
Heads = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Column(Keys):
    """How the cells of one field are found and read. A text alone means { column = "…" }."""

    column: Heads = Field(
        default=(), description="the head, or several: the first that has a value in the row"
    )
    value: str = Field(default="", description="a constant instead of a column")
    made_of: Heads = Field(
        default=(), description="heads whose cells make up the value, joined by | (for an id)"
    )
    optional: bool = Field(default=False, description="true: a file without the column is read all the same")
    without: Expression = Field(
        default="", description="a regular expression; what matches is taken out first"
    )
    separator: str = Field(
        default="", description="what parts several values in one cell; the first one is taken"
    )
    pattern: Expression = Field(
        default="", description="a regular expression that the value has; its group is taken"
    )
    words: dict[str, str] = Field(default={}, description="words of the file and what they become")
    absent: tuple[str, ...] = Field(default=(), description="further words for an absent value")
    format: str = Field(default="", description="of a date that does not begin with the year, as %d/%m/%Y")
    decimal: Literal[".", ","] = Field(default=".", description="the decimal mark of an amount")
    times: float = Field(default=1.0, description="what an amount is multiplied with")
    unit: str = Field(default="", description="the unit of an amount, where its cell names none")

    @model_validator(mode="after")
    def _has_a_source(self) -> Column:
        if not (self.column or self.value or self.made_of):
            raise ValueError("a table with one of column, value, made_of")
        return self

    def heads(self) -> tuple[str, ...]:
        """Return the heads that the field is read from."""
        return (*self.column, *self.made_of)

    def lacks(self, heads: Sequence[str]) -> list[str]:
        """Return the heads without which the field cannot be read from a file.

        >>> Column(column=("DOI", "UT")).lacks(["UT"]), Column(made_of=("a", "b")).lacks(["a"])
        ([], ['b'])
        """
        if self.optional:
            return []
        found = not self.column or any(head in heads for head in self.column)
        lacking = [] if found or self.made_of or self.value else [self.column[0]]
        needed = self.made_of if not self.column or not found else ()
        return lacking + [head for head in needed if head not in heads]


class PlaceColumn(Keys):
    """How a place is found. A text alone means { column = "…", as = "code" }."""

    column: Heads = Field(
        default=(), description="the head, or several: the first that has a value in the row"
    )
    value: str = Field(default="", description="a constant instead of a column")
    as_: Literal["code", "name", "address", "institution", "point"] = Field(
        default="code",
        alias="as",
        description="what its cells are: code, name, address, institution (an identifier), or point "
        "(two columns, longitude and latitude)",
    )
    optional: bool = Field(default=False, description="true: a file without the column is read all the same")
    without: Expression = Field(
        default="", description="a regular expression; what matches is taken out first"
    )
    separator: str = Field(default="", description="what parts several places in one cell")
    pattern: Expression = Field(
        default="", description="a regular expression that the value has; its group is taken"
    )
    words: dict[str, str] = Field(default={}, description="words of the file and what they become")
    absent: tuple[str, ...] = Field(default=(), description="further words for an absent value")
    province: Heads = Field(
        default=(), description="head of the province's name, which decides between homonyms"
    )
    postcode: Heads = Field(default=(), description="head of the postcode, which decides between homonyms")
    level: Literal["county", "city", "province", "any"] = Field(
        default="city", description="the level that places are brought to: a county counts for its city"
    )
    within_km: float = Field(
        default=50.0, gt=0, description="how far a point may lie from the place it is given to"
    )
    evidence: Heads = Field(default=(), description="head of the column that says why the cell is empty")

    @model_validator(mode="after")
    def _has_a_source(self) -> PlaceColumn:
        if not (self.column or self.value):
            raise ValueError("a table with one of column, value")
        if self.as_ == "point" and len(self.column) != 2:
            raise ValueError("a point of two columns, longitude and latitude")
        return self

    def heads(self) -> tuple[str, ...]:
        """Return the heads that the place is read from."""
        return (*self.column, *self.province, *self.postcode, *self.evidence)

    def lacks(self, heads: Sequence[str]) -> list[str]:
        """Return the heads without which the place cannot be read from a file."""
        if self.optional or self.value:
            return []
        if self.as_ == "point":
            return [head for head in self.column if head not in heads]
        return [] if any(head in heads for head in self.column) else [self.column[0]]


def _column(given: Any) -> Any:
    if isinstance(given, str) or (isinstance(given, list) and all(isinstance(g, str) for g in given)):
        return {"column": given}
    return given


def _places(given: Any) -> Any:
    spelt = _column(given)
    return [spelt] if isinstance(spelt, dict) else spelt


AnyColumn = Annotated[Column, BeforeValidator(_column)]
AnyPlaces = Annotated[tuple[PlaceColumn, ...], BeforeValidator(_places)]
