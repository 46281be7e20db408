"""The site as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class Web(AppConfig):
    """Pages, accounts and the interface for programs; it has no tables of its own."""

    name = "heban.web"
    label = "web"
