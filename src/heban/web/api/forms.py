"""Forms: what an act is asked with, read from the act itself; the same word means the same in every one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from ninja import Schema
from pydantic import AwareDatetime, ConfigDict, Field, create_model

from heban.exchange.models.assets import USER_CLASSES
from heban.exchange.models.people import ROLES
from heban.exchange.rules.machines import machines
from heban.web.api.paging import LARGEST

_NO_NUL = r"^[^\x00]*$"
MOST_FEN = 10**14
"""The most that an amount may be: what is above is a misprint."""


def signs(most: int, said: str = "", least: int = 0) -> Any:
    """Return the bounds of a text: so many signs at most, without the sign 0, which no database keeps."""
    return Field(min_length=least, max_length=most, pattern=_NO_NUL, description=said or None)


def between(least: int, most: int = LARGEST, said: str = "") -> Any:
    """Return the bounds of a number."""
    return Field(ge=least, le=most, description=said or None)


def text(most: int, said: str = "", least: int = 0) -> Any:
    """Return a text of at most so many signs."""
    return Annotated[str, signs(most, said, least)]


def number(said: str, least: int = 1, most: int = LARGEST) -> Any:
    """Return a whole number between two others; the number of a row unless said."""
    return Annotated[int, between(least, most, said)]


def one_of(words: Sequence[str], said: str = "") -> Any:
    """Return one of some words."""
    return Annotated[Literal[tuple(words)], Field(description=said or None)]


def many(kind: Any, said: str = "", most: int = 200) -> Any:
    """Return a list of at most so many of a kind."""
    return Annotated[list[kind], Field(max_length=most, description=said or None)]


Code = Annotated[str, Field(pattern=r"^[1-9][0-9]{5}$", description="the code of a jurisdiction, GB/T 2260")]
Fen = Annotated[int, between(0, MOST_FEN, "an amount in fen")]
Id = Annotated[int, between(1)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="64 digits and small letters a to f")]
Digest = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$", description="the sha256 that was shown")]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2199, 12, 31), description="a day, as 2026-03-02")]
Moment = Annotated[
    AwareDatetime,
    Field(
        ge=datetime(1990, 1, 1, tzinfo=UTC), le=datetime(2199, 12, 31, tzinfo=UTC),
        description="a moment with its zone, as 2026-03-02T09:00:00+08:00",
    ),
]  # fmt: skip
Plain = (
    bool
    | Annotated[int, between(-LARGEST)]
    | Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]
    | Annotated[str, signs(4_000)]
    | Annotated[list[Annotated[str, signs(100)]], Field(max_length=200)]
    | Annotated[list[Annotated[int, between(0, MOST_FEN)]], Field(max_length=200)]
    | None
)
"""A value of JSON that is no object."""
Given = Annotated[
    dict[Annotated[str, signs(40)], Plain], Field(max_length=60, description="values by the names of columns")
]
Classification = Annotated[
    str, Field(max_length=12, pattern=r"^[0-9]*$", description="a code of GB/T 13745, or its beginning")
]
Keys = Annotated[list[Annotated[str, signs(60)]], Field(max_length=200)]


class Line(Schema):
    """A line of a quote: a price for a unit, or the number of a price of the list."""

    model_config = ConfigDict(extra="forbid")
    words: Annotated[str, signs(500, "what is offered", 1)]
    quantity: Annotated[int, between(1, 2**31 - 1, "of a listed price, minutes, samples or jobs")] = 1
    unit_fen: Fen | None = None
    tier: Id | None = None
    eligible: bool = True


class Figures(Schema):
    """The figures of a firm's year; what is not known is left away or null, and is not 0."""

    model_config = ConfigDict(extra="forbid")
    staff: Annotated[int, between(0, 10**8)] | None = None
    tech_staff: Annotated[int, between(0, 10**8)] | None = None
    sales_fen: Fen | None = None
    assets_fen: Fen | None = None
    rd_fen: Fen | None = None
    cost_fen: Fen | None = None
    ip1: Annotated[int, between(0, 10**6)] | None = None
    ip2: Annotated[int, between(0, 10**6)] | None = None
    mainland: bool = True
    banned_trade: bool = False
    breaches: Keys = []
    direct: Keys = []


