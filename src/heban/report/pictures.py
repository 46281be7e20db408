"""Pictures: charts as still SVG and PNG, and whether this machine can write Chinese into them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import vl_convert

GLYPH = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
    '<text x="4" y="30" font-size="28" font-family="sans-serif">{}</text></svg>'
)


def svg(specification: dict[str, Any], prefix: str = "") -> str:
    """Return a chart as SVG; `prefix` keeps its inner ids apart from those of other charts.

    The picture scales to the width of the page that it stands in. Its ids are numbered
    anew, since the renderer counts them through its whole life: the same chart is the same text.
    """
    text = str(vl_convert.vegalite_to_svg(specification))
    ids = {id: f"{prefix}{number}" for number, id in enumerate(re.findall(r'\bid="([^"]+)"', text))}
    text = re.sub(r'\bid="([^"]+)"', lambda found: f'id="{ids[found[1]]}"', text)
    return re.sub(r'(url\(|href=")#([^)"]+)', lambda found: f"{found[1]}#{ids[found[2]]}", text)


def png(specification: dict[str, Any], scale: float = 2.0) -> bytes:
    """Return a chart as PNG, `scale` pixels to a point."""
    return bytes(vl_convert.vegalite_to_png(specification, scale=scale))


@cache
def has_chinese_font() -> bool:
    """Whether pictures made here can show Chinese: two different characters must look different."""
    pictures = {bytes(vl_convert.svg_to_png(GLYPH.format(character))) for character in "中国 "}
    return len(pictures) == 3
