"""What if: the orders of a scheme, as they are stored, replayed under draft terms; nothing is written."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from heban.domain.errors import BadSpec
from heban.exchange.acts.related import key
from heban.exchange.acts.rows import found
from heban.exchange.desk import By
from heban.exchange.models import Hold, Organisation, RuleSet
from heban.exchange.reading.programme import areas_of, ensure_scheme, purchases, rule, seen, synthetic
from heban.exchange.rules.application import Application
from heban.exchange.rules.refusals import denied
from heban.exchange.rules.terms import Terms, terms
from heban.exchange.rules.whatif import ASSUMED, Outcome, PastOrder, Replay, replay

SHOWN = 10
"""Firms that are named at either end of the gains."""


def what_if(
    by: By,
    *,
    scheme: str,
    changes: Mapping[str, Any],
    since: date,
    until: date,
    rule_set: int | None = None,
) -> dict[str, Any]:
    """Return what terms would have done with the orders of a scheme made from a day up to another.

    In each jurisdiction its own rules, those that came into force last before `until`, are taken with
    `changes` to their keys; or the terms of a draft `rule_set`, for its jurisdiction alone, with `changes`.
    Behaviour is held fixed, see `assumed`. Rules without a budget are refused with `BadSpec`. An office sees
    the firms of its own place. Raises `UnknownName` for a scheme that there is not.
    """
    areas = areas_of(by)
    ensure_scheme(scheme)
    drafts = _drafts(scheme, changes, until, rule_set)
    past = _past(scheme, since, until, areas)
    replays = [replay(given, past.get(code, [])) for code, given in drafts.items()]
    return {
        "scheme": scheme,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "changes": dict(changes),
        "assumed": {"zh": ASSUMED.zh, "en": ASSUMED.en},
        "remark": synthetic(),
        "unruled": sum(len(orders) for code, orders in past.items() if code not in drafts),
        **_told(replays),
    }


def from_file(path: Path) -> dict[str, Any]:
    """Return the changes that a TOML file gives: keys of the terms and their new values.

    The file may be a whole set of terms; "none" is no limit. Raises `BadSpec` for keys that there are not.
    """
    if not path.is_file():
        raise BadSpec(f"there is no file of terms {str(path)!r}. Give --terms a TOML file.")
    try:
        document = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSpec(f"{path.name} is no TOML: {error}. Correct it there.") from None
    given = {name: None if value == "none" else value for name, value in document.items()}
    terms(given)
    return given


def past_orders(scheme: str, since: date, until: date) -> list[tuple[str, PastOrder]]:
    """Return the orders of a scheme as the replay reads them, each with the place of its firm.

    The firm's region is for the replay the jurisdiction whose rules it had: that one's budget is used up.
    What was held counts whole, whatever became of it: the replay too asks what would have been held.
    """
    bought = {one.order: one for one in purchases(scheme, since, until)}
    rows = (
        Hold.objects.filter(order__in=bought, quota__scheme__code=scheme)
        .select_related(
            "order__firm__jurisdiction", "order__provider__jurisdiction", "order__quote", "quota",
            "rule_set__jurisdiction",
        )
        .order_by("order", "-pk")
    )  # fmt: skip
    last: dict[int, Any] = {}
    for row in rows:
        last.setdefault(row.order_id, row)
    return [(bought[order].place, _past_order(row)) for order, row in last.items()]


def _past_order(row: Any) -> PastOrder:
    order, quota = row.order, row.quota
    asked = Application(
        frozenset(quota.kinds),
        order.service_class,
        row.rule_set.jurisdiction.code,
        order.provider.jurisdiction.code,
        order.use,
        order.other_funding_fen,
    )
    return PastOrder(
        id=f"{order.pk:012}", at=row.made_at, firm=str(order.firm_id),
        controller=quota.controller or key(order.firm), provider=str(order.provider_id), application=asked,
        price_fen=order.quote.eligible_fen, held_fen=row.amount_fen, team=order.firm.kind == "team",
    )  # fmt: skip


def _past(scheme: str, since: date, until: date, areas: tuple[str, ...]) -> dict[str, list[PastOrder]]:
    by_rules: dict[str, list[PastOrder]] = defaultdict(list)
    for place, one in past_orders(scheme, since, until):
        if seen(place, areas):
            by_rules[one.application.firm_region].append(one)
    return dict(by_rules)


def _drafts(scheme: str, changes: Mapping[str, Any], until: date, rule_set: int | None) -> dict[str, Terms]:
    """The terms to be tried, by the jurisdiction whose rules they would be."""
    if rule_set is not None:
        row = found(RuleSet, "rule set", pk=rule_set)
        if row.scheme.code != scheme:
            raise BadSpec(f"the rule set {rule_set} is of the scheme {row.scheme.code}, not of {scheme}.")
        return {row.jurisdiction.code: terms({**row.terms, **changes})}
    rows = RuleSet.objects.filter(
        scheme__code=scheme, state__in=["active", "closed"], valid_from__lt=until
    ).order_by("valid_from", "pk")
    drafts = {
        row.jurisdiction.code: terms({**row.terms, **changes}) for row in rows.select_related("jurisdiction")
    }
    if not drafts:
        raise denied("rules.nowhere", scheme=scheme, day=until - timedelta(days=1))
    return drafts


def _told(replays: list[Replay]) -> dict[str, Any]:
    outcomes = [one for each in replays for one in each.outcomes]
    years: Counter[int] = Counter()
    before: Counter[int] = Counter()
    for each in replays:
        for year, (was, would) in each.cost_fen().items():
            before[year] += was
            years[year] += would
    regions: Counter[str] = Counter()
    for each in replays:
        regions.update(each.cost_by_region())
    return {
        "orders": len(outcomes),
        "before_fen": sum(before.values()),
        "after_fen": sum(years.values()),
        "by_year": [
            {"year": year, "before_fen": before[year], "after_fen": years[year]} for year in sorted(years)
        ],
        "by_region": [{"place": place, "after_fen": fen} for place, fen in sorted(regions.items())],
        "runs_out": [
            {"place": place, "year": year, "on": on.date().isoformat()}
            for each in replays
            for (place, year), on in sorted(each.runs_out().items())
        ],
        "refusals": _refused(outcomes),
        "bindings": dict(sorted(Counter(one.binding for one in outcomes if one.fen).items())),
        **_gains(outcomes),
    }


def _refused(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    counted = Counter(code for one in outcomes for code in one.refused)
    return [
        {"code": code, "orders": number, **rule(code)}
        for code, number in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    ]


def _gains(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """How many firms gain and lose, and those that do most, by name."""
    change: Counter[str] = Counter()
    for one in outcomes:
        change[one.order.firm] += one.change_fen
    ordered = sorted(change.items(), key=lambda one: (-one[1], int(one[0])))
    named = Organisation.objects.in_bulk([int(firm) for firm, _ in (*ordered[:SHOWN], *ordered[-SHOWN:])])

    def told(firm: str, fen: int) -> dict[str, Any]:
        return {"organisation": int(firm), "name": named[int(firm)].name, "change_fen": fen}

    return {
        "firms": len(ordered),
        "gaining": sum(fen > 0 for _, fen in ordered),
        "losing": sum(fen < 0 for _, fen in ordered),
        "most_gained": [told(firm, fen) for firm, fen in ordered[:SHOWN] if fen > 0],
        "most_lost": [told(firm, fen) for firm, fen in ordered[::-1][:SHOWN] if fen < 0],
    }
