"""Boards of places: what each has of every factor, against what it needs."""

from heban.plans.boards.board import Boards
from heban.plans.boards.building import build

__all__ = ["Boards", "build"]
