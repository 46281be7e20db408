"""Hours and shares from the uses that were written, for those who may read them."""

from __future__ import annotations

from datetime import timedelta
from math import isnan

import pytest

from heban.domain.errors import BadSpec, Refused
from heban.exchange.acts import uses
from heban.exchange.acts.booking import book, confirm, request
from heban.exchange.desk import By
from heban.exchange.reading.utilisation import assessed, by_quarter
from tests.exchange.desks import AUDITOR, MEMBER, PLATFORM, STRANGER, Base, hour
from tests.exchange.openings import FIRM, PROVIDER, by, opened


@pytest.fixture(autouse=True)
def used(base: Base) -> None:
    """An hour of the owner's own on unit 1, and three of the firm's on unit 2."""
    opened(base)
    for who, taker, unit, length in ((PROVIDER, 2, 1, 1), (FIRM, 1, 2, 3)):
        number = book(who, unit=unit, taker=taker, start=hour(0), end=hour(length))["booking"]
        request(who, booking=number)
        confirm(PROVIDER, booking=number)
        uses.start(By(PROVIDER.actor, hour(0)), booking=number)
        uses.finish(By(PROVIDER.actor, hour(length)), booking=number, metered=True)


def test_hours_of_an_asset_by_quarter_and_by_unit() -> None:
    (row,) = by_quarter(PROVIDER, 2, 2026).to_dict("records")
    assert row == {
        "asset": 1, "number": "SEM-1", "name": "电子显微镜", "unit": None, "period": "2026Q1",
        "effective_hours": 4.0, "external_hours": 3.0, "external_share": 0.75, "utilisation": 0.01,
        "income_fen": 48_000, "external_income_fen": 36_000,
    }  # fmt: skip
    units = by_quarter(PROVIDER, 2, 2026, period="year", units=True)
    shown = units[["unit", "period", "effective_hours", "external_share", "utilisation"]]
    assert shown.to_numpy().tolist() == [
        [1, "2026", 1.0, 0.0, 1 / 1600], [2, "2026", 3.0, 1.0, 3 / 1600],
    ]  # fmt: skip
    assert by_quarter(PROVIDER, 2, 2025).empty
    with pytest.raises(BadSpec, match="the period is 'month'"):
        by_quarter(PROVIDER, 2, 2026, period="month")


def test_a_unit_is_assessed_as_the_national_assessment_asks() -> None:
    found = assessed(by(AUDITOR), 2, 2026)
    assert (found.owner, found.mean_effective_hours, found.external_share, found.shared) == (
        "12310118425006541Q", 4.0, 0.75, 1,
    )  # fmt: skip
    assert isnan(assessed(by(PLATFORM), 1, 2026).external_share)


@pytest.mark.parametrize("person", [MEMBER, STRANGER])
def test_others_do_not_read_an_owners_hours(person: int) -> None:
    for read in (by_quarter, assessed):
        with pytest.raises(Refused, match="This is not yours to do or to read"):
            read(by(person), 2, 2026)


def test_the_year_is_that_of_shanghai() -> None:
    assert by_quarter(By("system", hour(0) + timedelta(days=400)), 2, 2026)["effective_hours"].sum() == 4.0
