"""Orders: drafted, quoted, signed, delivered, disputed, rated; their papers and samples."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import FileResponse, HttpRequest
from ninja import Field, File, Form, Query, Router, Schema, UploadedFile
from pydantic import ConfigDict

from heban.domain.errors import BadData, Finding
from heban.exchange.acts import contracts, delivery, disputes, orders, papers, quotes, ratings, samples
from heban.exchange.acts import vouchers as acts
from heban.exchange.desk import Said
from heban.exchange.files import LARGEST as LARGEST_FILE
from heban.exchange.files import MEDIA
from heban.exchange.reading import orders as reading
from heban.exchange.reading import vouchers
from heban.web import uploads
from heban.web.api import entry, sight
from heban.web.api.forms import MOST_FEN, signs, states, text
from heban.web.api.paging import LARGEST, Page

router = Router(tags=["orders"])

entry.offer(router, "/orders", "order.draft", orders.draft)
entry.offer(router, "/orders/{order}/change", "order.change", orders.change)
entry.offer(router, "/orders/{order}/submit", "order.submit", orders.submit)
entry.offer(router, "/orders/{order}/decline", "order.decline", orders.decline)
entry.offer(router, "/orders/{order}/cancel", "order.cancel", orders.cancel)
entry.offer(router, "/orders/{order}/quotes", "order.quote", quotes.quote)
entry.offer(router, "/orders/{order}/accept", "order.accept", quotes.accept)
entry.offer(router, "/orders/{order}/sign", "order.sign", contracts.sign)
entry.offer(router, "/orders/{order}/unsign", "order.unsign", contracts.take_back)
entry.offer(router, "/orders/{order}/begin", "order.begin", delivery.begin)
entry.offer(router, "/orders/{order}/deliver", "order.deliver", delivery.deliver)
entry.offer(router, "/orders/{order}/approve", "order.approve", delivery.approve)
entry.offer(router, "/orders/{order}/dispute", "order.dispute", disputes.dispute)
entry.offer(router, "/orders/{order}/resolve", "order.resolve", disputes.resolve)
entry.offer(router, "/orders/{order}/holds", "hold.make", acts.hold)
entry.offer(router, "/orders/{order}/ratings", "order.rate", ratings.rate)
entry.offer(router, "/orders/{order}/samples", "sample.register", samples.register, what=text(2_000))
entry.offer(router, "/samples/{sample}/ship", "sample.ship", samples.ship)
entry.offer(router, "/samples/{sample}/resend", "sample.resend", samples.resend)
entry.offer(router, "/samples/{sample}/receive", "sample.receive", samples.receive)
entry.offer(router, "/samples/{sample}/refuse", "sample.refuse", samples.refuse)
entry.offer(router, "/samples/{sample}/lose", "sample.lose", samples.lose)
entry.offer(router, "/samples/{sample}/test", "sample.test", samples.test)
entry.offer(router, "/samples/{sample}/verify", "sample.verify", samples.verify)
entry.offer(router, "/samples/{sample}/retain", "sample.retain", samples.retain)
entry.offer(router, "/samples/{sample}/give-back", "sample.give_back", samples.give_back)
entry.offer(router, "/samples/{sample}/allow-destruction", "sample.allow", samples.allow_destruction)
entry.offer(router, "/samples/{sample}/destroy", "sample.destroy", samples.destroy)


class Choice(Schema):
    """Which orders are asked for, the newest first; `before` is the `next` of the piece before."""

    side: reading.Side | None = None
    state: states("ServiceOrder") | None = None  # type: ignore[valid-type]
    limit: int = Field(50, ge=1, le=200)
    before: Annotated[int, Field(ge=1, le=LARGEST)] | None = None


class Shown(Schema):
    """A paper of an order; the file stands beside it in the same form, as `file`."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal[tuple(papers.KINDS)]  # type: ignore[valid-type]
    number: Annotated[str, signs(60)] = ""
    fen: Annotated[int, Field(ge=0, le=MOST_FEN)] = 0


class Of(Schema):
    """With which quota."""

    quota: Annotated[int, Field(ge=1, le=LARGEST)]


@entry.get(router, "/orders", "orders", Page[dict[str, Any]])
def listed(request: HttpRequest, choice: Query[Choice]) -> dict[str, Any]:
    """Orders that one sees, as firm, provider, station or office."""
    rows = reading.orders(
        entry.by(request), side=choice.side, state=choice.state or "", before=choice.before,
        limit=choice.limit + 1,
    )  # fmt: skip
    items = rows[: choice.limit]
    return {"items": items, "next": items[-1]["order"] if len(rows) > choice.limit else None}


@entry.get(router, "/orders/{order}", "order", dict[str, Any])
def one(request: HttpRequest, order: entry.Number) -> dict[str, Any]:
    """One order with quotes, contract, papers, samples, bookings, its history, and what one may do next."""
    who = entry.by(request)
    return reading.order(who, sight.ensure_seen(who, "order", order, *reading.NEAR))


@entry.get(router, "/orders/{order}/holds", "holds", list[dict[str, Any]])
def holds(request: HttpRequest, order: entry.Number) -> list[dict[str, Any]]:
    """What vouchers held for an order, the last first, with the part of each region."""
    who = entry.by(request)
    return vouchers.holds_of(who, sight.ensure_seen(who, "order", order))


@entry.get(router, "/orders/{order}/room", "hold.room", dict[str, Any])
def room(request: HttpRequest, order: entry.Number, of: Query[Of]) -> dict[str, Any]:
    """What a voucher of a quota could pay for an order: every cap, the one that binds, and who pays when."""
    who = entry.by(request)
    row = sight.ensure_seen(who, "order", order)
    sight.ensure_seen(who, "quota", of.quota)
    return vouchers.room(who, row, quota=of.quota)


@entry.act(router, "/orders/{order}/papers", "paper.add")
def add(request: HttpRequest, order: entry.Number, form: Form[Shown], file: File[UploadedFile]) -> Said:
    """Show a file as a paper of an order: pdf, png, jpg, xlsx, docx, csv or txt, known by its content."""
    if (file.size or 0) > LARGEST_FILE:
        fault = f"it has {file.size} bytes and the most is {LARGEST_FILE}"
        raise BadData([Finding("error", "file", None, None, None, fault, "make it smaller, or split it")])
    words = {**form.dict(), "content": file.read(), "name": file.name or "file"}
    return entry.done(
        request, lambda who, **said: papers.add(who, uploads.store(), **said), order=order, **words
    )


@entry.file(router, "/papers/{paper}/file", "paper.file", *MEDIA.values())
def content(request: HttpRequest, paper: entry.Number) -> Any:
    """The file of a paper, to whoever sees its order; to keep, never to show as a page."""
    who = entry.by(request)
    sight.ensure_seen(who, "paper", paper)
    path, evidence = papers.served(who, uploads.store(), paper)
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=evidence.name, content_type=evidence.media
    )
