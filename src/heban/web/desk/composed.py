"""The parts of acts that are asked field by field or row by row, by act and field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from django import forms

from heban.exchange.desk import By
from heban.exchange.rules import eligibility
from heban.exchange.rules.refusals import Said
from heban.web.desk.auditing import parts as case_parts
from heban.web.desk.fields import Money, Several
from heban.web.desk.ordering import parties as order_asking
from heban.web.desk.parts import Column, Flat, Part, Sheet
from heban.web.desk.providing import parts as asset_parts
from heban.web.desk.ruling import terms
from heban.web.desk.words import here


def quote_lines() -> Part:
    """Return the lines of a quote: what, how much of it, at which price, and whether a voucher may pay."""
    return Sheet(
        (
            Column("words", Said("内容", "What"), lambda: forms.CharField(max_length=500)),
            Column("quantity", Said("数量", "Quantity"), lambda: forms.IntegerField(min_value=1)),
            Column("unit_fen", Said("单价（元）", "Price of one (CNY)"), Money),
            Column("eligible", Said("可用券", "Voucher may pay"), lambda: forms.BooleanField(initial=True)),
        ),
        most=4,
    )


def year_figures() -> Part:
    """Return the figures of a firm's year, as the national test of small technology firms asks for them."""
    return Flat(
        (
            _count("staff", "职工总数", "Staff"),
            _count("tech_staff", "科技人员", "Scientific staff"),
            Column("sales_fen", Said("年销售收入（元）", "Sales (CNY)"), Money),
            Column("assets_fen", Said("资产总额（元）", "Assets (CNY)"), Money),
            Column("rd_fen", Said("研发费用（元）", "Spending on research (CNY)"), Money),
            Column("cost_fen", Said("成本费用（元）", "Cost (CNY)"), Money),
            _count("ip1", "Ⅰ类知识产权（项）", "Rights of class I"),
            _count("ip2", "Ⅱ类知识产权（项）", "Rights of class II"),
            _some("direct", Said("直接通过的条件", "What passes without points"), eligibility.DIRECT),
            _some("breaches", Said("本年度和上年度的失信情形", "Breaches of this and the last year"),
                  eligibility.BREACHES),
            Column("mainland", Said("在中国境内注册", "Registered in the mainland"),
                   lambda: forms.BooleanField(initial=True)),
            Column("banned_trade", Said("属于禁止、限制或淘汰类", "In a banned or restricted trade"),
                   forms.BooleanField),
        )
    )  # fmt: skip


def organisation_words() -> Part:
    """Return what an organisation may change of itself."""
    return Flat(
        (
            Column("name", Said("名称", "Name"), lambda: forms.CharField(max_length=200)),
            Column("name_en", Said("英文名称", "Name in English"), lambda: forms.CharField(max_length=200)),
            Column("address", Said("地址", "Address"), lambda: forms.CharField(max_length=200)),
        )
    )


def _some(name: str, label: Said, known: Mapping[str, Said]) -> Column:
    return Column(name, label, lambda: Several(choices=[(code, here(said)) for code, said in known.items()]))


def _count(name: str, zh: str, en: str) -> Column:
    return Column(name, Said(zh, en), lambda: forms.IntegerField(min_value=0))


PARTS: Mapping[str, Callable[[], Part]] = MappingProxyType(
    {
        "order.draft.asset": order_asking.asset,
        "order.draft.provider": order_asking.provider,
        "order.quote.lines": quote_lines,
        "organisation.declare.figures": year_figures,
        "case.open.parties": case_parts.parties,
        "case.open.subjects": case_parts.subjects,
        "organisation.change.given": organisation_words,
        "asset.draft.given": asset_parts.drafted,
    }
)


OF_ROW: Mapping[str, Callable[[By, Mapping[str, Any]], Part]] = MappingProxyType(
    {
        "asset.change.given": asset_parts.changed,
        "asset.hours.week": asset_parts.week,
        "training.begin.person": asset_parts.trainee,
        "rule_set.draft.changes": terms.drafted,
        "rule_set.revise.changes": terms.revised,
    }
)
"""Parts that begin with what a row holds: made for who asks, with what the page gives (`fixed`, `initial`).

They see to it themselves that the row is for who asks (`heban.web.api.sight`).
"""


def part(deed: str, field: str, who: By, known: Mapping[str, Any]) -> Part | None:
    """Return the part of a field of an act, if it has one; `known` is what the page gives already."""
    name = f"{deed}.{field}"
    if name in OF_ROW:
        return OF_ROW[name](who, known)
    return PARTS[name]() if name in PARTS else None
