"""The fixtures of the exchange: see `tests/exchange/fixtures.py`, which must come before any model."""

from tests.exchange.fixtures import base, folder, running, untouched

__all__ = ["base", "folder", "running", "untouched"]
