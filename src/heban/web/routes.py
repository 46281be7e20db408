"""The routes by name, and who may call each; for which rows is `heban.exchange.access`'s to say."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from heban.exchange.models.people import OFFICES
from heban.exchange.rules.machines import machines
from heban.exchange.rules.roles import roles

ANYONE, PERSON = "anyone", "person"
_ALL = frozenset({ANYONE})
_LOGGED_IN = frozenset({PERSON})
_MANAGERS = frozenset({"firm_manager", "provider_manager"})
_PEOPLE = frozenset({*_MANAGERS, "firm_member", "provider_member"})
_PROVIDER = frozenset({"provider_member", "provider_manager"})
_OFFICES = frozenset(OFFICES)
_REVIEWERS = frozenset({"county_reviewer", "region_reviewer"})
_PLATFORM = frozenset({"platform"})
_REGION = frozenset({"region_reviewer"})
_JUDGES = _PLATFORM | {"auditor", "region_reviewer"}
_FIRM = frozenset({"firm_member", "firm_manager", "station_member"})


def steppers(machine: str, *events: str) -> frozenset[str]:
    """Return the roles whose actor takes these steps of a machine, by itself or with others.

    >>> sorted(steppers("VoucherQuota", "county_pass"))
    ['county_reviewer']
    """
    edges = [edge for edge in machines()[machine].edges if edge.event in events]
    if {edge.event for edge in edges} != set(events):
        raise AssertionError(f"{machine} has not all of the events {', '.join(events)}")
    actors = {actor for edge in edges for actor in (*edge.by, *edge.all)}
    return frozenset(
        code
        for code, role in roles().items()
        if (role.on is None or machine in role.on) and (role.actor in actors or "anyone" in actors)
    )


_steps: dict[tuple[str, str], tuple[str, ...]] = {}
STEPS: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(_steps)
"""The routes that take a step, by machine and event."""


def _of(machine: str, prefix: str, **events: tuple[str, ...]) -> dict[str, frozenset[str]]:
    for name, steps in events.items():
        for step in steps:
            _steps[machine, step] = (*_steps.get((machine, step), ()), f"{prefix}.{name}")
    return {f"{prefix}.{name}": steppers(machine, *steps) for name, steps in events.items()}


_READ: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("assets", "asset", "assets.facets", "assets.search", "draw", "draws", "heads", "jurisdictions",
         "machines", "machine", "publicity", "refusals", "rule_sets", "rule_set", "schemes", "scheme"),
        _ALL,
    ),
    **dict.fromkeys(
        ("alliances", "booking", "bookings", "exports", "hold.room", "holds", "me", "need", "needs",
         "notices", "notices.read", "order", "orders", "organisation", "organisations", "paper.file",
         "programmes.joint", "quota", "quotas", "redemption", "redemptions", "stations", "ties", "tokens",
         "unit.calendar"),
        _LOGGED_IN,
    ),
    "alarms": _JUDGES,
    "alarms.tally": _JUDGES,
    "audit": frozenset({"auditor", "platform"}),
    "batch": _PLATFORM | {"region_finance"},
    "batches": _PLATFORM | {"region_finance"},
    "budgets": _OFFICES | _PLATFORM,
    "case": _JUDGES,
    "cases": _JUDGES,
    "programme": _OFFICES | _PLATFORM,
    "programme.table": _OFFICES | _PLATFORM,
    "quotas.waiting": _REVIEWERS,
    "settlement.waiting": _PLATFORM | {"region_finance"},
    "utilisation": _PROVIDER | {"operator", "auditor", "platform"},
    "what_if": _OFFICES | _PLATFORM,
}  # fmt: skip

_OWN: dict[str, frozenset[str]] = dict.fromkeys(
    ("organisation.register", "token.make", "token.revoke"), _LOGGED_IN
)

_PARTIES: dict[str, frozenset[str]] = {
    "alliance.found": _MANAGERS,
    "alliance.join": _MANAGERS,
    "finding.first": _REGION,
    "finding.second": _REGION,
    "mandate.end": frozenset({"firm_manager"}),
    "mandate.give": frozenset({"firm_manager"}),
    "organisation.change": _MANAGERS | _PLATFORM,
    "organisation.declare": _MANAGERS,
    "organisation.move": _PLATFORM,
    "organisation.recognise": _REVIEWERS,
    "person.invite": _MANAGERS | _PLATFORM,
    "person.shut_out": _PLATFORM,
    "role.give": _MANAGERS | _PLATFORM,
    "role.take": _MANAGERS | _PLATFORM,
    "station.open": _PLATFORM,
    "tie.declare": _MANAGERS | _REVIEWERS | {"auditor"} | _PLATFORM,
    "tie.end": _MANAGERS | _REVIEWERS | {"auditor"} | _PLATFORM,
}

_NEEDS: dict[str, frozenset[str]] = {
    "need.close": _PEOPLE | {"station_member"},
    "need.register": _PEOPLE | {"station_member"},
    "need.shortlist": _PEOPLE | _REGION | _PLATFORM,
    "programme.begin": _REGION | _PLATFORM,
    "programme.invite": _REGION | _PLATFORM,
    "programme.pledge": _MANAGERS,
    "programme.propose": _REGION | _PLATFORM,
}

_ASSETS: dict[str, frozenset[str]] = {
    "asset.draft": _PROVIDER,
    "asset.change": _PROVIDER,
    **_of(
        "Resource", "asset", submit=("submit",), list=("list",), reject=("reject",), exempt=("exempt",),
        suspend=("suspend",), resume=("resume",), retire=("retire",),
    ),
    "asset.hours": _PROVIDER,
    "asset.units": _PROVIDER,
    "price.set": _PROVIDER,
    "price.end": _PROVIDER,
    "training.begin": _PROVIDER | {"operator"},
    "training.end": _PROVIDER | {"operator"},
    "unit.close": _PROVIDER | {"operator"},
    "booking.hold": _PEOPLE,
    "booking.reactivate": _PEOPLE,
    **_of(
        "Booking", "booking", request=("request",), confirm=("confirm",), reject=("reject",),
        move=("reschedule",), cancel=("cancel",), start=("start",), finish=("finish",),
    ),
}  # fmt: skip

_ORDERS: dict[str, frozenset[str]] = {
    "order.draft": _FIRM,
    "order.change": _FIRM,
    **_of(
        "ServiceOrder", "order", submit=("submit",), decline=("decline",), cancel=("cancel",),
        quote=("quote",), accept=("accept",), sign=("sign",), unsign=("sign",), begin=("begin",),
        deliver=("deliver",), approve=("approve",), dispute=("dispute",),
        resolve=("resolve_redo", "resolve_ok", "resolve_cancel"), rate=("sign",),
    ),
    "paper.add": steppers("ServiceOrder", "sign"),
    "sample.register": steppers("Sample", "ship"),
    "sample.allow": steppers("Sample", "ship"),
    **_of(
        "Sample", "sample", ship=("ship",), resend=("resend",), receive=("receive",), refuse=("refuse",),
        lose=("lose",), test=("test",), verify=("verify",), retain=("retain",), give_back=("return",),
        destroy=("destroy",),
    ),
}  # fmt: skip

_MONEY: dict[str, frozenset[str]] = {
    "rule_set.draft": _REGION,
    **_of(
        "RuleSet", "rule_set", revise=("revise",), approve=("approve",), close=("close",), drop=("drop",)
    ),
    "budget.set": _REGION,
    "quota.apply": frozenset({"firm_manager", "station_member"}),
    **_of(
        "VoucherQuota", "quota", county_pass=("county_pass",), reject=("county_reject", "region_reject"),
        grant=("grant", "skip_county"), freeze=("freeze",), unfreeze=("unfreeze",), revoke=("revoke",),
        close=("close",),
    ),
    **_of("VoucherHold", "hold", make=("void",), release=("void",)),
    "redemption.draft": _MANAGERS,
    **_of(
        "Redemption", "redemption", submit=("submit",), withdraw=("withdraw",), send_back=("return",),
        pass_county=("county_ok",), pass_region=("region_ok", "one_level_ok"), reject=("reject",),
        oppose=("object",), overrule=("overrule",), pay=("pay",), claw=("claw",), recover=("recover",),
    ),
    "batch.open": _PLATFORM,
    **_of(
        "SettlementBatch", "batch", freeze=("freeze",), dispute=("dispute",), refreeze=("refreeze",),
        confirm=("confirm",), payment=("settle",), settle=("settle",),
    ),
    "case.open": _PLATFORM | {"auditor"},
    **_of("Case", "case", investigate=("investigate",), ask=("ask",), clear=("clear",), prove=("prove",)),
}  # fmt: skip

ROUTES: Mapping[str, frozenset[str]] = MappingProxyType(
    {**_READ, **_OWN, **_PARTIES, **_NEEDS, **_ASSETS, **_ORDERS, **_MONEY}
)
"""What is not named here is closed to everybody."""
