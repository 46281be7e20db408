"""Answers already given, by the key under which they were asked: asking twice does nothing twice."""

from __future__ import annotations

from django.db import models


class Answer(models.Model):
    """What an act answered to a key of an actor; written with the act itself, in its transaction."""

    actor = models.TextField()
    key = models.CharField(max_length=80)
    request = models.CharField(max_length=64)
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(name="answer_once", fields=["actor", "key"]),)
