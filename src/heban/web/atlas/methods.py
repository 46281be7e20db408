"""The pages of methods: the project's own documents, as they are written."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from heban.domain.errors import unknown

ROOT = Path(__file__).parents[4]


def names() -> list[str]:
    """Return the names of the documents; an installation without them has none."""
    folder = _folder()
    return sorted(one.name.removesuffix(".md") for one in folder.iterdir()) if folder.is_dir() else []


@lru_cache(maxsize=64)
def title(name: str) -> str:
    """Return the first line of a document, without its mark."""
    return _text(name).split("\n", 1)[0].removeprefix("# ").strip()


@lru_cache(maxsize=64)
def page(name: str) -> SafeString:
    """Return a document as markup, below its title; markup inside of it is shown as text.

    Raises `UnknownName` with near names.
    """
    body = _text(name).split("\n", 1)[1]
    made = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = made.parse(body)
    _addressed(tokens)
    text = made.renderer.render(tokens, made.options, {}).replace(
        "<table>", '<div class="scroll" tabindex="0"><table>'
    )
    # The documents are the project's own, and the reader of Markdown leaves no markup of theirs through.
    return mark_safe(text.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">'))


def _addressed(tokens: list[Token]) -> None:
    """Give headings the addresses that the documents use, and lead ways to other documents to their pages."""
    for before, token in pairwise(tokens):
        if before.type == "heading_open":
            words = re.sub(r"[^\w\- ]", "", token.content.lower())
            before.attrSet("id", words.strip().replace(" ", "-"))
        for child in token.children or []:
            if child.type == "link_open":
                child.attrSet("href", _way(str(child.attrGet("href"))))


def _way(href: str) -> str:
    """A document beside this one is a page beside this one; any other file leads to the list of them."""
    if href.startswith(("http://", "https://", "#")):
        return href
    file, _, spot = href.partition("#")
    name = file.removesuffix(".md")
    if name not in names():
        return "../methods"
    return f"{name}#{spot}" if spot else name


def _folder() -> Traversable:
    """The documents as they are packed with the program, or beside it in a checkout."""
    packed = files("heban.web.atlas") / "methods"
    return packed if packed.is_dir() else ROOT / "docs" / "methods"


def _text(name: str) -> str:
    if name not in names():
        raise unknown("document", name, names(), "the methods")
    return (_folder() / f"{name}.md").read_text("utf-8")
