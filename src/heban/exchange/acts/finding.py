"""What an asset is found by: the words of what is said of it, their synonyms, and the query of a search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Value
from django.db.models.functions import Cast

FARTHEST = 16_383
"""The last place of a word that PostgreSQL keeps."""


def vector(asset: Any, owner: str) -> Any:
    """Return what the column `words` of an asset is set to, by the other columns and its owner's name."""
    return Cast(Value(lexemes(asset, owner)), SearchVectorField())


def lexemes(asset: Any, owner: str) -> str:
    """Return the words of an asset as PostgreSQL reads a tsvector.

    Of its name, English name and model with weight A, their synonyms with B, all else that is said with C.
    Words within long words are found as well.
    """
    from heban.records.texts.synonyms import expanded  # noqa: PLC0415  (dictionaries, loaded where words are cut)
    from heban.records.texts.words import words  # noqa: PLC0415

    names = " ".join((asset.name, asset.name_en, asset.model))
    said = (asset.maker, asset.specification, asset.purpose, *asset.fields, owner)
    plain = words(names, stops=False)
    others = expanded(plain)[len(plain) :]
    placed: dict[str, list[str]] = {}
    at = 0
    for weight, found in (
        ("A", [*plain, *words(names, stops=False, parts=True)]),
        ("B", others),
        ("C", words(" ".join(said), stops=False, parts=True)),
    ):
        for word in found:
            at = min(at + 1, FARTHEST)
            places = placed.setdefault(word, [])
            if len(places) < 4:  # more of them say no more
                places.append(f"{at}{weight}")
    return " ".join(f"{_quoted(word)}:{','.join(places)}" for word, places in placed.items())


def query(text: str) -> str:
    """Return the words of a search as PostgreSQL reads a tsquery: all of them; empty when it says nothing.

    A long Chinese word is met by itself, or by all the words within it. Synonyms stand with the asset.
    """
    from heban.records.texts.words import words  # noqa: PLC0415  (dictionaries, loaded where words are cut)

    return " & ".join(
        _any_of(word, [part for part in words(word, parts=True) if part != word])
        for word in dict.fromkeys(words(text, stops=False))
    )


def _any_of(word: str, parts: Iterable[str]) -> str:
    within = " & ".join(map(_quoted, parts))
    return f"({_quoted(word)} | ({within}))" if within else _quoted(word)


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
