"""Mail: each notice goes once to whom it is for, in their language; what fails is tried again."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.core.mail import EmailMessage, get_connection

from heban.exchange import mail
from heban.exchange.acts import people
from heban.exchange.acts.notices import read, tell
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Notice, Person, ServiceOrder, VoucherQuota
from heban.exchange.reading import notices
from tests.concurrency.crowd import crowd
from tests.exchange.desks import MEMBER, NOW, OTHER_MEMBER, PLATFORM, PROVIDER_MEMBER, STRANGER, Base

TODAY = date(2026, 3, 2)


class Box:
    """A mail server that keeps what it is sent, refuses some addresses, and may not be there."""

    def __init__(self, *refused: str, closed: bool = False) -> None:
        self.letters: list[EmailMessage] = []
        self.refused = refused
        self.closed = closed

    def open(self) -> None:
        if self.closed:
            raise ConnectionRefusedError("smtp.example")

    def close(self) -> None:
        pass

    def send_messages(self, letters: list[EmailMessage]) -> int:
        for one in letters:
            if one.to[0] in self.refused:
                raise SMTPRecipientsRefused({one.to[0]: (550, b"no such mailbox")})
            self.letters.append(one)
        return len(letters)

    def told(self) -> list[tuple[str, str]]:
        return [(one.to[0], str(one.subject)) for one in self.letters]


@act
def quoted(by: By, *, organisation: int = 1) -> Said:
    """Tell an organisation of the quote of the cast's order."""
    tell(by, "order.quoted", ServiceOrder.objects.get(pk=1), organisation=organisation, total_fen=20_000)
    return {}


def manager() -> int:
    """A second person of the firm, its manager, who reads English."""
    person = Person.objects.create(name="Anna", email="anna@example.org", language="en")
    people.give_role(
        By(f"person:{PLATFORM}", NOW), person=person.pk, organisation=1, role="firm_manager", since=TODAY
    )
    Notice.objects.all().update(sent_at=NOW)
    return int(person.pk)


def sent(**said: Any) -> dict[str, Any]:
    whole = {"notices": 0, "letters": 0, "nobody": 0, "refused": 0, "left": 0, "trouble": ""}
    return {**whole, **said}


def post(box: Box, days: int = 0) -> dict[str, Any]:
    done = mail.send(NOW + timedelta(days=days), connection=box)
    return {name: getattr(done, name) for name in done.__slots__}


def test_a_notice_goes_once_to_each_reader_in_their_language(base: Base) -> None:
    manager()
    quoted(By("system", NOW))
    box = Box()
    assert post(box) == sent(notices=1, letters=2)
    assert box.told() == [
        ("1@example.org", "[Heban 合板] 订单 1 已有报价"),
        ("anna@example.org", "[Heban 合板] Order 1 has a quote"),
    ]
    assert box.letters[1].body == (
        "Order 1 is quoted at CNY 200.00. Accept while the quote is valid; after that the order lapses.\n"
    )
    assert post(box) == sent()
    assert len(box.letters) == 2


def test_members_are_told_of_orders_and_managers_of_money(base: Base) -> None:
    number = manager()

    @act
    def granted(by: By) -> Said:
        tell(by, "quota.granted", VoucherQuota.objects.get(pk=1), organisation=1)
        return {}

    granted(By("system", NOW))
    box = Box()
    post(box)
    assert [to for to, _ in box.told()] == ["anna@example.org"]
    assert [one["code"] for one in notices.inbox(By(f"person:{number}", NOW))] == [
        "quota.granted", "role.given",
    ]  # fmt: skip
    assert notices.inbox(By(f"person:{MEMBER}", NOW)) == []


def test_a_server_that_is_not_there_leaves_all_for_the_next_run(base: Base) -> None:
    quoted(By("system", NOW))
    quoted(By("system", NOW), organisation=2)
    assert post(Box(closed=True)) == sent(left=2, trouble="ConnectionRefusedError")
    assert post(Box()) == sent(notices=2, letters=3), "the provider has two members"


