"""Tables of institutions: reading a ROR dump, and placing institutions on a region's cities."""

from __future__ import annotations

from heban.records.institutions.resolving import resolve_institutions
from heban.records.institutions.ror import read_ror

__all__ = ["read_ror", "resolve_institutions"]
