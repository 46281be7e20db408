"""Tokens: keys with which programs act for a person, of which only the sha256 is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from heban.domain.errors import BadSpec
from heban.exchange.models import Person, Token

MOST_DAYS = 366
PREFIX = "heban_"


def make(person: Person, name: str, days: int, now: datetime) -> tuple[Token, str]:
    """Make a token that ends after some days; its words are returned here and never again.

    Raises `BadSpec` when the name is empty or the days are none or more than a year's.
    """
    if not name.strip():
        raise BadSpec("the token has no name. Name the program that will use it.")
    if not 1 <= days <= MOST_DAYS:
        raise BadSpec(f"days is {days}; a token lasts 1 to {MOST_DAYS} days. Choose a number of these.")
    words = PREFIX + secrets.token_urlsafe(32)
    ends = now + timedelta(days=days)
    made = Token.objects.create(
        person=person, name=name.strip(), digest=_digest(words), made_at=now, ends_at=ends
    )
    return made, words


def holder(words: str, now: datetime) -> Token | None:
    """Return the token of these words with its person, if it still lasts and the person may log in."""
    living = Token.objects.filter(revoked_at__isnull=True, ends_at__gt=now, person__active=True)
    found: Token | None = living.select_related("person").filter(digest=_digest(words)).first()
    return found


def revoke(token: Token, now: datetime) -> None:
    """End a token at once; one that was ended before keeps its moment."""
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])


def _digest(words: str) -> str:
    # Random words of 256 bits need no slow hash.
    return hashlib.sha256(words.encode()).hexdigest()