def test_an_address_that_is_refused_keeps_nobody_else_from_theirs(base: Base) -> None:
    manager()
    quoted(By("system", NOW))
    quoted(By("system", NOW), organisation=3)
    box = Box("1@example.org", f"{OTHER_MEMBER}@example.org")
    assert post(box) == sent(notices=1, letters=1, refused=2)
    assert post(Box()) == sent(notices=1, letters=1), "the one that reached nobody is tried again"


def test_what_is_too_old_is_only_read_on_the_site(base: Base) -> None:
    quoted(By("system", NOW))
    assert post(Box(), days=mail.TRIED_DAYS) == sent()
    assert notices.unread(By(f"person:{MEMBER}", NOW)) == 1


def test_an_organisation_without_readers_is_not_tried_for_ever(base: Base) -> None:
    quoted(By("system", NOW), organisation=4)
    assert post(Box()) == sent(notices=1, nobody=1)
    assert post(Box()) == sent()


def test_who_is_shut_out_gets_no_mail(base: Base) -> None:
    people.shut_out(By(f"person:{PLATFORM}", NOW), person=MEMBER)
    quoted(By("system", NOW))
    assert post(Box()) == sent(notices=1, nobody=1)


def test_another_run_has_a_notice_and_this_one_leaves_it(base: Base) -> None:
    quoted(By("system", NOW))
    with base.app(autocommit=False) as other:
        other.execute("SELECT id FROM exchange_notice FOR NO KEY UPDATE")
        assert post(Box()) == sent()
    assert post(Box()) == sent(notices=1, letters=1)


def test_the_letter_has_a_mark_of_its_own_and_a_link(base: Base) -> None:
    quoted(By("system", NOW))
    box = Box()
    mail.send(NOW, connection=box, link=lambda one, to: f"https://heban.example/notices/{one.pk}?{to.pk}")
    (one,) = box.letters
    number = Notice.objects.get().pk
    assert one.extra_headers == {
        "Message-ID": f"<notice-{number}-{MEMBER}-20260302010000@heban>", "Auto-Submitted": "auto-generated",
    }  # fmt: skip
    assert str(one.body).endswith(f"\n\nhttps://heban.example/notices/{number}?{MEMBER}\n")


def test_mail_can_be_kept_in_a_folder(base: Base, tmp_path: Path) -> None:
    quoted(By("system", NOW))
    kept = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=tmp_path)
    mail.send(NOW, connection=kept)
    (file,) = tmp_path.iterdir()
    assert "To: 1@example.org" in file.read_text("utf-8")


def test_a_notice_of_words_unknown_stops_no_other(base: Base) -> None:
    Notice.objects.create(
        organisation_id=1, code="order.gone", values={}, subject="serviceorder", subject_id=1, made_at=NOW
    )
    quoted(By("system", NOW))
    assert post(Box()) == sent(notices=1, letters=1, refused=1)


def test_only_ones_own_notices_are_marked_as_read(base: Base) -> None:
    quoted(By("system", NOW))
    number = Notice.objects.get().pk
    for person in (STRANGER, PROVIDER_MEMBER, OTHER_MEMBER):
        assert notices.inbox(By(f"person:{person}", NOW)) == []
        assert read(By(f"person:{person}", NOW), notices=[number]) == {"read": 0}
    mine = By(f"person:{MEMBER}", NOW)
    assert read(mine, notices=[number]) == {"read": 1}
    assert read(mine, notices=[number]) == {"read": 0}
    assert notices.inbox(mine, unread=True) == []
    assert notices.inbox(mine)[0]["read_at"] == NOW


def test_several_runs_at_once_send_each_letter_once(base: Base) -> None:
    for _ in range(12):
        quoted(By("system", NOW))
    boxes = [Box() for _ in range(4)]
    crowd(4, lambda which: mail.send(NOW, connection=boxes[which]))
    marks = [one.extra_headers["Message-ID"] for box in boxes for one in box.letters]
    assert len(marks) == len(set(marks)) == 12
