"""The tables of the exchange. What Python says here the database repeats: see `heban/exchange/sql`."""

from __future__ import annotations

from heban.exchange.models.answers import Answer
from heban.exchange.models.approvals import Approval, Evidence
from heban.exchange.models.assets import Asset, AssetUnit
from heban.exchange.models.audit import AuditEvent, StateEdge
from heban.exchange.models.bookings import Booking
from heban.exchange.models.budgets import BudgetBucket, Hold, HoldBucket
from heban.exchange.models.ledger import LedgerAccount, LedgerEntry, LedgerLeg
from heban.exchange.models.parties import Jurisdiction, Membership, Organisation, Person

__all__ = [
    "Answer",
    "Approval",
    "Asset",
    "AssetUnit",
    "AuditEvent",
    "Booking",
    "BudgetBucket",
    "Evidence",
    "Hold",
    "HoldBucket",
    "Jurisdiction",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerLeg",
    "Membership",
    "Organisation",
    "Person",
    "StateEdge",
]
