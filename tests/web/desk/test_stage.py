"""In a demonstration anybody takes a part and works at that desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_stranger_takes_a_part_and_sees_what_waits(device: str, visitor: Callable[..., object]) -> None:
    guest = visitor(language="en", device=device)
    guest.go("")
    guest.page.get_by_role("link", name="Take a part").click()
    guest.page.get_by_role("button", name="区县审核人（演示）").click()
    guest.page.get_by_role("heading", name="My desk").wait_for()
    assert guest.page.get_by_role("heading", name="Claims to move on").is_visible()
    assert guest.said == []
