"""Spending at the desk: the budgets of the places one answers for, and a voucher programme in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from heban.exchange import access
from heban.exchange.china import local
from heban.exchange.desk import By
from heban.exchange.models import BudgetBucket, Scheme
from heban.exchange.reading import brief
from heban.exchange.reading import programme as reading
from heban.exchange.rules import money, roles
from heban.exchange.rules.roles import Thing
from heban.web.api import entry
from heban.web.api.programmes import TABLES
from heban.web.desk import deeds, pages, words
from heban.web.desk.names import called, named_places
from heban.web.desk.ruling.rules import begun

LONGEST = 3_660
"""Days of a period at most, as the interface has it."""
LEVELS = ("by_county", "by_city", "by_province")
SERIES = ("ordered_fen", "redeemed_fen", "paid_fen")


class Bar(NamedTuple):
    """A piece of a bar or column: its series, where it begins and how long it is, in per cent."""

    series: str
    at: str
    long: str


class Column(NamedTuple):
    """A month of the chart: its label, the year where one begins, and its bars."""

    month: int
    year: int | None
    bars: list[Bar]


class Period(forms.Form):
    """A scheme and a period: from a day up to another, not counted."""

    scheme = forms.ChoiceField()
    since = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, asked: QueryDict, now: date) -> None:
        known = dict(schemes())
        begins = {
            "scheme": next(iter(known), ""),
            "since": f"{now.year}-01-01",
            "until": f"{now.year + 1}-01-01",
        }
        given = asked.copy()
        for name, value in begins.items():
            given[name] = asked.get(name) or value
        super().__init__(given)
        self.fields["scheme"].choices = list(known.items())
        for name in begins:
            self.fields[name].label = words.here(words.fields()[name].label)

    def clean(self) -> dict[str, Any]:
        """Return the period if it is in order and not too long."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and not 0 < (until - since).days <= LONGEST:
            self.add_error("until", _("The end must come after the beginning, and within ten years of it."))
        return dict(self.cleaned_data)

    def asked(self) -> dict[str, Any]:
        """Return the scheme and the days, as the readers take them."""
        return {name: self.cleaned_data[name] for name in ("scheme", "since", "until")}


def schemes() -> list[tuple[str, str]]:
    """Return the schemes with their names, those with most rules first."""
    rows = Scheme.objects.annotate(rules=Count("rule_sets")).order_by("-rules", "pk")
    return [(row.code, words.here((row.name, row.name_en or row.name))) for row in rows]


def budgets(request: HttpRequest) -> HttpResponse:
    """Show the budgets of the places that one answers for: limit, spent, held and what is left, by year."""
    who = entry.by(request)
    areas, named = reading.areas_of(who), dict(schemes())
    rows = BudgetBucket.objects.filter(kind="budget").select_related("jurisdiction").order_by("-year", "key")
    years: dict[int, list[dict[str, Any]]] = {}
    own = _Setter(request, who)
    for row in rows:
        if row.jurisdiction is not None and reading.seen(row.jurisdiction.code, areas):
            scheme = row.key.split(":")[0]
            told = {**gauge(row.limit_fen, row.held_fen, row.spent_fen), "place": called(row.jurisdiction),
                    "scheme": named.get(scheme, scheme), "set": own.address(row)}  # fmt: skip
            years.setdefault(row.year, []).append(told)
    return pages.shown(request, "desk/budgets.html", {"years": years, "label": own.label})


class _Setter:
    """Who may set which budget: the reviewers of the place whose rules they are."""

    def __init__(self, request: HttpRequest, who: By) -> None:
        self.request = request
        self.held = access.mine(who) if deeds.may(request, "budget.set") else []
        self.day = local(who.now).date()
        self.label = deeds.deed("budget.set").label

    def address(self, row: Any) -> str:
        code = row.jurisdiction.code
        thing = Thing("RuleSet", region=code, payers=(code,))
        if "region_reviewer" not in roles.actors(self.held, thing, self.day):
            return ""
        return begun(self.request, "budget.set", {"bucket": row.pk}, limit_fen=money.yuan(row.limit_fen))


def gauge(limit: int, held: int, spent: int) -> dict[str, Any]:
    """Return a budget with its bar: what is spent and held of the limit.

    >>> gauge(100, 20, 30)["bars"]
    [Bar(series='spent', at='0.00%', long='30.00%'), Bar(series='held', at='30.00%', long='20.00%')]
    """
    first, second = (100 * one / limit if limit else 0.0 for one in (spent, held))
    return {
        "limit_fen": limit, "held_fen": held, "spent_fen": spent, "room_fen": limit - held - spent,
        "used": brief.share((held + spent) / limit if limit else None),
        "bars": [Bar("spent", _cent(0), _cent(first)), Bar("held", _cent(first), _cent(second))],
    }  # fmt: skip


