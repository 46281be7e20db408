"""Which changes of state there are, and the chained record of every one that happened."""

from __future__ import annotations

from django.db import models


class StateEdge(models.Model):
    """A change of state that a machine allows; an empty `source` is the beginning."""

    machine = models.CharField(max_length=20)
    event = models.CharField(max_length=20)
    source = models.CharField(max_length=20, blank=True)
    target = models.CharField(max_length=20)

    class Meta:
        constraints = (models.UniqueConstraint(name="edge_once", fields=["machine", "event", "source"]),)
        indexes = (models.Index(name="edge_lookup", fields=["machine", "source", "target"]),)


class AuditEvent(models.Model):
    """One change of one row, written by the database itself: who, what, why, and the row before and after.

    `digest` is the sha256 of the one before it in the chain of the row and of all that stands in this one;
    the chain of a row has as many events as the row has versions.
    """

    entity = models.CharField(max_length=40)
    entity_id = models.BigIntegerField()
    sequence = models.IntegerField()
    at = models.DateTimeField()
    actor = models.TextField()
    act = models.TextField()
    reason = models.TextField()
    change = models.JSONField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(name="audit_chain", fields=["entity", "entity_id", "sequence"]),
        )
