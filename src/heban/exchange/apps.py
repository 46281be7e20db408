"""The exchange as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class Exchange(AppConfig):
    """Scarce things changing hands; its tables begin with `exchange_`."""

    name = "heban.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
