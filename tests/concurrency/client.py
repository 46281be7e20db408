"""A client to be killed: it acts on and on, and says what it was answered."""

from __future__ import annotations

import os
from multiprocessing.connection import Connection

import django


def work(app_url: str, pipe: Connection) -> None:
    """Do long acts one after another until killed; `pipe` is told of each that was answered."""
    os.environ.update(DATABASE_URL=app_url, DJANGO_SETTINGS_MODULE="heban.exchange.django_settings")
    django.setup()
    from tests.concurrency.acting import ask

    for number in range(10_000):
        ask(number)
        pipe.send(number)
