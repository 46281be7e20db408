"""What has a life: a state of its machine, the number of its changes, and when it must move on."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import Q


class Stateful(models.Model):
    """A row with a state; the database lets it change along listed edges only and audits every change.

    `version` counts the changes, `since` is when the state began, and `due` the moment from which the system
    moves it on if nobody did.
    """

    state = models.CharField(max_length=20)
    version = models.IntegerField(default=1)
    since = models.DateTimeField()
    due = models.DateTimeField(null=True)

    class Meta:
        abstract = True


def one_of(name: str, field: str, words: Iterable[str]) -> models.CheckConstraint:
    """A column that holds one of some words."""
    return models.CheckConstraint(name=name, condition=Q(**{f"{field}__in": list(words)}))


def due_index(name: str) -> models.Index:
    """An index of the rows that the system has to move on."""
    return models.Index(name=name, fields=["due"], condition=Q(due__isnull=False))
