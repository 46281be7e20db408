"""Who takes part: jurisdictions, organisations, their figures and standing, and who stands behind them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from heban.exchange.models.states import one_of

USCC_FORM = r"^[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}$"


class Jurisdiction(models.Model):
    """The administration of a place, by its six-digit code of GB/T 2260; a county lies in a province."""

    code = models.CharField(max_length=6, unique=True)
    name = models.TextField()
    name_en = models.TextField(blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="jurisdiction_code_form", condition=Q(code__regex=r"^[1-9][0-9]{5}$")
            ),
        )


class Organisation(models.Model):
    """A firm, provider, university or office, known by its 统一社会信用代码; a team need not have one yet."""

    class Kind(models.TextChoices):
        """What an organisation is."""

        FIRM = "firm"
        PROVIDER = "provider"
        UNIVERSITY = "university"
        INSTITUTE = "institute"
        INCUBATOR = "incubator"
        AGENCY = "agency"
        HUB = "hub"
        BANK = "bank"
        GOVERNMENT = "gov"
        TEAM = "team"

    uscc = models.CharField(max_length=18, unique=True, null=True)
    name = models.TextField()
    name_en = models.TextField(blank=True)
    address = models.TextField(blank=True)
    kind = models.CharField(max_length=10, choices=Kind)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="organisations")
    blacklisted_until = models.DateField(null=True)
    holds_for_state = models.BooleanField(default=False)
    """Whether it holds shares for the state only (国资委, a ministry): then it relates nobody by them."""

    class Meta:
        constraints = (
            models.CheckConstraint(name="organisation_uscc_form", condition=Q(uscc__regex=USCC_FORM)),
            models.CheckConstraint(
                name="organisation_uscc_given", condition=Q(uscc__isnull=False) | Q(kind="team")
            ),
            models.CheckConstraint(
                name="organisation_kind",
                condition=Q(
                    kind__in=["firm", "provider", "university", "institute", "incubator", "agency", "hub",
                              "bank", "gov", "team"]
                ),
            ),
        )  # fmt: skip


class FirmYear(models.Model):
    """What a firm declared of a year, as `rules.eligibility` reads it; written once, the last counts."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="years")
    year = models.SmallIntegerField()
    figures = models.JSONField()
    source = models.TextField()
    at = models.DateTimeField()


class Standing(models.Model):
    """That an organisation is a beneficiary of a kind, as a technology-based small firm, for some days."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="standings")
    kind = models.CharField(max_length=12)
    since = models.DateField()
    until = models.DateField(null=True)
    source = models.TextField()

    class Meta:
        constraints = (
            one_of("standing_kind", "kind", ["tech_sme", "firm", "team", "incubatee"]),
            models.UniqueConstraint(name="standing_once", fields=["organisation", "kind", "since"]),
        )


class Tie(models.Model):
    """A link of ownership, control or persons between two keys, as `rules.links.Link` reads it."""

    a = models.CharField(max_length=60)
    b = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    basis_points = models.IntegerField(default=0)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    source = models.TextField()

    class Meta:
        constraints = (
            one_of(
                "tie_kind", "kind",
                ["equity", "branch", "controller", "legal_rep", "keyperson", "family", "address", "account",
                 "agent"],
            ),
            models.CheckConstraint(
                name="tie_share",
                condition=Q(kind="equity", basis_points__gt=0, basis_points__lte=10_000)
                | (~Q(kind="equity") & Q(basis_points=0)),
            ),
            models.UniqueConstraint(
                name="tie_once", fields=["a", "b", "kind", "since"], nulls_distinct=False
            ),
        )  # fmt: skip
        indexes = (models.Index(name="tie_from_b", fields=["b"]),)


class Controlled(models.Model):
    """The group of one actual controller that an organisation belongs to, worked out from its ties."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="controlled")
    key = models.CharField(max_length=40)

    class Meta:
        indexes = (models.Index(name="controlled_key", fields=["key"]),)


class RelatedCheck(models.Model):
    """What was found when two parties were looked at for being related, on a day; written once."""

    a = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    b = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    day = models.DateField()
    method = models.CharField(max_length=8)
    threshold_bp = models.IntegerField()
    hits = models.JSONField()
    at = models.DateTimeField()


class Station(models.Model):
    """A service station (创新券服务站): an organisation that acts for firms of its jurisdiction."""

    host = models.ForeignKey(Organisation, models.PROTECT, related_name="stations")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="stations")

    class Meta:
        constraints = (models.UniqueConstraint(name="station_once", fields=["host", "jurisdiction"]),)


class Mandate(models.Model):
    """That a firm lets a station act for it, for some days."""

    station = models.ForeignKey(Station, models.PROTECT, related_name="mandates")
    firm = models.ForeignKey(Organisation, models.PROTECT, related_name="mandates")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(name="mandate_once", fields=["station", "firm", "since"]),)


class Alliance(models.Model):
    """A group with members and shared assets: an alliance, or an innovation complex (创新综合体)."""

    name = models.TextField()
    kind = models.CharField(max_length=10)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, related_name="alliances")

    class Meta:
        constraints = (one_of("alliance_kind", "kind", ["alliance", "complex"]),)


class AllianceMember(models.Model):
    """That an organisation belongs to an alliance for some days."""

    alliance = models.ForeignKey(Alliance, models.PROTECT, related_name="members")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="alliances")
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="alliance_member_once", fields=["alliance", "organisation", "since"]
            ),
        )
