"""Papers handed in as files: kept once, given only to who sees the order, refused when they are none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from heban.exchange import server
from heban.exchange.models import Paper
from heban.web import uploads
from tests.exchange.fixtures import copied
from tests.web import world as cast_of
from tests.web.world import HERE, THERE, World

WHERE = "/api/v1/orders/1/papers"
PDF = b"%PDF-1.7 a result of the service"


@pytest.fixture(scope="module")
def world(running: server.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with copied(running, "web_uploads") as base, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEBAN_DATA", str(tmp_path_factory.mktemp("data")))
        cast_of.stood_still(patch)
        yield cast_of.made(base)


def handed_in(
    client: Any, key: str, content: bytes = PDF, name: str = "报告.pdf", *, where: str = WHERE, **more: Any
) -> Any:
    said = {"kind": "other", "file": SimpleUploadedFile(name, content), **more}
    return client.post(where, said, headers={"Idempotency-Key": key})


def test_a_paper_is_kept_and_given_to_who_sees_the_order(world: World) -> None:
    firm = world.client(f"firm_manager {HERE}")
    made = handed_in(firm, "u1")
    assert made.status_code == 200, made.content
    said = made.json()
    assert (said["name"], said["media"], said["bytes"]) == ("报告.pdf", "application/pdf", len(PDF))
    assert uploads.store().path(said["sha256"]).read_bytes() == PDF
    assert handed_in(firm, "u1").json() == said
    where = f"/api/v1/papers/{said['paper']}/file"
    for who in (f"provider_member {HERE}", f"auditor {HERE}"):
        answer = world.client(who).get(where)
        assert (answer.status_code, b"".join(answer.streaming_content)) == (200, PDF)
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("attachment; filename")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    hidden = world.client(f"auditor {THERE}").get(where)
    missing = world.client(f"auditor {THERE}").get("/api/v1/papers/999999/file")
    assert (hidden.status_code, missing.status_code) == (404, 404)


def test_who_is_of_neither_party_hands_nothing_in(world: World) -> None:
    count, kept = Paper.objects.count(), sorted(Path(uploads.store().folder).rglob("*"))
    foreign = handed_in(world.client(f"firm_manager {THERE}"), "u2", PDF + b"2")
    office = handed_in(world.client(f"auditor {HERE}"), "u2", PDF + b"2")
    assert (foreign.status_code, office.status_code) == (404, 403)
    assert (Paper.objects.count(), sorted(Path(uploads.store().folder).rglob("*"))) == (count, kept)


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "a.pdf", "it is empty"),
        (b"<html><script>1</script>", "a.pdf", "its content is of no kind that is taken"),
        (b"\x7fELF\x02\x01", "report.pdf", "its content is of no kind that is taken"),
        (
            b"%PDF-" + b"0" * (20 * 2**20),
            "a.pdf",
            f"it has {20 * 2**20 + 5} bytes and the most is {20 * 2**20}",
        ),
    ],
)
def test_what_is_no_paper_is_refused(content: bytes, name: str, message: str, world: World) -> None:
    answer = handed_in(world.client(f"firm_manager {HERE}"), f"u3{message}", content, name)
    assert answer.status_code == 400, answer.content
    assert answer.json()["error"]["code"] == "data.bad"
    assert answer.json()["error"]["findings"][0]["message"] == message


def test_a_form_that_is_too_large_is_not_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST_FORM", 1_000)
    answer = handed_in(world.client(f"firm_manager {HERE}"), "u4", PDF * 100)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body.too_large")
    assert answer.json()["error"]["message"] == (
        "What was sent is too large: the most is 1000 bytes. Make it smaller, or send it in parts."
    )


def test_a_body_of_another_kind_is_not_read(world: World) -> None:
    client = world.client(f"firm_manager {HERE}")
    for where, kind, wanted in (
        (WHERE, "application/json", "multipart/form-data"),
        ("/api/v1/orders/1/submit", "text/plain", "application/json"),
        ("/api/v1/orders/1/submit", "application/x-www-form-urlencoded", "application/json"),
    ):
        answer = client.post(where, b"{}", content_type=kind, headers={"Idempotency-Key": "u5"})
        assert (answer.status_code, answer.json()["error"]["values"]) == (415, {"wanted": wanted})


def test_json_that_is_too_large_is_not_read(world: World) -> None:
    client = world.client(f"firm_manager {HERE}")
    body = b'{"reason": "' + b"x" * (2 * 2**20) + b'"}'
    headers = {"Idempotency-Key": "u6"}
    answer = client.post("/api/v1/orders/1/submit", body, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "body.too_large")
