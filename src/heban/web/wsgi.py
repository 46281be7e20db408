"""The site as a server of WSGI calls it."""

from __future__ import annotations

import multiprocessing
import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heban.web.settings")


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    """Wait for the process that started this one; when it is killed, nobody else ends the worker."""
    parent.join()
    os._exit(1)


if (_parent := multiprocessing.parent_process()) is not None:
    threading.Thread(target=_end_with, args=(_parent,), daemon=True).start()

application = get_wsgi_application()
