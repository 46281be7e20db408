"""What an owner and its reviewer do with an asset: draft it, list it, price it, keep its calendars."""

from __future__ import annotations

from typing import Annotated

from ninja import Field

from heban.exchange.acts import assets, calendars
from heban.exchange.models.assets import UNITS
from heban.web.api import entry
from heban.web.api.forms import one_of
from heban.web.api.things import router  # one address has one router, whatever is asked of it

entry.offer(router, "/assets", "asset.draft", assets.draft)
entry.offer(router, "/assets/{asset}/change", "asset.change", assets.change)
entry.offer(router, "/assets/{asset}/submit", "asset.submit", assets.submit)
entry.offer(router, "/assets/{asset}/list", "asset.list", assets.enlist)
entry.offer(router, "/assets/{asset}/reject", "asset.reject", assets.reject)
entry.offer(
    router, "/assets/{asset}/exempt", "asset.exempt", assets.exempt, ground=one_of(list(assets.GROUNDS))
)
entry.offer(router, "/assets/{asset}/suspend", "asset.suspend", assets.suspend)
entry.offer(router, "/assets/{asset}/resume", "asset.resume", assets.resume)
entry.offer(router, "/assets/{asset}/retire", "asset.retire", assets.retire)
entry.offer(router, "/assets/{asset}/hours", "asset.hours", calendars.open_week)
entry.offer(router, "/assets/{asset}/units", "asset.units", calendars.add_units)
entry.offer(router, "/assets/{asset}/prices", "price.set", calendars.set_price, unit=one_of(UNITS))
entry.offer(router, "/prices/{price}/end", "price.end", calendars.end_price)
entry.offer(router, "/assets/{asset}/trainings", "training.begin", calendars.train)
entry.offer(router, "/trainings/{training}/end", "training.end", calendars.end_training)
entry.offer(
    router, "/units/{unit}/closed", "unit.close", calendars.close_time,
    purpose=Annotated[one_of(calendars.CLOSED), Field(description="why it is closed")],
)  # fmt: skip
