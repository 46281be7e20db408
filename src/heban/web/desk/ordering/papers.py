"""Papers: a file is handed in for an order, as a contract, an invoice, a payment, a result or another."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from heban.domain.errors import BadData, BadSpec, Refused
from heban.exchange import access
from heban.exchange.acts import papers as acts
from heban.exchange.files import LARGEST, MEDIA, kind
from heban.exchange.rules.machines import machines
from heban.web import routes, uploads
from heban.web.api import entry, sight
from heban.web.desk import deeds, doing, pages, words
from heban.web.desk.fields import Money

MIB = 2**20
ADD = "paper.add"


class PaperForm(forms.Form):
    """A file and what it is; its kinds are those that this side hands in at this time."""

    kind = forms.ChoiceField(label=_("What it is"))
    file = forms.FileField(label=_("File"), max_length=200)
    number = forms.CharField(
        label=_("Number of the invoice or payment"), max_length=60, required=False,
        help_text=_("For invoices and payments only; each number serves once on the platform."),
    )  # fmt: skip
    fen = Money(
        label=_("Amount (CNY)"), required=False,
        help_text=_("For invoices and payments only."),
    )  # fmt: skip

    def __init__(self, kinds: list[str], **given: Any) -> None:
        super().__init__(**given)
        choices = [(code, words.here(acts.KINDS[code])) for code in kinds]
        field: Any = self.fields["kind"]
        field.choices = choices if len(choices) == 1 else [("", "—"), *choices]
        self.fields["file"].widget.attrs["accept"] = ",".join(f".{one}" for one in MEDIA)
        self.fields["file"].help_text = _("At most %(most)d MiB: %(kinds)s.") % {
            "most": LARGEST // MIB, "kinds": ", ".join(MEDIA)
        }  # fmt: skip
        for name in ("file", "number", "fen"):
            self.fields[name].widget.attrs["aria-describedby"] = f"id_{name}_helptext"
        self.blocks = [[self[name]] for name in self.fields]

    def clean_file(self) -> Any:
        """Return the file if it is of a size and a kind that is taken, known by what is in it."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            said = {"size": f"{file.size / MIB:.1f}", "most": LARGEST // MIB}
            too_large = _("It has %(size)s MiB and the most is %(most)s MiB. Make it smaller, or split it.")
            raise forms.ValidationError(too_large % said)
        content = file.read()
        if kind(content) is None:
            strange = _("Its content is of no kind that is taken. Give %(kinds)s, without macros.")
            raise forms.ValidationError(strange % {"kinds": ", ".join(MEDIA)})
        file.seek(0)
        return file

    def clean(self) -> dict[str, Any]:
        """Ask an invoice and a payment for their number and amount."""
        found = dict(super().clean() or {})
        if found.get("kind") in acts.NUMBERED:
            for name in ("number", "fen"):
                if not found.get(name) and name not in self.errors:
                    self.add_error(name, _("An invoice and a payment need it."))
        return found


def paper(request: HttpRequest, order: int) -> HttpResponse:
    """Take a file in as a paper of an order, or show what may be handed in now and why nothing else."""
    who = entry.by(request)
    row = sight.ensure_seen(who, "order", order)
    if not request.auth.may_pass(routes.ROUTES[ADD]):
        return pages.closed(request)
    side = min(access.ensure(who, row, *acts.BY) & set(acts.BY))
    kinds = handed_in(row, side)
    if request.method != "POST":
        wanted = request.GET.get("kind", "")
        return _shown(request, row, side, PaperForm(kinds, initial={"kind": wanted}))
    entry.ensure_seldom(request.auth, request)
    if int(request.META.get("CONTENT_LENGTH") or 0) > uploads.LARGEST_FORM:
        form = PaperForm(kinds)
        said = {"most": LARGEST // MIB}
        note = _("What was sent is too large: the most is %(most)s MiB. Nothing was kept.") % said
        return _shown(request, row, side, form, no={"sentence": note, "code": "body.too_large"}, status=413)
    return _handed(request, row, side, PaperForm(kinds, data=request.POST, files=request.FILES))


def _handed(request: HttpRequest, row: Any, side: str, form: PaperForm) -> HttpResponse:
    """Keep what was sent if it may be, and go back to the order; else show the form with what is wrong."""
    if not form.is_valid():
        return _shown(request, row, side, form, status=400)
    try:
        _added(request, row.pk, form.cleaned_data)
    except (Refused, BadSpec, BadData) as no:
        return _shown(request, row, side, form, no=doing.refusal(no), status=409)
    messages.success(request, _("The paper is handed in; the other side is told."))
    return HttpResponseRedirect(reverse("desk:order", args=[row.pk]) + "#papers")


def handed_in(row: Any, side: str) -> list[str]:
    """Return the kinds of papers that a side may hand in now, the one that is most likely meant first.

    >>> from types import SimpleNamespace
    >>> handed_in(SimpleNamespace(state="in_service"), "provider")
    ['report', 'invoice', 'other']
    """
    kinds = [code for code in acts.BY[side] if row.state in acts.WHEN[code]]
    return sorted(kinds, key=lambda code: (code != "report", acts.BY[side].index(code)))


def _added(request: HttpRequest, order: int, given: dict[str, Any]) -> None:
    key = request.POST.get(doing.KEY, "")[: entry.LONGEST_KEY] or deeds.new_key()
    file = given["file"]
    entry.acted(
        entry.by(request, key), lambda who, **said: acts.add(who, uploads.store(), **said), order=order,
        kind=given["kind"], content=file.read(), name=file.name or "file", number=given["number"],
        fen=given["fen"] or 0,
    )  # fmt: skip


def _shown(request: HttpRequest, row: Any, side: str, form: PaperForm, **more: Any) -> HttpResponse:
    state = machines()[row._meta.object_name].states[row.state]
    told = {
        "row": row,
        "form": form,
        "kinds": handed_in(row, side),
        "state": words.here(state),
        "up": (reverse("desk:order", args=[row.pk]), row.title),
        "key": deeds.new_key(),
        "no": more.get("no"),
    }
    return pages.shown(request, "desk/paper.html", told, status=more.get("status", 200))
