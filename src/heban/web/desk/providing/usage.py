"""How much an owner's things are used and shared: by quarter and by thing, drawn, in tables, as files."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import Any

from django.db.models import Min
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from heban.domain.errors import BadData
from heban.exchange import sheets
from heban.exchange.china import local
from heban.exchange.models import Usage
from heban.exchange.reading import utilisation
from heban.exchange.rules import reporting
from heban.exchange.rules.assessment import REASONS
from heban.exchange.rules.terms import Terms
from heban.exchange.rules.utilisation import NATIONAL_MEANS
from heban.web.api import entry, sight
from heban.web.desk import pages
from heban.web.desk.names import called
from heban.web.desk.words import here

QUARTERS = ("Q1", "Q2", "Q3", "Q4")
MEDIA = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
QUARTERLY = ("national", "zhejiang-services")
HEIGHT, FLOOR, WIDE = 150, 180, 80
"""How high the highest bar is drawn, where bars stand, and how wide they are."""
_KEEPERS = {"provider_member", "provider_manager", "platform"}


@dataclass(frozen=True)
class Bar:
    """A quarter: its hours from inside and from outside, and how high each is drawn."""

    name: str
    hours: float
    external: float
    income_fen: int | None
    left: int
    inside_height: int
    outside_height: int
    known: bool

    @property
    def told(self) -> str:
        """Its hours, or a dash where no use was written."""
        return hours_told(self.hours) if self.known else "—"

    @property
    def external_told(self) -> str:
        """Its hours from outside, or a dash where no use was written."""
        return hours_told(self.external) if self.known else "—"

    @property
    def share(self) -> str:
        """The share of its hours that was for users from outside."""
        return percent(self.external / self.hours) if self.hours else "—"

    @property
    def low(self) -> int:
        """Where the part of one's own people ends."""
        return FLOOR - self.inside_height

    @property
    def top(self) -> int:
        """Where the bar ends."""
        return self.low - self.outside_height

    @property
    def above(self) -> int:
        """Where its number stands."""
        return self.top - 6

    @property
    def centre(self) -> int:
        """The middle of its foot."""
        return self.left + WIDE // 2


def usage(request: HttpRequest, organisation: int) -> HttpResponse:
    """Show a year of an owner's things: machine hours, rate, share from outside, income; see the reader."""
    who = entry.by(request)
    owner = sight.ensure_seen(who, "organisation", organisation)
    this = local(who.now).year
    years = _years(organisation, this)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else this
    quarters = utilisation.by_quarter(who, organisation, year)
    told = {
        "owner": owner, "year": year, "years": years, "bars": _bars(quarters),
        "rows": _rows(quarters, utilisation.by_quarter(who, organisation, year, period="year")),
        "assessed": _assessed(utilisation.assessed(who, organisation, year)), "quarters": QUARTERS,
        "sheets": _sheets(organisation, year) if request.auth.roles & _KEEPERS else [],
        "rated": _("A year is rated at %(hours)s hours.") % {"hours": Terms().year_rated_hours},
        "means": [
            _("National mean of the assessment of %(year)s: %(hours)s hours, %(external)s from outside.")
            % {"year": one, "hours": hours, "external": external}
            for one, (hours, external) in NATIONAL_MEANS.items()
        ],
        "up": (reverse("desk:organisation", args=[organisation]), called(owner)),
    }  # fmt: skip
    return pages.shown(request, "desk/usage.html", told)


def sheet(request: HttpRequest, organisation: int, what: str) -> HttpResponse:
    """Give a sheet or a table of an owner as a file: `national.xlsx?quarter=2026Q1`, `bookings.csv`.

    One whose needed cells are empty is not given: which, and in how many rows, is shown.
    """
    who = entry.by(request)
    owner = sight.ensure_seen(who, "organisation", organisation)
    name = Path(what)
    if name.suffix not in MEDIA or name.stem not in (*sheets.SHEETS, *sheets.TABLES):
        raise Http404
    quarter = request.GET.get("quarter", "")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"sheet{name.suffix}"
        try:
            sheets.exported(who, name.stem, file, owner=organisation, quarter=quarter)
        except BadData as no:
            return _lacking(request, owner, no)
        answer = HttpResponse(file.read_bytes(), content_type=MEDIA[name.suffix])
    called_so = "-".join(part for part in (name.stem, quarter if name.stem in QUARTERLY else "") if part)
    answer.headers["Content-Disposition"] = f'attachment; filename="{called_so}{name.suffix}"'
    return answer


