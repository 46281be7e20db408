"""What is asked for by address and is no page: drawings, tables, the script, the reader's index."""

from __future__ import annotations

from math import isnan

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from heban.domain.errors import BadSpec, UnknownName, unknown
from heban.report.formatting import number
from heban.web.atlas import downloads, drawing, packages, whatif
from heban.web.atlas.figures import language
from heban.web.atlas.packages import Results

FOR_EVER = "public, max-age=31536000, immutable"
_OPTIONS = ("size", "theme", "v")


@gzip_page  # type: ignore[untyped-decorator]  # nothing in it is secret: its size gives nothing away
@require_safe  # type: ignore[untyped-decorator]
def chart(request: HttpRequest, slug: str, id: str) -> HttpResponse:
    """Answer the specification of a chart; what is not an option names a column and the values to keep."""
    try:
        results = _results(slug)
        kept = tuple(sorted((key, value) for key, value in request.GET.items() if key not in _OPTIONS))
        size, theme = request.GET.get("size", "wide"), request.GET.get("theme", "light")
        made = drawing.drawn(results, id, language(), size, theme, kept)
    except UnknownName as no:
        return _none(no)
    answer = HttpResponse(made, content_type="application/json; charset=utf-8")
    return _kept(request, answer, results)


@gzip_page  # type: ignore[untyped-decorator]
@require_safe  # type: ignore[untyped-decorator]
def table(request: HttpRequest, slug: str, id: str, format: str) -> HttpResponse:
    """Answer a table as a file."""
    try:
        results = _results(slug)
        made = downloads.content(results, id, format, language())
    except UnknownName as no:
        return _none(no)
    answer = HttpResponse(made, content_type=downloads.TYPES[format])
    if format != "json":
        answer.headers["Content-Disposition"] = f'attachment; filename="{results.slug}-{id}.{format}"'
    return _kept(request, answer, results)


@require_safe  # type: ignore[untyped-decorator]
def weighed(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the totals and ranks under a reader's weights.

    `w` stands once for each pillar in their order, `i` once for each indicator, or not at all.
    """
    try:
        ruler = whatif.ruler(_results(slug))
        if ruler is None:
            raise BadSpec(_("These results do not store what weighing anew needs."))
        totals = ruler.weighed(weights(request.GET, "w"), weights(request.GET, "i"))
    except UnknownName as no:
        return _none(no)
    except BadSpec as no:
        return JsonResponse({"error": {"code": "spec.wrong", "message": str(no)}}, status=400)
    ranks = ruler.ranks(totals)
    rows = [
        {"place": place, "total": float(total), "text": number(float(total), 1), "rank": rank}
        for place, total, rank in zip(ruler.places, totals, ranks, strict=True)
        if not isnan(total)
    ]
    return JsonResponse({"own": True, "year": ruler.year, "method": ruler.method, "rows": rows})


def weights(asked: QueryDict, name: str) -> list[float]:
    """Return the weights that a reader gives by a name, or raise `BadSpec`."""
    given = asked.getlist(name)
    try:
        return [float(text) for text in given]
    except ValueError:
        raise whatif.no_weight(", ".join(given)) from None


@require_safe  # type: ignore[untyped-decorator]
def script(request: HttpRequest, version: str) -> HttpResponse:
    """Answer the script that draws charts, as the installed package has it."""
    if version != drawing.VERSION:
        return HttpResponse(status=404)
    answer = HttpResponse(content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = FOR_EVER
    answer.headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        answer.headers["Content-Encoding"] = "gzip"
        answer.content = drawing.packed()
    else:
        answer.content = drawing.bundle()
    return answer


def _results(slug: str) -> Results:
    known = packages.library()
    if slug not in known:
        raise unknown("results", slug, known, "the atlas")
    return known[slug]


def _kept(request: HttpRequest, answer: HttpResponse, results: Results) -> HttpResponse:
    """An address that carries the checksum may be kept for ever; another must ask again."""
    answer.headers["ETag"] = f'"{results.mark}"'
    is_fixed = request.GET.get("v") == results.mark
    answer.headers["Cache-Control"] = FOR_EVER if is_fixed else "public, no-cache"
    return answer


def _none(no: UnknownName) -> HttpResponse:
    return JsonResponse({"error": {"code": "name.unknown", "message": str(no), "near": no.near}}, status=404)