def programme(request: HttpRequest) -> HttpResponse:
    """Show a programme: firms, orders and money by place and month, against budgets, and what was refused."""
    who, today = entry.by(request), local(request.auth.now).date()
    period = Period(request.GET, today)
    told: dict[str, Any] = {"period": period, "years": _years(period, today)}
    if not period.is_valid():
        return pages.shown(request, "desk/programme.html", told, status=400)
    asked = period.asked()
    found = reading.programme(who, **asked)
    if "brief" in request.GET:
        return _brief(found)
    told |= {
        **_numbers(found),
        "areas": list(named_places(found["areas"]).values()),
        "tables": _tables(asked),
        "brief": f"?{urlencode({**asked, 'brief': 1})}",
        "what_if": f"{reverse('desk:what_if')}?{urlencode(asked)}",
    }
    return pages.shown(request, "desk/programme.html", told)


def _numbers(found: Mapping[str, Any]) -> dict[str, Any]:
    """What a programme is told in: its sums, its places, its months and its budgets."""
    shares = {level: [{**one, **_shares(one)} for one in found[level]] for level in LEVELS}
    return {
        "told": found,
        "total": {**found["total"], **_shares(found["total"])},
        "levels": [(name, shares[level]) for level, name in _levels().items()],
        "months": columns(found["by_month"]),
        "top": top(found["by_month"]),
        "budgets": [
            {**gauge(one["limit_fen"], one["held_fen"], one["spent_fen"]), "place": words.here(one)}
            for one in found["budgets"]
        ],
    }


def top(months: Iterable[Mapping[str, Any]]) -> int:
    """Return a round amount above all columns: one digit and zeros.

    >>> top([{"ordered_fen": 130, "redeemed_fen": 0, "paid_fen": 0}]), top([])
    (200, 100)
    """
    most = max((one[name] for one in months for name in SERIES), default=0)
    size = 100
    while True:
        for step in (1, 2, 3, 4, 5, 6, 8):
            if size * step >= most:
                return size * step
        size *= 10


def columns(months: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Return the columns of the chart by month."""
    most, found = top(months), []
    for at, one in enumerate(months):
        year, month = (int(part) for part in one["month"].split("-"))
        bars = [
            Bar(name, _cent(100 - 100 * one[name] / most), _cent(100 * one[name] / most)) for name in SERIES
        ]
        found.append(Column(month, year if at == 0 or month == 1 else None, bars))
    return found


def _brief(found: Mapping[str, Any]) -> HttpResponse:
    """The page to print, as a file: it holds its own style, which pages here may not."""
    language: brief.Language = "en" if (get_language() or "").startswith("en") else "zh"
    answer = HttpResponse(brief.page(found, language), content_type="text/html; charset=utf-8")
    name = f"{found['scheme']}-{found['since']}-{found['until']}-{language}.html"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _shares(one: Mapping[str, Any]) -> dict[str, str]:
    days = one["days_to_money"]
    return {"crossing": brief.share(one["across"]), "days": "—" if days is None else f"{days:,.0f}"}


def _levels() -> dict[str, str]:
    return dict(zip(LEVELS, (_("By county"), _("By city"), _("By province")), strict=True))


def _tables(asked: Mapping[str, Any]) -> list[tuple[str, str]]:
    named = {**_levels(), "by_month": _("By month"), "budgets": _("Budgets"), "refusals": _("Refusals"),
             "total": _("In total")}  # fmt: skip
    route = reverse("api:programme.table")
    return [(named[table], f"{route}?{urlencode({**asked, 'table': table})}") for table in TABLES]


def _years(period: Period, today: date) -> list[tuple[int, str, bool]]:
    """This year and the two before it: the year, its address, and whether it is shown."""
    scheme = period.data.get("scheme", "")
    found = []
    for year in (today.year, today.year - 1, today.year - 2):
        days = {"since": f"{year}-01-01", "until": f"{year + 1}-01-01"}
        here = all(period.data.get(name) == day for name, day in days.items())
        found.append((year, f"?{urlencode({'scheme': scheme, **days})}", here))
    return found


def _cent(value: float) -> str:
    return f"{value:.2f}%"