def _lacking(request: HttpRequest, owner: Any, no: BadData) -> HttpResponse:
    of = reporting.sheets()[str(no.findings[0].file)]
    counted = Counter(str(fault.column) for fault in no.findings)
    named = {column.key: column.zh for column in of.columns}
    told = {
        "owner": owner,
        "sheet": {"zh": of.zh, "en": of.en},
        "lacking": [(named.get(key, key), count) for key, count in counted.most_common()],
        "up": (reverse("desk:usage", args=[owner.pk]), _("Use and sharing")),
    }
    return pages.shown(request, "desk/sheet.html", told, status=409)


def percent(share: float) -> str:
    """Return a share as a percentage; a dash for one that is absent (§1).

    >>> percent(0.256), percent(float("nan"))
    ('25.6%', '—')
    """
    return "—" if isnan(share) else f"{share:.1%}"


def hours_told(hours: float) -> str:
    """Return hours with one decimal; a dash for what is absent.

    >>> hours_told(1234.56)
    '1,234.6'
    """
    return "—" if isnan(hours) else f"{hours:,.1f}"


def _years(owner: int, this: int) -> list[int]:
    """The years of which there may be something, the last first."""
    first = Usage.objects.filter(booking__unit__asset__owner=owner).aggregate(at=Min("started_at"))["at"]
    return list(range(this, (local(first).year if first else this) - 1, -1))


def _bars(frame: Any) -> list[Bar]:
    counted = ["effective_hours", "external_hours", "income_fen"]
    found = frame.groupby("period")[counted].sum()
    highest = found["effective_hours"].max() if len(found) else 0
    bars = []
    for at, quarter in enumerate(QUARTERS):
        named = [one for one in found.index if str(one).endswith(quarter)]
        hours, external, income = found.loc[named[0]] if named else (0.0, 0.0, 0)
        outside, inside = ((one / highest * HEIGHT if highest else 0) for one in (external, hours - external))
        bars.append(
            Bar(quarter, float(hours), float(external), int(income) if named else None, 40 + at * 130,
                round(inside), round(outside), bool(named))
        )  # fmt: skip
    return bars


def _rows(quarters: Any, years: Any) -> list[dict[str, Any]]:
    """A row for each thing that was used, the most used first."""
    of = {(row.asset, row.period[-2:]): hours_told(row.effective_hours) for row in quarters.itertuples()}
    used = years.sort_values("effective_hours", ascending=False, kind="stable")
    return [
        {
            "name": row.name, "number": row.number,
            "quarters": [of.get((row.asset, one), "—") for one in QUARTERS],
            "hours": hours_told(row.effective_hours), "rate": percent(row.utilisation),
            "bar": round(min(row.utilisation, 1) * 100), "share": percent(row.external_share),
            "income_fen": int(row.income_fen),
        }
        for row in used.itertuples(index=False)
    ]  # fmt: skip


def _assessed(found: Any) -> dict[str, Any]:
    out: dict[str, int] = {}
    for _number, reason in found.left_out:
        out[reason] = out.get(reason, 0) + 1
    return {
        "count": len(found.instruments), "hours": hours_told(found.mean_effective_hours),
        "external": hours_told(found.mean_external_hours), "rate": percent(found.utilisation),
        "share": percent(found.external_share), "income_fen": found.income_fen,
        "income_rate": percent(found.income_rate),
        "left_out": [{"said": here(REASONS[reason]), "count": count} for reason, count in out.items()],
    }  # fmt: skip


def _sheets(owner: int, year: int) -> list[dict[str, Any]]:
    """The files to take away: what each is, and the addresses of its forms."""
    files = [
        (_("National survey, with the figures of the year"), "national", f"{year}Q4"),
        (_("Push to Zhejiang: instruments"), "zhejiang-instruments", ""),
        *((_("Push to Zhejiang: services of %(quarter)s") % {"quarter": one}, "zhejiang-services", one)
          for one in (f"{year}{quarter}" for quarter in QUARTERS)),
        (_("All things"), "assets", ""),
        (_("All bookings"), "bookings", ""),
        (_("All uses"), "usage", ""),
    ]  # fmt: skip
    return [
        {"said": said, "forms": [(form, _to(owner, name, form, quarter)) for form in ("csv", "xlsx")]}
        for said, name, quarter in files
    ]


def _to(owner: int, name: str, form: str, quarter: str) -> str:
    where = reverse("desk:sheet", args=[owner, f"{name}.{form}"])
    return f"{where}?quarter={quarter}" if quarter else str(where)
