"""What every request passes: it gets a number, its answer gets headers, and a line is written of it."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

log = logging.getLogger("heban.web")
Answering = Callable[[HttpRequest], HttpResponse]

POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
        "connect-src 'self'", "font-src 'self'", "frame-ancestors 'none'", "base-uri 'none'",
        "form-action 'self'",
    )
)  # fmt: skip
_NUMBER = re.compile(r"[A-Za-z0-9-]{8,64}")


def noted(answering: Answering) -> Answering:
    """Number a request and write one line of it: what was asked by route, never by path or query."""

    def answered(request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        given = request.headers.get("X-Request-Id", "")
        number = given if _NUMBER.fullmatch(given) else uuid.uuid4().hex
        request.META["heban.request"] = number
        response = answering(request)
        response.headers["X-Request-Id"] = number
        found = request.resolver_match
        log.info(
            "request",
            extra={
                "request": number, "method": request.method, "status": response.status_code,
                "route": found.route if found else "", "ms": round(1000 * (time.perf_counter() - begun), 1),
            },
        )  # fmt: skip
        return response

    return answered


def guarded(answering: Answering) -> Answering:
    """Give an answer the headers that keep others' scripts, frames and eyes away.

    Answers of the interface for programs have one shape, whoever refuses: see `heban.web.api.faults`.
    """
    from heban.web import remarks  # noqa: PLC0415  Django is not yet set up when settings name this
    from heban.web.api import faults  # noqa: PLC0415

    def answered(request: HttpRequest) -> HttpResponse:
        response = answering(request)
        if request.path.startswith("/api/"):
            response = faults.shaped(response)
            response.headers.setdefault("Cache-Control", "no-store")
            if response.status_code < 500 and remarks.synthetic() is not None:
                response.headers["X-Heban-Data"] = "synthetic"
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        return response

    return answered
