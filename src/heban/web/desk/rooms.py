"""The rooms of the desk: every page, its address, to whom it is open, and the function that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from heban.exchange.models.people import OFFICES
from heban.web.routes import ANYONE, PERSON

_ALL = frozenset({ANYONE})
_LOGGED_IN = frozenset({PERSON})
_PROVIDER = frozenset({"provider_member", "provider_manager"})
_REVIEWERS = frozenset({"county_reviewer", "region_reviewer"})
_USAGE = _PROVIDER | {"operator", "auditor", "platform"}
_OFFICES = frozenset({*OFFICES, "platform"})
_SETTLERS = frozenset({"region_finance", "platform"})
_JUDGES = frozenset({"platform", "auditor", "region_reviewer"})


@dataclass(frozen=True, slots=True)
class Room:
    """A page: its path under the desk, who may enter, and its view within `heban.web.desk`."""

    path: str
    open_to: frozenset[str]
    view: str


ROOMS: Mapping[str, Room] = MappingProxyType(
    {
        "home": Room("", _ALL, "home.home"),
        "cast": Room("cast", _ALL, "stage.cast"),
        "do": Room("do/<name>", _LOGGED_IN, "doing.do"),
        # finding
        "search": Room("search", _ALL, "finding.things.search"),
        "asset": Room("things/<int:asset>", _ALL, "finding.things.asset"),
        "book": Room("units/<int:unit>/book", _LOGGED_IN, "finding.book.book"),
        "bookings": Room("bookings", _LOGGED_IN, "finding.bookings.bookings"),
        "booking": Room("bookings/<int:booking>", _LOGGED_IN, "finding.bookings.booking"),
        # ordering
        "orders": Room("orders", _LOGGED_IN, "ordering.orders.orders"),
        "order": Room("orders/<int:order>", _LOGGED_IN, "ordering.orders.order"),
        "voucher": Room("orders/<int:order>/voucher", _LOGGED_IN, "ordering.bills.voucher_room"),
        "paper": Room("orders/<int:order>/papers", _LOGGED_IN, "ordering.papers.paper"),
        # organising
        "mine": Room("organisation", _LOGGED_IN, "organising.organisations.mine"),
        "organisation": Room(
            "organisations/<int:organisation>", _LOGGED_IN, "organising.organisations.organisation"
        ),
        "quotas": Room("quotas", _LOGGED_IN, "organising.quotas.quotas"),
        "quota": Room("quotas/<int:quota>", _LOGGED_IN, "organising.quotas.quota"),
        "needs": Room("needs", _LOGGED_IN, "organising.needs.needs"),
        "need": Room("needs/<int:need>", _LOGGED_IN, "organising.needs.need"),
        "programmes": Room("joint-programmes", _LOGGED_IN, "organising.needs.programmes"),
        "notices": Room("notices", _LOGGED_IN, "organising.notices.notices"),
        "tokens": Room("tokens", _LOGGED_IN, "organising.notices.tokens"),
        # providing
        "things": Room("things", _PROVIDER | {"operator"}, "providing.things.things"),
        "thing": Room("things/<int:asset>/manage", _PROVIDER | {"region_reviewer"}, "providing.things.thing"),
        "timetable": Room(
            "things/<int:asset>/timetable", _PROVIDER | {"operator"}, "providing.timetable.timetable"
        ),
        "usage": Room("organisations/<int:organisation>/usage", _USAGE, "providing.usage.usage"),
        "sheet": Room(
            "organisations/<int:organisation>/sheets/<what>",
            _PROVIDER | {"platform"},
            "providing.usage.sheet",
        ),
        # reviewing
        "review": Room("review", _REVIEWERS, "reviewing.queues.review"),
        "claims": Room("claims", _LOGGED_IN, "reviewing.claims.claims"),
        "claim": Room("claims/<int:redemption>", _LOGGED_IN, "reviewing.claims.claim"),
        "publicity": Room("publicity", _ALL, "reviewing.claims.publicity"),
        "rule_sets": Room("rules", _ALL, "ruling.rules.rule_sets"),
        "rule_set": Room("rules/<int:rule_set>", _ALL, "ruling.rules.rule_set"),
        "budgets": Room("budgets", _OFFICES, "ruling.spending.budgets"),
        "programme": Room("programme", _OFFICES, "ruling.spending.programme"),
        "what_if": Room("what-if", _OFFICES, "ruling.trying.what_if"),
        # settling
        "settlement": Room("settlement", _SETTLERS, "settling.settlement.settlement"),
        "batch": Room("settlement/<int:batch>", _SETTLERS, "settling.settlement.batch"),
        "cases": Room("cases", _JUDGES, "auditing.audit.cases"),
        "case": Room("cases/<int:case>", _JUDGES, "auditing.audit.case"),
        "alarms": Room("alarms", _JUDGES, "auditing.audit.alarms"),
        "audit": Room("audit", frozenset({"auditor", "platform"}), "auditing.audit.audit"),
        "draws": Room("draws", _ALL, "auditing.audit.draws"),
        "heads": Room("heads", _ALL, "auditing.audit.heads"),
        "people": Room("people", frozenset({"platform"}), "auditing.seating.people"),
    }
)
