"""The addresses of the atlas: its pages, and the drawings and files that they ask for."""

from __future__ import annotations

from django.urls import path, re_path

from heban.web.atlas import answers, views
from heban.web.atlas.downloads import TYPES

app_name = "atlas"
_FORMATS = "|".join(TYPES)
urlpatterns = [
    path("", views.library, name="library"),
    path("<slug>/", views.region, name="region"),
    path("<slug>/index", views.index, name="index"),
    path("<slug>/index/<pillar>", views.pillar, name="pillar"),
    path("<slug>/index/<pillar>/<indicator>", views.indicator, name="indicator"),
    path("<slug>/places", views.places, name="places"),
    path("<slug>/places/<code>", views.place, name="place"),
    path("<slug>/network", views.network, name="network"),
    path("<slug>/space", views.space, name="space"),
    path("<slug>/plan", views.plan, name="plan"),
    path("<slug>/audit", views.audit, name="audit"),
    path("<slug>/report/<chapter>", views.chapter, name="chapter"),
    path("<slug>/beside/<other>", views.beside, name="beside"),
    path("<slug>/figures", views.figures, name="figures"),
    path("<slug>/data", views.data, name="data"),
    re_path(rf"^(?P<slug>[^/]+)/data/(?P<id>[^/]+)\.(?P<format>{_FORMATS})$", answers.table, name="file"),
    path("<slug>/data/<id>", views.table, name="table"),
    path("<slug>/methods", views.methods, name="methods"),
    path("<slug>/methods/<name>", views.method, name="method"),
    path("<slug>/search", views.search, name="search"),
    path("vega-<version>.js", answers.script, name="script"),
    path("<slug>/charts/<id>.json", answers.chart, name="chart"),
    path("<slug>/whatif.json", answers.weighed, name="weighed"),
]
