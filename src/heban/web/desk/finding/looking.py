"""What a search for shared things is asked on a page: its fields, what is chosen, one-click beginnings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Avg
from django.utils.translation import gettext_lazy as _

from heban.exchange.china import ZONE
from heban.exchange.models import Asset, Jurisdiction, Organisation
from heban.exchange.models.assets import KINDS
from heban.exchange.reading.search import Sort, Wanted
from heban.exchange.rules.money import told
from heban.web.desk import words
from heban.web.desk.fields import Money
from heban.web.desk.finding.calendars import LENGTHS
from heban.web.desk.names import called

LONGEST = timedelta(days=92)
FREE = ("free_from", "free_to", "free_minutes")
SORTS = {
    "relevance": _("Best match"),
    "price": _("Lowest price of an hour"),
    "rating": _("Best rated"),
    "distance": _("Nearest"),
}
RATINGS = (("", "—"), ("3", "★ 3+"), ("4", "★ 4+"), ("4.5", "★ 4.5+"))
KNOWN = (MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2198, 12, 31)))
"""Days that a search takes."""
Query = Mapping[str, str]


class Chip(NamedTuple):
    """Something that is chosen: its words, the search without it, and the names of its fields."""

    words: str
    without: str
    names: tuple[str, ...]


class Link(NamedTuple):
    """A search that one click begins."""

    words: str
    address: str
    chosen: bool = False
    many: int | None = None


class Looking(forms.Form):
    """The fields of a search; what is left empty does not matter."""

    text = forms.CharField(max_length=200, label=_("What do you need?"))
    kind = forms.ChoiceField(label=_("Kind"))
    place = forms.ChoiceField(label=_("Where it stands"))
    field = forms.ChoiceField(label=_("Discipline"))
    user = forms.TypedChoiceField(coerce=int, empty_value=None, label=_("Prices for"))
    price_at_most = Money(label=_("At most, for an hour (CNY)"))
    voucher = forms.BooleanField(label=_("Takes vouchers"))
    ours = forms.BooleanField(label=_("Our voucher pays there"))
    untrained = forms.BooleanField(label=_("Needs no training"))
    rating_at_least = forms.TypedChoiceField(
        choices=RATINGS, coerce=float, empty_value=None, label=_("Rating")
    )
    free_from = forms.DateField(validators=KNOWN, label=_("Free from"))
    free_to = forms.DateField(validators=KNOWN, label=_("Free up to, this day counted"))
    free_minutes = forms.TypedChoiceField(coerce=int, empty_value=60, label=_("For how long"))
    near = forms.ChoiceField(label=_("Distance from"))
    within_km = forms.IntegerField(min_value=1, max_value=20_000, label=_("Within so many km"))
    sort = forms.ChoiceField(choices=SORTS.items(), label=_("Order"))
    after = forms.CharField(max_length=400, widget=forms.HiddenInput)

    def __init__(self, data: Query, takers: Iterable[Organisation], day: date) -> None:
        super().__init__({"free_minutes": "60", **{name: data[name] for name in data}})
        self.takers, self.day = list(takers), day
        self.places = _places()
        given = {name: self.data.get(name, "") for name in ("place", "near", "field")}
        cities = [(code, name) for code, name in self.places.items() if code.endswith("00")]
        self._choose("kind", [(kind, words.here(words.choices()["asset_kind"][kind])) for kind in KINDS])
        wide = [one for one in self.places.items() if one[0].endswith("00") or one[0] == given["place"]]
        self._choose("place", wide)
        self._choose("near", [one for one in cities if not one[0].endswith("0000")])
        named = [(code, words.here(said)) for code, said in words.choices()["discipline"].items()]
        strange = given["field"] and given["field"].isdecimal() and given["field"] not in dict(named)
        self._choose("field", named + [(given["field"], given["field"])] * bool(strange))
        self._choose("user", [(str(one.pk), called(one)) for one in self.takers])
        self._choose("free_minutes", [(str(one), length(one)) for one in LENGTHS], empty=False)
        for name in ("free_from", "free_to"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date", "min": day}, format="%Y-%m-%d")
        for made in self.fields.values():
            made.required = False

    def _choose(self, name: str, options: list[tuple[str, str]], *, empty: bool = True) -> None:
        made = cast(forms.ChoiceField, self.fields[name])
        made.choices = [("", "—"), *options] if empty else options

    def clean(self) -> dict[str, Any]:
        """Say what does not go together, at its field."""
        said: dict[str, Any] = self.cleaned_data
        first, last = said.get("free_from"), said.get("free_to")
        if (first is None) != (last is None) and not {"free_from", "free_to"} & set(self.errors):
            self.add_error("free_to" if first else "free_from", _("Give both days, or neither."))
        if first and last and not first <= last < first + LONGEST:
            self.add_error("free_to", _("Choose a day from the first one on, within 92 days of it."))
        if not said.get("near") and (said.get("sort") == "distance" or said.get("within_km")):
            self.add_error("near", _("Choose the city from which distance is measured."))
        elif said.get("near") and (middle := _middle(said["near"])) is None:
            self.add_error("near", _("Nothing there has coordinates yet. Choose another city."))
        else:
            self.middle = middle if said.get("near") else None
        return said

    def wanted(self, **other: Any) -> Wanted:
        """Return what is looked for; prices are those of one's own organisation, the first unless chosen."""
        said = self.cleaned_data
        free = None
        if said["free_from"]:
            free = (_midnight(said["free_from"]), _midnight(said["free_to"] + timedelta(days=1)),
                    said["free_minutes"])  # fmt: skip
        found = {
            "text": said["text"], "kinds": (said["kind"],) if said["kind"] else (), "field": said["field"],
            "place": said["place"], "near": self.middle, "within_km": said["within_km"],
            "price_at_most": said["price_at_most"],
            "voucher": True if said["voucher"] or said["ours"] else None,
            "needs_training": False if said["untrained"] else None, "free": free, "user": self.whose,
            "rating_at_least": said["rating_at_least"], "sort": self._sort(), "after": said["after"],
        }  # fmt: skip
        return Wanted(**{**found, **other})

    @property
    def whose(self) -> int | None:
        """The organisation whose prices are shown."""
        chosen = self.cleaned_data.get("user")
        return chosen or (self.takers[0].pk if self.takers else None)

    def chips(self) -> Iterator[Chip]:
        """Yield what is chosen, each with the search without it."""
        said = self.cleaned_data
        for names, shown in (
            (("text",), f"“{said['text']}”"), (("kind",), self._label("kind")),
            (("place",), self._label("place")), (("field",), self._label("field")),
            (("price_at_most",), _("at most %(price)s an hour") % {"price": _yuan(said["price_at_most"])}),
            (("voucher",), _("takes vouchers")), (("ours",), _("our voucher pays")),
            (("untrained",), _("needs no training")),
            (("rating_at_least",), f"★ {said['rating_at_least'] or 0:g}+"),
            (FREE, _("free for %(length)s, %(first)s to %(last)s")
             % {"length": length(said["free_minutes"]), "first": said["free_from"], "last": said["free_to"]}),
            (("within_km",), _("within %(km)s km") % {"km": said["within_km"]}),
        ):  # fmt: skip
            if said[names[0]]:
                yield Chip(shown, address(self.data, **dict.fromkeys(names)), names)

    def presets(self, *, paid: bool) -> Iterator[Link]:
        """Yield beginnings that people ask for most; with a voucher, those where it pays."""
        monday = self.day + timedelta(days=7 - self.day.weekday())
        free, soon = _free(monday, 6), _free(self.day, 3)
        if paid:
            yield self._preset(_("Next week, free, our voucher pays"), {**free, "ours": "on"})
        else:
            yield self._preset(_("Next week, free, takes vouchers"), {**free, "voucher": "on"})
        yield self._preset(_("Free next week"), free)
        yield self._preset(_("Free in the next three days"), soon)
        yield self._preset(_("Lowest price first"), {"sort": "price"})
        home = self.takers[0].jurisdiction.code[:4] + "00" if self.takers else ""
        if home in dict(cast(Any, self.fields["near"]).choices):
            yield self._preset(_("Nearest to us"), {"near": home, "sort": "distance"})

    def _preset(self, said: str, more: Query) -> Link:
        chosen = all(self.data.get(name) == value for name, value in more.items())
        return Link(said, address(self.data, **(dict.fromkeys(more) if chosen else more)), chosen)

    def _label(self, name: str) -> str:
        options = dict(cast(Any, self.fields[name]).choices)
        return str(options.get(self.cleaned_data[name], ""))

    def _sort(self) -> Sort:
        return cast(Sort, self.cleaned_data["sort"] or "relevance")


