"""Papers: who hands in what and when, that each serves once everywhere, and who may read the file."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from heban.domain.errors import BadData, UnknownName
from heban.exchange.acts import delivery, papers, ratings
from heban.exchange.files import Store
from heban.exchange.models import Evidence, Notice, Paper
from tests.exchange.desks import (
    AUDITOR,
    COUNTY,
    MEMBER,
    OTHER_MEMBER,
    PROVIDER_MEMBER,
    PROVIDER_SECOND,
    STRANGER,
    Base,
)
from tests.exchange.ordered import (
    accepted,
    by,
    contracted,
    delivered,
    file,
    in_service,
    paper,
    refused,
    submitted,
)

PDF = b"%PDF-1.7 a contract"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "files")


def added(store: Store, order: int, person: int = PROVIDER_MEMBER, **said: Any) -> dict[str, Any]:
    given = {"kind": "contract", "content": PDF, "name": "合同.pdf", **said}
    return papers.add(by(person), store, order=order, **given)


def test_a_file_becomes_a_paper_that_both_sides_read(base: Base, store: Store) -> None:
    order = accepted()
    said = added(store, order)
    digest = sha256(PDF).hexdigest()
    assert (said["sha256"], said["name"], said["media"], said["bytes"]) == (
        digest, "合同.pdf", "application/pdf", 19,
    )  # fmt: skip
    kept = Evidence.objects.get(sha256=digest)
    assert (kept.kind, kept.jurisdiction.code) == ("contract", "310118")
    assert Notice.objects.get(code="order.paper").organisation_id == 1
    for person in (MEMBER, PROVIDER_SECOND, COUNTY, AUDITOR):
        path, evidence = papers.served(by(person), store, said["paper"])
        assert (path.read_bytes(), evidence.pk) == (PDF, kept.pk)
    for person in (OTHER_MEMBER, STRANGER):
        refused("access.denied", papers.served, by(person), store, said["paper"])


def test_who_may_not_hand_in_a_file_leaves_none(base: Base, store: Store) -> None:
    order = accepted()
    for person in (OTHER_MEMBER, STRANGER, COUNTY):
        refused("access.denied", added, store, order, person)
    assert not store.folder.exists()


def test_a_file_of_no_known_kind_is_no_paper(base: Base, store: Store) -> None:
    with pytest.raises(BadData):
        added(store, accepted(), content=b"MZ\x90\x00", name="contract.pdf")
    assert Paper.objects.count() == 0


def test_a_file_serves_once_whichever_order_and_province(base: Base, store: Store) -> None:
    added(store, accepted())
    no = refused("evidence.used", added, store, accepted(), MEMBER)
    assert no.zh == "该文件已作为凭证使用过，每份凭证只用一次。请提交另一份凭证。"


def test_an_invoice_number_serves_once(base: Base) -> None:
    order, other = contracted(), contracted()
    paper(order, "invoice", number="I-1", fen=100)
    no = refused("paper.used", paper, other, "invoice", number=" I-1 ", fen=100)
    assert no.en == (
        "An invoice or payment of this number was shown before, and each serves once. "
        "Look at the number again."
    )
    paper(order, "payment", MEMBER, number="I-1", fen=100)
    paper(order, "invoice", days=1, number="I-2", fen=100)


def test_an_invoice_has_a_number_and_an_amount(base: Base) -> None:
    order = contracted()
    for said in ({"number": "I-1"}, {"fen": 5}, {"number": " ", "fen": 5}):
        no = refused("paper.form", paper, order, "invoice", **said)
        assert no.en == "This needs a number and an amount above 0: invoice. Fill them in."


@pytest.mark.parametrize(
    ("person", "kind"), [(MEMBER, "invoice"), (MEMBER, "report"), (PROVIDER_MEMBER, "payment")]
)
def test_each_side_hands_in_its_own(base: Base, person: int, kind: str) -> None:
    order, _ = in_service()
    refused("paper.side", paper, order, kind, person, number="N-1", fen=5)


def test_a_side_is_told_what_it_hands_in(base: Base) -> None:
    no = refused("paper.side", paper, contracted(), "invoice", MEMBER)
    assert no.en == (
        "Your side does not hand in: invoice; it hands in: contract, proof of payment, other paper. "
        "Let the other side do it."
    )
    with pytest.raises(UnknownName, match=r"^no kind 'bill' in papers\."):
        paper(1, "bill")


def test_papers_come_in_their_time(base: Base) -> None:
    order = submitted()
    for kind, person in (("contract", MEMBER), ("invoice", PROVIDER_MEMBER), ("report", PROVIDER_MEMBER)):
        refused("paper.order_state", paper, order, kind, person, number="N", fen=1)
    paper(order, "other", MEMBER)
    refused("paper.order_state", paper, contracted(), "contract", MEMBER, days=1)
    refused("paper.order_state", paper, contracted(), "report")


def test_a_paper_asked_twice_under_one_key_is_one(base: Base) -> None:
    from dataclasses import replace

    order = contracted()
    keyed = replace(by(PROVIDER_MEMBER), key="k1")
    asked = {"order": order, "kind": "invoice", "file": file("x"), "number": "N", "fen": 1}
    assert papers.show(keyed, **asked) == papers.show(keyed, **asked)
    assert Paper.objects.filter(order=order, kind="invoice").count() == 1


def test_each_side_rates_the_other_once_after_it_is_done(base: Base) -> None:
    order = delivered()
    no = refused("rating.too_early", ratings.rate, by(MEMBER), order=order, stars=5)
    assert no.en == "The order is delivered, and is rated after the firm accepted the work. Rate it then."
    delivery.approve(by(MEMBER), order=order)
    assert ratings.rate(by(MEMBER), order=order, stars=5, words="很好")["side"] == "firm"
    assert ratings.rate(by(PROVIDER_MEMBER), order=order, stars=4)["side"] == "provider"
    refused("rating.given", ratings.rate, by(PROVIDER_SECOND), order=order, stars=1)
    refused("access.denied", ratings.rate, by(OTHER_MEMBER), order=order, stars=1)


@pytest.mark.parametrize("stars", [0, 6, True, 4.5])
def test_stars_are_one_to_five(base: Base, stars: object) -> None:
    order = delivered()
    delivery.approve(by(MEMBER), order=order)
    no = refused("rating.stars", ratings.rate, by(MEMBER), order=order, stars=stars)
    assert no.en == "A rating is a whole number of stars, 1 to 5. Choose again."
