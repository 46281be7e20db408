"""The dossier of a claim: whose hands it went through, who pays, what happened and what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from heban.exchange import access
from heban.exchange.acts import clawback, holds
from heban.exchange.acts.vouchers import rules_of
from heban.exchange.china import local
from heban.exchange.desk import SYSTEM, By
from heban.exchange.models import Approval, AuditEvent, LedgerEntry, Person
from heban.exchange.models.people import OFFICES
from heban.exchange.reading import redemptions, related, timeline, vouchers
from heban.exchange.reading.redemptions import HANDS, MACHINE, Row, pair
from heban.exchange.rules import machines, roles
from heban.exchange.rules.deadlines import last_claim_day
from heban.exchange.rules.refusals import Said
from heban.exchange.rules.related import GROUNDS

_LIKELY = ("region_reviewer", "county_reviewer", "region_finance", "auditor", "firm", "provider")
"""As whom somebody acted, when they could have as several."""
_HAND_OF = {"county_by": "county_reviewer", "region_by": "region_reviewer", "paid_by": "region_finance"}


def claim(by: By, row: Any) -> Row:
    """Return all of one claim: its papers' worth, hands, payers, objections, history and next steps.

    The row is best one of `redemptions.near()`. Refused to who may not see it: `access.denied`. People of
    others are not named.
    """
    told = vouchers.claim(by, row)
    approval = Approval.objects.filter(subject="redemption", subject_id=row.pk).first()
    events = AuditEvent.objects.filter(entity="exchange_redemption", entity_id=row.pk).order_by("sequence")
    reader = _Reader(by, row, approval, list(events))
    return {
        **told, **redemptions.told_one(by, row, access.mine(by), local(by.now).date(), approval),
        "wish": row.hold.order.wish,
        "rule_set": row.hold.rule_set_id,
        "hold_state": row.hold.state,
        "quota": row.hold.quota_id,
        "quota_state": row.hold.quota.state,
        "last_day": None if row.hold.order.accepted_on is None else last_claim_day(
            rules_of(row.hold), row.hold.order.accepted_on
        ),
        "own_case": reader.own_case(),
        "hands": reader.hands(),
        "payers": reader.payers(),
        "checked": _checked(row.related_check),
        "related": related.today(by, row, rules_of(row.hold)),
        "history": reader.history(),
        "steps": timeline.steps(by, row, MACHINE),
    }  # fmt: skip


@dataclass
class _Reader:
    """One claim for one reader: names of their own people, parts of all others."""

    by: By
    row: Any
    approval: Any
    events: list[Any]
    _mine: list[roles.Membership] = field(init=False)
    _people: dict[int, Row] = field(init=False)

    def __post_init__(self) -> None:
        self._mine = access.mine(self.by)
        self._thing = access.thing(self.row)
        self._day = local(self.by.now).date()
        acted = {_number(one.actor) for one in self.events}
        self._people = self._read({*acted, *(self._person(hand) for hand in HANDS)} - {None})

    def own_case(self) -> bool:
        """Whether the reader holds an office and belongs to a party, and so decides nothing here."""
        held = [one for one in self._mine if one.in_force(self._day)]
        stations = {one.station for one in self._thing.mandates}
        parties = {self._thing.firm, self._thing.provider, *stations}
        office = any(one.role in OFFICES for one in held)
        return office and bool({one.organisation for one in held} & parties)

    def hands(self) -> list[Row]:
        """Whose hands the claim went through; the name of a reader's own people only."""
        said = []
        for hand, words in HANDS.items():
            person = self._person(hand)
            if person is not None:
                by = {**self._people[person], **_actor(self._part(hand))}
                mine = person == self.by.person
                said.append({"hand": hand, "zh": words.zh, "en": words.en, "you": mine, "by": by})
        return said

    def _person(self, hand: str) -> Any:
        return getattr(self.approval, f"{hand}_id", None)

    def _part(self, hand: str) -> str:
        """As whom somebody had a hand in it: each is an office's, the first the claimant's."""
        side = "firm" if self.row.claimant_id == self.row.hold.order.firm_id else "provider"
        return {**_HAND_OF, "submitted_by": side}[hand]

    def _read(self, persons: Iterable[int]) -> dict[int, Row]:
        """As what people act on the claim, with the names of those who are this reader's own."""
        held, mine = access.held_by(persons), {one.organisation for one in self._mine}
        own = [one for one, theirs in held.items() if mine & {each.organisation for each in theirs}]
        names = dict(Person.objects.filter(pk__in=own).values_list("pk", "name"))
        found = {}
        for person, theirs in held.items():
            actors = roles.actors(theirs, self._thing, self._day)
            part = next((one for one in _LIKELY if one in actors), "anyone")
            found[person] = {**_actor(part), "name": names.get(person, "")}
        return found

    def payers(self) -> list[Row]:
        """The part of each region, what it paid by which paper, and whether the reader pays for it.

        Before a claim is approved a part is what it would be of the amount that is claimed.
        """
        hold, row = self.row.hold, self.row
        carried = {one.bucket.jurisdiction.code: one for one in access.budgets(hold)}
        held = {code: one.amount_fen for code, one in carried.items()}
        used = {code: one.used_fen for code, one in carried.items() if one.used_fen is not None}
        parts = used or holds.shared(hold, rules_of(hold), row.approved_fen or row.claimed_fen, held)
        places = [hold.rule_set.jurisdiction, *(one.bucket.jurisdiction for one in carried.values())]
        names = {one.code: pair(one) for one in places}
        paid = {one.payer.code: one for one in row.payouts.all()}
        keys = {clawback.recovered(row, code): code for code in parts}
        back = {keys[key] for key in LedgerEntry.objects.filter(key__in=keys).values_list("key", flat=True)}
        return [
            {
                "payer": code, "name": names[code], "fen": fen, "settled": bool(used),
                "paid": _paid(paid.get(code)), "recovered": code in back, "mine": self._pays(code),
            }
            for code, fen in sorted(parts.items())
        ]  # fmt: skip

    def _pays(self, code: str) -> bool:
        alone = replace(self._thing, payers=(code,))
        return "region_finance" in roles.actors(self._mine, alone, self._day)

    def history(self) -> list[Row]:
        """What happened to the claim, the first first, with the reasons that were given."""
        said: list[Row] = []
        for one in self.events:
            said.append(self._event(one, said[-1]["at"] if said else one.at))
        return said

    def _event(self, one: Any, before: datetime) -> Row:
        """One change; a moment that it does not name is that of the change before it."""
        source = one.change["before"].get("state", "") if one.sequence > 1 else ""
        after = one.change["after"]
        said = _named(source, after.get("state", source))
        number = _number(one.actor)
        by = {**_actor(SYSTEM), "name": ""} if number is None else self._people[number]
        at = datetime.fromisoformat(after["since"]) if "since" in after else before
        return {"zh": said.zh, "en": said.en, "at": at, "reason": one.reason, "by": by,
                "to": after.get("state", "")}  # fmt: skip


def _number(actor: str) -> int | None:
    """The number of a person, of what the audit says of who acted."""
    number = actor.removeprefix("person:")
    return int(number) if number.isdigit() else None


def _named(source: str, target: str) -> Said:
    if not source:
        return timeline.MADE
    edges = [
        one for one in machines.machines()[MACHINE].edges if (one.source, one.target) == (source, target)
    ]
    return Said(edges[0].zh, edges[0].event.replace("_", " ")) if edges else timeline.CHANGED


def _paid(one: Any) -> Row | None:
    if one is None:
        return None
    return {
        "fen": one.fen, "reference": one.paper.reference, "at": one.at,
        "advanced_by": pair(one.advanced_by) if one.advanced_by else None,
    }  # fmt: skip


def _checked(check: Any) -> Row | None:
    """The test of the parties that the last reviewer's step wrote down."""
    if check is None:
        return None
    return {
        "day": check.day, "threshold_bp": check.threshold_bp, "method": check.method,
        "grounds": [GROUNDS[one["ground"]] for one in check.hits],
    }  # fmt: skip


def _actor(code: str) -> Row:
    said = machines.actors()[code]
    return {"part": code, "zh": said.zh, "en": said.en}
