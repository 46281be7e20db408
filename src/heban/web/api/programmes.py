"""What offices read of a scheme: its programme, the same as tables, and what other terms would have done."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import ConfigDict, model_validator

from heban.exchange.reading import programme as reading
from heban.exchange.reading import whatif
from heban.web.api import entry, sight
from heban.web.api.forms import Day, Given, Id, signs

router = Router(tags=["programme"])
TABLES = ("by_county", "by_city", "by_province", "by_month", "budgets", "refusals", "total")


class Period(Schema):
    """A scheme and days, `until` not counted; at most ten years."""

    scheme: Annotated[str, signs(20, "the code of a scheme", 1)]
    since: Day
    until: Day

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if not 0 < (self.until - self.since).days <= 3_660:
            raise ValueError("until must be after since, and within ten years of it")
        return self


class Table(Period):
    """One table of a programme."""

    table: Literal[TABLES]  # type: ignore[valid-type]


class WhatIf(Period):
    """Terms to try: `changes` by their keys, to the rules in force or to a draft."""

    model_config = ConfigDict(extra="forbid")
    changes: Given = {}
    rule_set: Id | None = None


@entry.get(router, "/programme", "programme", dict[str, Any])
def programme(request: HttpRequest, period: Query[Period]) -> dict[str, Any]:
    """A voucher programme: firms, purchases, money, by place and month, against budgets; refusals."""
    return reading.programme(entry.by(request), **period.dict())


@entry.file(router, "/programme.csv", "programme.table", "text/csv")
def table(request: HttpRequest, asked: Query[Table]) -> Any:
    """One table of a programme as CSV in UTF-8."""
    words = asked.dict()
    name = words.pop("table")
    frame = reading.frames(reading.programme(entry.by(request), **words))[name]
    answer = HttpResponse(frame.to_csv(index=False), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


@entry.route(router, "POST", "/what-if", "what_if", dict[str, Any])
def what_if(request: HttpRequest, form: WhatIf) -> dict[str, Any]:
    """What terms would have done with the orders of a scheme; nothing is written."""
    who = entry.by(request)
    if form.rule_set is not None:
        sight.ensure_seen(who, "rule_set", form.rule_set)
    return whatif.what_if(who, **form.dict())
