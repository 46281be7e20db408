"""Names: what organisations and places are called in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable

from heban.exchange.models import Asset, Jurisdiction, Organisation
from heban.web.desk.words import here


def called(row: Organisation | Jurisdiction | Asset) -> str:
    """Return the name of an organisation, a place or an asset in the language of the page.

    Where there is no English name, the Chinese one stands.
    """
    return here((row.name, row.name_en or row.name))


def named_places(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of jurisdictions by their codes, in the order of the codes."""
    rows = Jurisdiction.objects.filter(code__in=set(codes)).order_by("code")
    return {row.code: called(row) for row in rows}