def facets(form: Looking, counts: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[str, list[Link]]]:
    """Yield what the found can be refined by: its words, and links with counts, the chosen one undone."""
    kinds, disciplines = words.choices()["asset_kind"], words.choices()["discipline"]
    shown: tuple[tuple[str, str, str, Mapping[str, Any]], ...] = (
        ("kind", "kind", _("Kind"), {code: words.here(said) for code, said in kinds.items()}),
        ("city", "place", _("City"), form.places),
        ("field", "field", _("Discipline"), {code: words.here(said) for code, said in disciplines.items()}),
    )
    for facet, name, label, named in shown:
        links = []
        for code, count in list(counts[facet].items())[:12]:
            chosen = form.data.get(name) == code
            change = {name: None if chosen else code}
            links.append(Link(named.get(code, code), address(form.data, **change), chosen, count))
        if links:
            yield label, links


def address(data: Query, **changes: str | None) -> str:
    """Return the query of a search with some of it changed, from its first page; nothing empty is kept.

    >>> address({"text": "xrd", "after": "x", "kind": ""}, voucher="on")
    '?text=xrd&voucher=on'
    """
    known = {name: data.get(name) for name in Looking.base_fields if name != "after"} | changes
    if not known["free_from"]:
        known["free_minutes"] = None
    return "?" + urlencode({name: value for name, value in known.items() if value})


def length(minutes: int) -> str:
    """Return a length of time in words: minutes, hours or days."""
    if minutes % 1440 == 0:
        return str(_("%(days)s d") % {"days": minutes // 1440})
    if minutes < 60:
        return str(_("%(minutes)s min") % {"minutes": minutes})
    return str(_("%(hours)s h") % {"hours": f"{minutes / 60:g}"})


def _free(first: date, more: int) -> Query:
    return {"free_from": f"{first}", "free_to": f"{first + timedelta(days=more)}", "free_minutes": "60"}


def _yuan(fen: int | None) -> str:
    return "" if fen is None else words.here(told(fen))


def _places() -> dict[str, str]:
    return {row.code: called(row) for row in Jurisdiction.objects.order_by("code")}


def _middle(city: str) -> tuple[float, float] | None:
    """The middle of what is shared in a city: places themselves have no coordinates here."""
    there = Asset.objects.filter(state="listed", jurisdiction__code__startswith=city[:4])
    found = there.aggregate(longitude=Avg("longitude"), latitude=Avg("latitude"))
    return None if found["longitude"] is None else (found["longitude"], found["latitude"])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
