"""The back office under /admin/: money, audit and answers to look at; names and remarks to mend."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from heban.exchange import models
from heban.exchange.china import local, region_level
from heban.web.doors import OFFICE, Caller, caller


def _asking(request: HttpRequest) -> Caller:
    """Who asks, with the roles of today; looked up once for a request."""
    if not hasattr(request, "office_caller"):
        request.office_caller = caller(request.user if request.user.is_authenticated else None)
    asked: Caller = request.office_caller
    return asked


class Office(admin.AdminSite):
    """A back office that only the platform and auditors enter; auditors see what their jurisdiction has."""

    site_header = site_title = "Heban 合板"
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Say whether somebody may enter."""
        return bool(request.user.is_active) and bool(_asking(request).roles & OFFICE)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send a stranger to the site's own login, where tries are counted; refuse others."""
        if request.user.is_authenticated:
            return render(request, "web/denied.html", status=403)
        wanted = request.GET.get("next", request.get_full_path())
        answer: HttpResponse = redirect_to_login(wanted, reverse(settings.LOGIN_URL))
        return answer

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Send somebody to the site's own page."""
        return redirect("password_change")


class Seen(admin.ModelAdmin):
    """Rows that are looked at. Those without a `place` are the platform's alone."""

    place = ""
    """The way from a row to the code of its jurisdiction, as `account__code`; an auditor's rows begin so."""
    show_full_result_count = False
    list_per_page = 50
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Say whether somebody sees this kind of rows."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether somebody sees this kind of rows."""
        roles = _asking(request).roles
        return "platform" in roles or ("auditor" in roles and bool(self.place))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds here."""
        return False

    has_change_permission = has_delete_permission = has_add_permission

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the rows that somebody sees: the platform all, an auditor those of their jurisdictions."""
        rows = super().get_queryset(request)
        if "platform" in _asking(request).roles:
            return rows
        mine = Q()
        for beginning in beginnings(_asking(request)):
            mine |= Q(**{f"{self.place}__startswith": beginning})
        return rows.filter(mine).distinct() if mine else rows.none()


class Mended(Seen):
    """Rows of which the platform may mend some columns; the database lets no other be changed."""

    mends: tuple[str, ...] = ()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether somebody may mend."""
        return "platform" in _asking(request).roles

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Return the columns that stay as they are."""
        return [field.name for field in self.model._meta.fields if field.name not in self.mends]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the mended columns and no other."""
        obj.save(update_fields=[name for name in self.mends if name in form.changed_data])


def beginnings(asking: Caller) -> list[str]:
    """Return how the codes begin of the jurisdictions that somebody audits (GB/T 2260: 2, 4 or 6 digits)."""
    held = models.Membership.objects.filter(
        person=asking.person, role="auditor", valid__contains=local(asking.now).date()
    )
    return [_beginning(code) for code in held.values_list("jurisdiction__code", flat=True)]


def _beginning(code: str) -> str:
    return code[: {"province": 2, "city": 4, "county": 6}[region_level(code)]]


office = Office(name="admin")
_SEEN: dict[Any, str] = {
    models.LedgerAccount: "code",
    models.LedgerEntry: "legs__account__code",
    models.LedgerLeg: "account__code",
    models.BudgetBucket: "jurisdiction__code",
    models.Hold: "rule_set__jurisdiction__code",
    models.HoldBucket: "bucket__jurisdiction__code",
    models.AuditEvent: "",
    models.StateEdge: "",
    models.Answer: "",
    models.DailyHead: "",
}
for _model, _place in _SEEN.items():
    _columns = [field.name for field in _model._meta.fields]
    office.register(
        _model, type(f"Seen{_model.__name__}", (Seen,), {"place": _place, "list_display": _columns})
    )
office.register(
    models.Jurisdiction,
    type("Jurisdictions", (Mended,), {
        "place": "code", "mends": ("name", "name_en"), "list_display": ("code", "name", "name_en"),
        "search_fields": ("code", "name"),
    }),
)  # fmt: skip
office.register(
    models.Remark, type("Remarks", (Mended,), {"mends": ("words",), "list_display": ("key", "words")})
)
