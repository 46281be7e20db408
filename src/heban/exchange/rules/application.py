"""The door of a voucher scheme: who may use it, for which service, where, and not twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from heban.exchange.china import province_of
from heban.exchange.rules.eligibility import Verdict
from heban.exchange.rules.money import told
from heban.exchange.rules.refusals import Denial, denied, listed
from heban.exchange.rules.terms import Terms, named


@dataclass(frozen=True, slots=True)
class Application:
    """What a firm wants to use a voucher for.

    `kinds`, `service_class` and `use` are words of the terms; regions are six-digit codes, of the places
    of registration. `other_funding_fen` is the other public money that is declared for the same work.
    """

    kinds: frozenset[str]
    service_class: str
    firm_region: str
    provider_region: str
    use: str = "ordinary"
    other_funding_fen: int = 0
    blacklisted_until: date | None = None
    tech_sme: Verdict | None = None


def objections(terms: Terms, asked: Application, on: date) -> list[Denial]:
    """Return every reason why a scheme refuses an application, in the order of the rules.

    Looked at are the applicant's kind and the exclusion after fraud, the class and the use of the service,
    the provinces of the two parties, and other public money. A firm that is in the scheme only as a
    technology-based small or medium firm must pass the national test where its verdict is given. Whether
    use across provinces means provinces or smaller places is not known for the pilot: 默认值待核 (§12).

    >>> asked = Application(frozenset({"tech_sme"}), "testing", "310118", "310104")
    >>> [reason.code for reason in objections(Terms(cross_region="required"), asked, date(2026, 3, 1))]
    ['region.same']
    """
    return [*_of_beneficiary(terms, asked, on), *_of_service(terms, asked), *_of_place(terms, asked)]


def _of_beneficiary(terms: Terms, asked: Application, on: date) -> list[Denial]:
    found = []
    fit = asked.kinds & set(terms.beneficiary_kinds)
    if not fit:
        allowed, kinds = (
            listed(named("kinds", words)) for words in (terms.beneficiary_kinds, sorted(asked.kinds))
        )
        found.append(denied("beneficiary.kind", allowed=allowed, kinds=kinds))
    if fit == {"tech_sme"} and asked.tech_sme is not None and not asked.tech_sme.passes:
        found.append(denied("beneficiary.not_tech_sme", reasons=listed(asked.tech_sme.reasons)))
    if asked.blacklisted_until is not None and on < asked.blacklisted_until:
        found.append(denied("beneficiary.blacklisted", until=asked.blacklisted_until))
    return found


def _of_service(terms: Terms, asked: Application) -> list[Denial]:
    found = []
    if asked.service_class not in terms.eligible_classes:
        (given,) = named("classes", [asked.service_class])
        allowed = listed(named("classes", terms.eligible_classes))
        found.append(denied("service.class", given=given, allowed=allowed))
    (use,) = named("uses", [asked.use])
    if asked.use in terms.excluded_uses:
        found.append(denied("service.use", use=use))
    if asked.other_funding_fen and terms.double_funding == "forbid":
        found.append(denied("funding.double", amount=told(asked.other_funding_fen)))
    return found


def _of_place(terms: Terms, asked: Application) -> list[Denial]:
    firm, provider = province_of(asked.firm_region), province_of(asked.provider_region)
    if terms.cross_region == "required" and firm == provider:
        return [denied("region.same", province=firm)]
    if terms.cross_region == "forbidden" and firm != provider:
        return [denied("region.across", firm=firm, provider=provider)]
    return []
