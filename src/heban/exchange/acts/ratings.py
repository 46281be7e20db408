"""Ratings: what each side of an order says of the other, once, after the firm accepted the work."""

from __future__ import annotations

from heban.exchange.acts.order_rows import own_side
from heban.exchange.acts.rows import locked
from heban.exchange.desk import By, Said, act
from heban.exchange.models import Rating, ServiceOrder
from heban.exchange.rules.machines import machines
from heban.exchange.rules.refusals import denied

RATED = ("accepted_by_client", "closed")


@act
def rate(by: By, *, order: int, stars: int, words: str = "") -> Said:
    """Rate the other side of an order, from one star to five; once for each side (`rating.given`)."""
    row = locked(ServiceOrder, order, "order")
    side = own_side(by, row)
    if row.state not in RATED:
        raise denied("rating.too_early", state=machines()["ServiceOrder"].states[row.state])
    if isinstance(stars, bool) or not isinstance(stars, int) or not 1 <= stars <= 5:
        raise denied("rating.stars")
    made = Rating.objects.create(order=row, side=side, stars=stars, words=words, by_id=by.person, at=by.now)
    return {"rating": made.pk, "order": order, "side": side, "stars": stars}
