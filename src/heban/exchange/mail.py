"""Mail: notices that nobody was sent yet, each to the people it is for, in the language of each."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from heban.domain.errors import UnknownName
from heban.exchange.acts.notices import readers
from heban.exchange.china import local
from heban.exchange.models import Notice
from heban.exchange.rules.notices import letter

TRIED_DAYS = 3
"""Days for which a notice is tried to be sent; then it is only read on the site. Heban's own choice."""
MOST = 500
"""Notices sent in one run; the next run goes on."""
REFUSED = (SMTPRecipientsRefused, SMTPDataError)
"""What a server says of one letter; anything else that goes wrong is wrong with the server."""
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Post:
    """What became of the notices of a run: how many, with how many letters, and what went wrong.

    `nobody` had no reader, `refused` counts letters that the server did not take or that cannot be said,
    `left` notices stay for the next run because the server was not there: `trouble` names the fault.
    """

    notices: int = 0
    letters: int = 0
    nobody: int = 0
    refused: int = 0
    left: int = 0
    trouble: str = ""


def send(now: datetime, *, link: Callable[[Any, Any], str] | None = None, connection: Any = None) -> Post:
    """Send the notices that were not sent, the first first, and mark each as sent.

    To be run after the acts, never within one; `link` gives the address at which a person reads a notice,
    and `connection` is Django's. A notice is sent when one of its readers got it, and is tried again when
    none did. Several runs at a time share the work. Should a run die between sending and marking, a letter
    goes twice under one Message-ID, by which mailboxes know it.
    """
    post = Post()
    waiting = Notice.objects.filter(sent_at=None, made_at__gt=now - timedelta(days=TRIED_DAYS))
    numbers = list(waiting.order_by("pk").values_list("pk", flat=True)[:MOST])
    if not numbers:
        return post
    server = get_connection() if connection is None else connection
    try:
        server.open()
        for done, number in enumerate(numbers):
            post.left = len(numbers) - done
            _send_one(number, now, post, lambda one, to: server.send_messages([_message(one, to, link)]))
        post.left = 0
    except OSError as error:
        post.left, post.trouble = post.left or len(numbers), type(error).__name__
    finally:
        server.close()
    return post


def _send_one(number: int, now: datetime, post: Post, deliver: Callable[[Any, Any], object]) -> None:
    """Send one notice that no other run has, and mark it, in one transaction."""
    with transaction.atomic():
        rows = Notice.objects.select_for_update(skip_locked=True, no_key=True)
        notice = rows.filter(pk=number, sent_at=None).first()
        if notice is None:
            return
        people = readers(notice, local(now).date())
        got = sum(_delivered(deliver, notice, person, post) for person in people)
        if people and not got:
            return
        post.notices += 1
        post.letters += got
        post.nobody += not people
        notice.sent_at = now
        notice.save(update_fields=["sent_at"])


def _delivered(deliver: Callable[[Any, Any], object], notice: Any, person: Any, post: Post) -> bool:
    try:
        deliver(notice, person)
    except REFUSED:
        post.refused += 1
        return False
    except (UnknownName, KeyError):  # a notice of a time when the table was another
        _log.exception("notice %d cannot be said", notice.pk)
        post.refused += 1
        return False
    return True


def _message(notice: Any, person: Any, link: Callable[[Any, Any], str] | None) -> EmailMessage:
    place = 1 if person.language == "en" else 0
    said = letter(notice.code, notice.subject_id, notice.values)
    body = said.text[place] + (f"\n\n{link(notice, person)}" if link else "") + "\n"
    mark = f"<notice-{notice.pk}-{person.pk}-{notice.made_at:%Y%m%d%H%M%S}@heban>"
    headers = {"Message-ID": mark, "Auto-Submitted": "auto-generated"}
    return EmailMessage(f"[Heban 合板] {said.subject[place]}", body, to=[person.email], headers=headers)
