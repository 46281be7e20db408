"""From the text of an address to the city it names, with the evidence in words.

The address is read, never geocoded: what stands in it decides, and where it names two places
that bear one name and nothing in it decides between them, the place stays empty (§10).
"""

from __future__ import annotations

from heban.records.addresses.gazetteer import Gazetteer
from heban.records.addresses.placing import place_addresses

__all__ = ["Gazetteer", "place_addresses"]
