"""Search over the listed assets: words, place, distance, price, rating and free time, in one query."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from django.db import connection

from heban.domain.errors import BadSpec, unknown
from heban.exchange.acts.bookable import span
from heban.exchange.acts.finding import query
from heban.exchange.china import DELTA, local
from heban.exchange.desk import By
from heban.exchange.models.assets import KINDS
from heban.exchange.reading import searching
from heban.exchange.rules.refusals import denied

Sort = Literal["relevance", "distance", "price", "rating"]
MOST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is not said does not matter.

    `field` is the beginning of a code of GB/T 13745, `place` a code of GB/T 2260 that holds all below it;
    `near` is longitude and latitude, `user` the organisation whose price counts, `price_at_most` fen an hour.
    `free` is from, to, and the minutes for which a unit must be free and open between them.
    """

    text: str = ""
    kinds: tuple[str, ...] = ()
    field: str = ""
    place: str = ""
    near: tuple[float, float] | None = None
    within_km: float | None = None
    price_at_most: int | None = None
    value_at_least: int | None = None
    value_at_most: int | None = None
    voucher: bool | None = None
    needs_training: bool | None = None
    rating_at_least: float | None = None
    free: tuple[datetime, datetime, int] | None = None
    user: int | None = None
    sort: Sort = "relevance"
    limit: int = 20
    after: str = ""

    def __post_init__(self) -> None:
        for kind in self.kinds:
            if kind not in KINDS:
                raise unknown("kind", kind, KINDS, "assets")
        if self.sort not in get_args(Sort):
            raise unknown("order", self.sort, get_args(Sort), "a search")
        if self.near is None and (self.sort == "distance" or self.within_km is not None):
            raise BadSpec("a distance is asked for from nowhere. Give longitude and latitude.")
        if self.place and not (self.place.isdigit() and len(self.place) == 6):
            raise BadSpec(f"the place is {self.place!r}; give six digits of GB/T 2260, as 330400.")
        if not 1 <= self.limit <= MOST:
            raise BadSpec(f"{self.limit} results are asked for; ask for 1 to {MOST}.")
        if self.free is not None and span(*self.free[:2]) and self.free[2] < 1:
            raise BadSpec(f"free for {self.free[2]} minutes is asked for; give 1 or more.")


def search(by: By, wanted: Wanted) -> dict[str, Any]:
    """Return a page of the listed assets that are wanted, the best first, and the cursor of the next page.

    All words must be met, each by itself or by a synonym of what the asset is called. The price is that of
    the class that the user is to the owner, or of the next class farther; without a user, of all others.
    A day of a year whose holidays are not announced counts as closed. Nothing is promised: whether a unit is
    free is said by booking it. Of one sort and text the pages follow each other without gaps or doubles.
    """
    said = _parameters(by, wanted)
    with connection.cursor() as cursor:
        cursor.execute(searching.page(wanted), said)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    more = len(rows) > wanted.limit
    rows = rows[: wanted.limit]
    following = _cursor(rows[-1]["key"], rows[-1]["asset"]) if more else None
    for row in rows:
        del row["key"]
    return {"assets": rows, "next": following}


def facets(by: By, wanted: Wanted) -> dict[str, dict[str, int]]:
    """Return how many assets are wanted, in all and by kind, field, city and voucher.

    Of free time nothing is counted: it is looked at only for the assets that are shown.
    """
    with connection.cursor() as cursor:
        cursor.execute(searching.facets(wanted), _parameters(by, wanted))
        rows = cursor.fetchall()
    found: dict[str, dict[str, int]] = {name: {} for name in ("all", "kind", "field", "city", "voucher")}
    for facet, value, count in sorted(rows, key=lambda row: (-row[2], str(row[1]))):
        found[facet][value] = count
    return found


def _parameters(by: By, wanted: Wanted) -> dict[str, Any]:
    longitude, latitude = wanted.near or (None, None)
    key, number = _after(wanted.after)
    free_from, free_to, minutes = wanted.free or (None, None, None)
    today = local(by.now).date()
    said = {
        "words": query(wanted.text),
        "text": wanted.text.strip(), "like": f"%{_escaped(wanted.text.strip())}%",
        "kinds": list(wanted.kinds), "field": f"{_escaped(wanted.field)}%",
        "place": f"{_stem(wanted.place)}%", "longitude": longitude, "latitude": latitude,
        "within": wanted.within_km, "price": wanted.price_at_most, "least": wanted.value_at_least,
        "most": wanted.value_at_most, "voucher": wanted.voucher, "training": wanted.needs_training,
        "rating": wanted.rating_at_least, "user": wanted.user, "today": today,
        "delta": [code[:2] for code in DELTA], "key": key, "number": number, "limit": wanted.limit + 1,
        "minutes": minutes, "to": free_to,
        "from": free_from and free_to and min(max(free_from, by.now), free_to),
    }  # fmt: skip
    return said if wanted.free is None else {**said, **searching.days(wanted.free, by.now)}


def _stem(place: str) -> str:
    """The digits that a place shares with all that lies in it: of a province two, of a city four."""
    return place[:2] if place[2:] == "0000" else place[:4] if place[4:] == "00" else place


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _cursor(key: float, number: int) -> str:
    said = json.dumps([repr(float(key)), number]).encode()
    return base64.urlsafe_b64encode(said).decode().rstrip("=")


def _after(cursor: str) -> tuple[float | None, int | None]:
    if not cursor:
        return None, None
    try:
        key, number = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return float(key), int(number)
    except (ValueError, TypeError):
        raise denied("search.cursor", cursor=cursor) from None
