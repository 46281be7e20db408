"""Whether the site can work: its database answers and has the form that this version needs."""

from __future__ import annotations

from importlib.metadata import version

from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

VERSION = version("heban")
_migrated: set[str] = set()


def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when all is well and 503 when not, and say what is not; nothing of it is secret."""
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
        reachable, migrated = True, _is_migrated()
    except DatabaseError:
        reachable = migrated = False
    said = {"ok": reachable and migrated, "database": reachable, "migrated": migrated, "version": VERSION}
    return JsonResponse(said, status=200 if said["ok"] else 503)


def missing(alias: str) -> list[str]:
    """Return the migrations that a database still lacks, as `exchange.0018_grants`."""
    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{step.app_label}.{step.name}" for step, _ in plan]


def _is_migrated() -> bool:
    """A database that has the form once keeps it while this process lives: it is looked at no more."""
    if not _migrated and not missing("default"):
        _migrated.add("default")
    return bool(_migrated)
