"""Where the names on a map stand: beside their dots, and not over each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heban.report.charts.drawing import text_width

ASIDE = 5  # pixels between a dot and its name


@dataclass(frozen=True, slots=True)
class Dot:
    """A dot on a sheet, in pixels, and its name; a `kept` name is written wherever it stands."""

    x: float
    y: float
    radius: float
    name: str
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the sheet."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """The area, in square pixels, that two rectangles share."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, across) * max(0.0, down)

    def outside(self, width: float, height: float) -> float:
        """The area that lies outside a sheet."""
        sheet = Box(0, 0, width, height)
        return (self.right - self.left) * (self.bottom - self.top) - self.overlap(sheet)


def placed(
    dots: Sequence[Dot], width: float, height: float, font: float, first: int
) -> list[tuple[float, float] | None]:
    """Return the middle of each dot's name, or None for a name that finds no free place.

    Dots come in the order of their importance, and the `first` of them are to be named: each
    takes the best of eight places around it that is still free. All dots are obstacles.

    >>> dots = [Dot(50, 50, 4, "甲", True), Dot(52, 50, 4, "乙乙")]
    >>> placed(dots, 200, 100, 10, first=2)
    [(64.0, 50.0), (33.0, 50.0)]
    """
    taken = [Box(d.x - d.radius, d.y - d.radius, d.x + d.radius, d.y + d.radius) for d in dots]
    found: list[tuple[float, float] | None] = []
    for dot in dots[:first]:
        boxes = _around(dot, font)
        costs = [sum(box.overlap(other) for other in taken) + 4 * box.outside(width, height) for box in boxes]
        best = min(range(len(boxes)), key=lambda i: costs[i])
        if costs[best] > 0 and not dot.kept:
            found.append(None)
            continue
        box = boxes[best]
        taken.append(box)
        found.append(((box.left + box.right) / 2, (box.top + box.bottom) / 2))
    return found + [None] * (len(dots) - first)


def _around(dot: Dot, font: float) -> list[Box]:
    """The places for a name, the best first: right, left, above, below, and the four corners."""
    wide, high = text_width(dot.name, font), font * 1.2
    side = dot.radius + ASIDE + wide / 2
    rise = dot.radius + high / 2 + 1
    near = dot.radius * 0.7 + 2 + wide / 2
    slope = dot.radius * 0.7 + high / 2
    places = [
        (side, 0.0), (-side, 0.0), (near, -slope), (-near, -slope), (near, slope), (-near, slope),
        (0.0, -rise), (0.0, rise),
    ]  # fmt: skip
    return [
        Box(dot.x + dx - wide / 2, dot.y + dy - high / 2, dot.x + dx + wide / 2, dot.y + dy + high / 2)
        for dx, dy in places
    ]
