"""The addresses of the desk, from the table of its rooms."""

from __future__ import annotations

from django.urls import path
from django.utils.module_loading import import_string

from heban.web.desk.rooms import ROOMS

app_name = "desk"
urlpatterns = [
    path(room.path, import_string(f"heban.web.desk.{room.view}"), name=name) for name, room in ROOMS.items()
]
