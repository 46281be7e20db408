"""A demonstration can be made on any day: at the turn of a year, on a leap day, in years not announced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from heban.exchange import server
from heban.exchange.acts import reconcile
from heban.exchange.china import local
from heban.exchange.demo import making
from heban.exchange.files import Store
from heban.exchange.models import Booking, Hold, Redemption, Remark, ServiceOrder
from heban.exchange.rules.workdays import notices
from tests.exchange.bare import bare


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 12, 28, 2, tzinfo=UTC),  # what is booked and answered falls into the next year
        datetime(2026, 12, 31, 16, 1, tzinfo=UTC),  # the first minute of a year in Shanghai
        datetime(2028, 2, 29, 2, tzinfo=UTC),
    ],
    ids=lambda now: f"{now:%Y-%m-%d}",
)
def test_a_demonstration_is_made_in_a_year_that_is_not_announced(
    now: datetime, running: server.Server, tmp_path: Path
) -> None:
    year = local(now).year
    with bare(running, f"demo_{now:%Y%m%d}"):
        making.make("small", 1, now, Store(tmp_path))
        assert reconcile.findings() == []
        assert ServiceOrder.objects.filter(title="截面形貌分析", due__gt=now).exists(), "it is to be answered"
        for model in (ServiceOrder, Hold, Redemption, Booking):
            assert not model.objects.filter(since__gt=now).exists(), f"no {model.__name__} is of tomorrow"
        ahead = Booking.objects.get(unit__asset__number="DEMO-SEM").use_during.lower
        assert now + timedelta(days=3) < ahead < now + timedelta(days=30)
        words = Remark.objects.get(key="synthetic").words
    lacking = [str(one) for one in (year - 1, year, year + 1) if one not in notices().years]
    assert f"{'、'.join(lacking)} 年放假安排尚未公布，此处为假定（默认值待核）。" in words["zh"]
    assert f"The public holidays of {' and '.join(lacking)} are not announced" in words["en"]
