"""An exchange of synthetic rows says so on its pages and in the answers to programs."""

from __future__ import annotations

import pytest
from django.test import Client

from heban.exchange.models import Remark
from heban.web import remarks
from tests.exchange.fixtures import base

__all__ = ["base"]

WORDS = {"zh": "合成数据：仅供演示。", "en": "Synthetic data: for demonstration."}


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remarks, "_known", {})


@pytest.mark.usefixtures("base")
def test_synthetic_rows_are_called_so() -> None:
    client = Client(SERVER_NAME="localhost")
    Remark.objects.create(key="synthetic", words=WORDS)
    assert WORDS["zh"] in client.get("/zh-hans/login").content.decode()
    assert WORDS["en"] in client.get("/en/login").content.decode()
    assert client.get("/api/v1/machines").headers["X-Heban-Data"] == "synthetic"


@pytest.mark.usefixtures("base")
def test_others_are_not() -> None:
    client = Client(SERVER_NAME="localhost")
    assert 'class="remark"' not in client.get("/en/login").content.decode()
    assert "X-Heban-Data" not in client.get("/api/v1/machines").headers