class Asked(Schema):
    """What every act is asked with: some must be said why, and what is said is kept."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[
        str, signs(2_000, "why; kept with what is done, and demanded where somebody is refused something")
    ] = ""


_Minute = Annotated[int, between(0, 24 * 60)]
WORDS: Mapping[str, Any] = {
    "a": text(60, "a credit code, or the key of a team or a person", 1),
    "b": text(60, "the same, of the other end", 1),
    "basis_points": number("a share, of 10,000", 0, 10_000),
    "changes": Given,
    "code": text(40, "the firm's own code of it"),
    "condition": text(2_000, "in which condition it came"),
    "count": number("how many more", 1, 100),
    "days": number("how many days", 1, 3_650),
    "defects": many(text(40), "what is to be mended"),
    "digest": Digest,
    "email": Annotated[str, Field(max_length=254, pattern=r"^[^@\s\x00]+@[^@\s\x00]+\.[^@\s\x00]+$")],
    "field": Classification,
    "figures": Figures,
    "finding": text(4_000, "what was found, in writing", 1),
    "given": Given,
    "ground": text(40),
    "jurisdiction": Code,
    "kind": text(20),
    "lab_number": text(60, "the laboratory's number"),
    "language": one_of(("zh-hans", "en")),
    "line_ids": many(number("a line"), "lines of the batch"),
    "lines": many(Line, "what is offered", 100),
    "name": text(200, "", 1),
    "parties": many(number("an organisation"), "the first is where the case lies", 20),
    "payee": Code,
    "payer": Code,
    "quantity": text(200),
    "reason": text(2_000, "why", 1),
    "reference": text(60, "the bank's reference"),
    "region": Code,
    "role": one_of(ROLES),
    "scheme": text(40, "the code of a scheme"),
    "service_class": text(20),
    "sha256": Sha256,
    "source": text(500, "where it is known from", 1),
    "stars": number("one to five", 1, 5),
    "subjects": many(tuple[Literal["order", "hold", "redemption", "booking"], Id]),
    "text": text(20_000, "what is needed", 1),
    "title": text(200, "", 1),
    "use": text(24),
    "user_class": one_of(USER_CLASSES),
    "uscc": Annotated[str, Field(pattern=r"^[0-9A-HJ-NP-RTUW-Y]{18}$", description="统一社会信用代码")],
    "valid_days": number("how many days the price holds", 1, 366),
    "waybill": text(60, "the courier's number"),
    "week": many(
        tuple[Annotated[int, between(0, 6)], _Minute, _Minute], "weekday (0 is Monday), opens, closes", 50
    ),
    "wish": text(4_000),
    "words": text(4_000),
    "year": number("a year", 1990, 2199),
}
"""What the words of forms take, by the names of the arguments of acts; a route may say it otherwise."""


def form(name: str, act: Callable[..., Any], in_path: Sequence[str], said: Mapping[str, Any]) -> type[Schema]:
    """Return the form of an act: its arguments but those of the path, and `reason`.

    Each is as `said` has it, else as `WORDS`, else as its type in the act asks: numbers of rows, amounts,
    days, moments, yes or no.
    """
    hints = get_type_hints(act)
    fields: dict[str, Any] = {}
    for parameter in list(inspect.signature(act).parameters.values())[1:]:
        if parameter.name in in_path:
            continue
        kind = said.get(parameter.name) or _kind(parameter.name, hints[parameter.name])
        missing = parameter.default is inspect.Parameter.empty
        optional = type(None) in get_args(hints[parameter.name])
        fields[parameter.name] = (kind | None if optional else kind, ... if missing else parameter.default)
    title = "".join(part.capitalize() for part in name.replace(".", "_").split("_")) + "Asked"
    return create_model(title, __base__=Asked, **fields)


def _kind(name: str, hint: Any) -> Any:
    if name in WORDS:
        return WORDS[name]
    asked = next((one for one in get_args(hint) if one is not type(None)), hint)
    if get_origin(hint) is Literal:
        return hint
    if name == "fen" or name.endswith("_fen"):
        return Fen
    plain = {bool: bool, date: Day, datetime: Moment, int: number(f"the number of the {name}")}
    if asked not in plain:
        raise AssertionError(f"the argument {name} of an act has no form")
    return plain[asked]


def states(machine: str) -> Any:
    """Return one of the states of a machine."""
    return one_of(sorted(machines()[machine].states))
