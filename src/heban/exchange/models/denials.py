"""Refusals that were given: what was refused, where, and by which rule; never to whom."""

from __future__ import annotations

from django.db import models


class Denial(models.Model):
    """That an act was refused with a code; written after the act was undone, in a transaction of its own.

    `scheme` and `jurisdiction` are codes, empty where what was asked for belongs to none. A jurisdiction is
    that of the firm. Nobody is named: it says how often a rule binds, not whom.
    """

    code = models.CharField(max_length=40)
    act = models.CharField(max_length=40)
    scheme = models.CharField(max_length=20, blank=True)
    jurisdiction = models.CharField(max_length=6, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(name="denial_of_scheme", fields=["scheme", "at"]),)
