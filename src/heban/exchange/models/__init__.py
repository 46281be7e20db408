"""The tables of the exchange. What Python says here the database repeats: see `heban/exchange/sql`."""

from __future__ import annotations

from heban.exchange.models.answers import Answer
from heban.exchange.models.approvals import Approval, Consent, Evidence, RelatedFinding
from heban.exchange.models.assets import AllianceAsset, Asset, AssetUnit, Opening, PriceTier, Training
from heban.exchange.models.audit import AuditEvent, StateEdge
from heban.exchange.models.bookings import Booking, Usage
from heban.exchange.models.budgets import BudgetBucket, Hold, HoldBucket
from heban.exchange.models.cases import Alarm, AuditDraw, Case, CaseParty, CaseSubject
from heban.exchange.models.denials import Denial
from heban.exchange.models.ledger import LedgerAccount, LedgerEntry, LedgerLeg
from heban.exchange.models.needs import JointProgramme, Need, ProgrammeNeed, ProgrammePartner
from heban.exchange.models.notices import DailyHead, Notice, Remark
from heban.exchange.models.orders import (
    Contract,
    Custody,
    Paper,
    Quote,
    QuoteLine,
    Rating,
    Sample,
    ServiceOrder,
)
from heban.exchange.models.parties import (
    Alliance,
    AllianceMember,
    Controlled,
    FirmYear,
    Jurisdiction,
    Mandate,
    Organisation,
    RelatedCheck,
    Standing,
    Station,
    Tie,
)
from heban.exchange.models.people import Membership, Person, Token, Window
from heban.exchange.models.redemptions import (
    BankPaper,
    Objection,
    Payout,
    Recovery,
    Redemption,
    SettlementBatch,
    SettlementLine,
    SettlementPayment,
)
from heban.exchange.models.vouchers import RuleSet, Scheme, VoucherQuota

__all__ = [
    "Alarm",
    "Alliance",
    "AllianceAsset",
    "AllianceMember",
    "Answer",
    "Approval",
    "Asset",
    "AssetUnit",
    "AuditDraw",
    "AuditEvent",
    "BankPaper",
    "Booking",
    "BudgetBucket",
    "Case",
    "CaseParty",
    "CaseSubject",
    "Consent",
    "Contract",
    "Controlled",
    "Custody",
    "DailyHead",
    "Denial",
    "Evidence",
    "FirmYear",
    "Hold",
    "HoldBucket",
    "JointProgramme",
    "Jurisdiction",
    "LedgerAccount",
    "LedgerEntry",
    "LedgerLeg",
    "Mandate",
    "Membership",
    "Need",
    "Notice",
    "Objection",
    "Opening",
    "Organisation",
    "Paper",
    "Payout",
    "Person",
    "PriceTier",
    "ProgrammeNeed",
    "ProgrammePartner",
    "Quote",
    "QuoteLine",
    "Rating",
    "Recovery",
    "Redemption",
    "RelatedCheck",
    "RelatedFinding",
    "Remark",
    "RuleSet",
    "Sample",
    "Scheme",
    "ServiceOrder",
    "SettlementBatch",
    "SettlementLine",
    "SettlementPayment",
    "Standing",
    "StateEdge",
    "Station",
    "Tie",
    "Token",
    "Training",
    "Usage",
    "VoucherQuota",
    "Window",
]
