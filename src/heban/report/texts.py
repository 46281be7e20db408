"""Texts: the Markdown files of a report's chapters and of its editors."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from heban.domain.errors import BadSpec

FRONT_MATTER = re.compile(r"\A\ufeff?\+\+\+[ \t]*\n(?P<head>.*?\n)??\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
KEYS = ("chapter", "title", "author", "post")
ESSAYS = "essays"


@dataclass(frozen=True, slots=True)
class ChapterText:
    """One Markdown file: to which chapter it belongs, and who wrote it.

    `body` is the Markdown below the front matter, `first_line` the line of the file where it
    begins. Heban's own chapters are `own`: their title is their first heading.
    """

    chapter: str
    file: str
    body: str
    first_line: int = 1
    title: str = ""
    author: str = ""
    post: str = ""
    own: bool = False


def own_texts(folder: Traversable, order: Iterable[str]) -> list[ChapterText]:
    """Read Heban's own chapters `<chapter>.md` of a folder in the order given."""
    files = [(chapter, folder / f"{chapter}.md") for chapter in order]
    return [ChapterText(chapter, file.name, file.read_text("utf-8"), own=True) for chapter, file in files]


def editors_texts(folder: Path) -> list[ChapterText]:
    """Read every text `*.md` of a package's folder, in the order of the file names; none is fine."""
    files = sorted(folder.glob("*.md"))
    place = f"{folder.parent.name}/{folder.name}"
    return [editors_text(f"{place}/{file.name}", file.read_text("utf-8-sig")) for file in files]


def editors_text(file: str, text: str) -> ChapterText:
    r"""Read one text of the editors: front matter between +++ lines, then Markdown.

    Raises `BadSpec` for a text without a chapter or a title, or with a key that is not known.

    >>> text = editors_text("a.md", '+++\nchapter = "essays"\ntitle = "协同"\nauthor = "某某"\n+++\n正文。')
    >>> text.chapter, text.author, text.first_line, text.body
    ('essays', '某某', 6, '正文。')
    """
    text = text.replace("\r\n", "\n")
    found = FRONT_MATTER.match(text)
    if found is None:
        raise BadSpec(f"{file} does not begin with its front matter. Begin it with {_example()}.")
    head = _head(file, found["head"] or "")
    strange = sorted(set(head) - set(KEYS))
    if strange:
        raise BadSpec(f"{file}: the front matter has no key {strange[0]!r}; there are {', '.join(KEYS)}.")
    empty = [key for key in ("chapter", "title") if not head.get(key)]
    if empty:
        raise BadSpec(f"{file}: the front matter names no {empty[0]}. Begin it with {_example()}.")
    lines = text.count("\n", 0, found.end()) + 1
    title, author, post = (head.get(key, "") for key in ("title", "author", "post"))
    return ChapterText(head["chapter"], file, text[found.end() :], lines, title, author, post)


def _example() -> str:
    return 'three lines: +++, chapter = "…" with title = "…", +++'


def _head(file: str, head: str) -> dict[str, str]:
    try:
        values = tomllib.loads(head)
    except tomllib.TOMLDecodeError as fault:
        raise BadSpec(f"{file}: the front matter is not TOML: {fault}.") from fault
    wrong = [key for key, value in values.items() if not isinstance(value, str)]
    if wrong:
        raise BadSpec(f"{file}: {wrong[0]} in the front matter is not a text. Put it in quotes.")
    return values
