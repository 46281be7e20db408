"""The log: one JSON object a line, in which nothing tells of a person: no addresses, bodies or queries."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType

FIELDS = ("request", "method", "route", "status", "ms", "version", "workers", "migrated", "database")
"""What a line may hold beside the moment, the level and the event."""


class Lines(logging.Formatter):
    """A record as a line of JSON.

    Of an error its kind and its places in the code are written, not its message: the message of a database
    repeats the values of the row. What other loggers say is left out likewise, but for their names.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.msg if record.name == "heban.web" else record.name,
        }
        line |= {name: getattr(record, name) for name in FIELDS if _is_plain(getattr(record, name, None))}
        if record.exc_info and record.exc_info[0] is not None:
            line |= _error(record.exc_info[0], record.exc_info[2])
        return json.dumps(line, ensure_ascii=False)


def configuration(*, debug: bool) -> dict[str, object]:
    """Return the configuration of logging: JSON lines on stderr; under DEBUG, Django's own words too."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": "heban.web.logs.Lines"}, "words": {"format": "%(message)s"}},
        "handlers": {
            "lines": {"class": "logging.StreamHandler", "formatter": "lines"},
            "words": {"class": "logging.StreamHandler", "formatter": "words"},
        },
        "root": {"handlers": ["lines"], "level": "WARNING"},
        "loggers": {
            "heban.web": {"handlers": ["lines"], "level": "INFO", "propagate": False},
            # A path may hold the token of a link; the line of the passage has the route instead.
            "django.request": {
                "handlers": ["words" if debug else "lines"], "level": "ERROR", "propagate": False,
            },
            # Whoever asks for a name that is none of ours is told so; the line of the passage has the 400.
            "django.security.DisallowedHost": {"handlers": [], "propagate": False},
            "django.server": {"handlers": [], "level": "ERROR", "propagate": False},
            "django": {"handlers": ["words" if debug else "lines"], "level": "WARNING", "propagate": False},
        },
    }  # fmt: skip


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float | bool)


def _error(kind: type[BaseException], trace: TracebackType | None) -> dict[str, object]:
    frames = traceback.extract_tb(trace)
    return {
        "error": f"{kind.__module__}.{kind.__qualname__}",
        "frames": [
            f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-8:]
        ],
    }
