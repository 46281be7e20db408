"""The interface under many clients: `heban serve` as a user starts it, and programs with tokens."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.exchange_load.bare import Work
from heban.exchange.models import Person
from heban.web.accounts import tokens

EACH, PATIENCE = 12, 60.0
Call = tuple[str, str, object]
"""Method, address, and what is sent."""


def prepared(work: Work, clients: int) -> tuple[list[str], list[list[Call]]]:
    """Return a token for each client and what it will ask: lists, details, searches and bookings."""
    managers = [work.firms[n % len(work.firms)] for n in range(clients)]
    found = [
        tokens.make(Person.objects.get(pk=work.managers[firm]), "benchmark", 1, work.now)[1]
        for firm in managers
    ]
    return found, [[_call(work, firm, n) for n in range(EACH)] for firm in managers]


def measured(folder: Path, tokens: list[str], calls: list[list[Call]]) -> str:
    """Start the site, let all clients ask at once, and return what came out, in one line."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE", "DJANGO"))}
    command = [sys.executable, "-m", "heban", "serve", "--data", str(folder), "--port", str(port)]
    with (folder / "site.log").open("ab") as log:
        site = subprocess.Popen(command, env=told, stdout=log, stderr=log)
        try:
            _wait(port, site)
            return _asked(port, tokens, calls)
        finally:
            site.send_signal(signal.SIGTERM)
            site.wait(60)


def _call(work: Work, firm: int, which: int) -> Call:
    soon, late = work.start.replace(hour=9), work.start + timedelta(days=4)
    free = {"free_from": soon.isoformat(), "free_to": late.isoformat(), "free_minutes": 120}
    unit, asset = next(work.units)
    end = work.start + timedelta(hours=1)
    use = {"unit": unit, "taker": firm, "start": work.start.isoformat(), "end": end.isoformat()}
    return (
        ("GET", f"/api/v1/assets/search?{urlencode({'text': '电镜', **free})}", None),
        ("GET", f"/api/v1/assets/{asset}", None),
        ("GET", "/api/v1/orders", None),
        ("POST", "/api/v1/bookings", use),
    )[which % 4]


def _asked(port: int, tokens: list[str], calls: list[list[Call]]) -> str:
    together, took = threading.Barrier(len(tokens)), []
    answers: Counter[int | str] = Counter()

    def work(which: int) -> None:
        site = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        head = {"Authorization": f"Bearer {tokens[which]}", "Content-Type": "application/json"}
        together.wait()
        for number, (method, address, sent) in enumerate(calls[which]):
            keyed = head | ({"Idempotency-Key": f"{which}.{number}"} if method == "POST" else {})
            start = time.perf_counter()
            try:
                site.request(method, address, None if sent is None else json.dumps(sent), keyed)
                answer = site.getresponse()
                body = answer.read()
                answers[answer.status] += 1
                if answer.status >= 400:
                    answers[body.decode()[:300]] += 1
            except OSError as no:
                answers[type(no).__name__] += 1
                site.close()
            took.append(time.perf_counter() - start)

    threads = [threading.Thread(target=work, args=(which,)) for which in range(len(tokens))]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - start
    took.sort()
    wrong = {key: number for key, number in answers.items() if not (isinstance(key, int) and key < 400)}
    return (
        f"interface: {len(tokens)} clients, {len(took)} requests, {len(took) / wall:.0f}/s, "
        f"p50 {took[len(took) // 2] * 1e3:.0f} ms, p99 {took[int(len(took) * 0.99)] * 1e3:.0f} ms, "
        f"errors {wrong or 0}"
    )


def _wait(port: int, site: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and site.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the site does not answer")
