"""The terms of a voucher scheme: every number and choice that its rules leave open."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from heban.domain import documents
from heban.domain.errors import BadSpec, unknown
from heban.exchange.rules.refusals import Said

TO_CONFIRM = Said("默认值待核", "default, to be confirmed")
Mark = Literal["S", "S2", "K", "I"]
Fen = Annotated[int, Field(ge=0, strict=True)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000, strict=True)]
Count = Annotated[int, Field(ge=0, strict=True)]
Positive = Annotated[int, Field(ge=1, strict=True)]
Words = tuple[str, ...]
EXCLUDED: Words = (
    "legal_certification", "law_enforcement", "compulsory_test", "trade_inspection",
    "bulk_inspection", "commercial_filming", "medical", "telecom_billing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a parameter is: its name, its unit, and how sure its default is."""

    zh: str
    en: str
    mark: Mark
    source: str = ""
    unit: str = ""
    wide: bool = False

    @property
    def to_confirm(self) -> bool:
        """Whether no primary source confirms the default (默认值待核, §12)."""
        return self.mark in ("S2", "K")


class Terms(BaseModel):
    """The terms of a scheme; amounts in fen, ratios in basis points. What each is stands in `terms.toml`.

    >>> Terms().firm_year_cap_fen, Terms(ratio_bp=2000).ratio_bp
    (30000000, 2000)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: Literal["tongyong", "tongdui"] = "tongdui"
    ratio_bp: BasisPoints = 5_000
    firm_year_cap_fen: Fen = 30_000_000
    team_year_cap_fen: Fen = 10_000_000
    controller_year_cap_fen: Fen | Literal["firm"] | None = "firm"
    per_application_cap_fen: Fen | None = None
    full_cover_below_fen: Fen = 0
    provider_year_cap_fen: Fen | None = None
    region_budget_fen: Fen | None = None
    payer_weights: tuple[Count, Count] = (1, 0)
    cross_region: Literal["allowed", "required", "forbidden"] = "allowed"
    eligible_classes: Words = ("research", "transfer", "testing", "sharing")
    excluded_uses: Words = EXCLUDED
    beneficiary_kinds: Words = ("tech_sme", "team", "incubatee")
    double_funding: Literal["forbid", "net"] = "forbid"
    review_levels: Literal[1, 2] = 2
    hold_ttl_days: Positive = 30
    voucher_valid_months: Positive = 12
    redeem_window_days: Positive = 90
    publicity_working_days: Count = 5
    blacklist_years: Count = 3
    related_threshold_bp: Annotated[int, Field(ge=1, le=10_000, strict=True)] = 2_500
    related_method: Literal["sat42", "product"] = "sat42"
    audit_sample_bp: BasisPoints = 1_000
    restore_quota: Annotated[bool, Field(strict=True)] = False
    clearing: Literal["direct", "cleared"] = "direct"
    booking_hold_minutes: Positive = 15
    response_working_days: Positive = 2
    no_show_minutes: Positive = 30
    acceptance_working_days: Positive = 10
    hearing_working_days: Positive = 5
    register_threshold_fen: Fen = 50_000_000
    assess_threshold_fen: Fen = 50_000_000
    assess_set_threshold_fen: Fen | None = None
    year_rated_hours: Positive = 1_600
    report_period: Literal["quarter", "year"] = "quarter"

    @field_validator("payer_weights")
    @classmethod
    def _someone_pays(cls, weights: tuple[int, int]) -> tuple[int, int]:
        if sum(weights) == 0:
            raise ValueError("two whole weights of which one is above 0")
        return weights

    @field_validator("eligible_classes", "excluded_uses", "beneficiary_kinds")
    @classmethod
    def _known(cls, given: Words, info: Any) -> Words:
        known = words({"eligible_classes": "classes", "excluded_uses": "uses"}.get(info.field_name, "kinds"))
        if strange := [word for word in given if word not in known]:
            raise ValueError(f"of the words {', '.join(known)}; {strange[0]!r} is none")
        return given

    @property
    def controller_cap_fen(self) -> int | None:
        """The cap of all firms of one controller in a year, in fen; none when there is no limit."""
        return (
            self.firm_year_cap_fen if self.controller_year_cap_fen == "firm" else self.controller_year_cap_fen
        )


def terms(document: Mapping[str, Any]) -> Terms:
    """Return checked terms, or raise `BadSpec` naming every key that is wrong.

    >>> terms({"ratio_pb": 5000, "mode": "tongdui"})
    Traceback (most recent call last):
    heban.domain.errors.BadSpec: the terms have 1 fault:
      ratio_pb: there is no such key. Did you mean ratio_bp?
    """
    return documents.read(Terms, document, "the terms have")


@cache
def parameters() -> Mapping[str, Parameter]:
    """Return what every parameter is, by its key.

    >>> parameters()["ratio_bp"].unit, parameters()["ratio_bp"].to_confirm
    ('bp', True)
    """
    return MappingProxyType({key: Parameter(**row) for key, row in _document()["parameters"].items()})


def sources() -> Mapping[str, str]:
    """Return the sources that marks refer to.

    >>> sources()["S2"]
    '安徽日报，2022-08-16'
    """
    return MappingProxyType(dict(_document()["sources"]))


def words(group: str) -> Mapping[str, Said]:
    """Return the words of a group, `classes` of service, `uses` or `kinds` of beneficiary.

    >>> words("kinds")["team"].zh
    '创业团队'
    """
    if group not in ("classes", "uses", "kinds"):
        raise unknown("group of words", group, ("classes", "uses", "kinds"), "the terms")
    return MappingProxyType({code: Said(*pair) for code, pair in _document()[group].items()})


def named(group: str, codes: Iterable[str]) -> list[Said]:
    """Return the names of some words of a group, or raise `BadSpec`.

    >>> [name.en for name in named("uses", ["medical"])]
    ['medical care']
    """
    known = words(group)
    found = list(codes)
    if strange := [code for code in found if code not in known]:
        raise BadSpec(f"{strange[0]!r} is none of the {group}: {', '.join(known)}.")
    return [known[code] for code in found]


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads((files("heban.exchange.rules") / "terms.toml").read_text("utf-8"))
