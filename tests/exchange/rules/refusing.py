"""A block that must be refused, with this code and this whole sentence."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from typing import Any

import pytest

from heban.domain.errors import Refused


def refused(code: str, message: str) -> AbstractContextManager[Any]:
    return pytest.raises(Refused, match=f"^{re.escape(message)}$", check=lambda error: error.code == code)
