"""Records of a ROR dump in JSON, schema version 1 and 2, as rows of one table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def row(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return one record as a row; the schema shows in the shape of its names.

    >>> row({"id": "https://ror.org/03vek6s52", "names": [{"value": "Harvard", "types": ["ror_display"],
    ...      "lang": "en"}], "locations": [], "types": ["education"], "status": "active"})["en"]
    'Harvard'
    """
    return _of_v2(record) if "names" in record else _of_v1(record)


def short(identifier: str) -> str:
    """Return the end of a ROR address.

    >>> short("https://ror.org/03vek6s52")
    '03vek6s52'
    """
    return identifier.rstrip("/").rsplit("/", 1)[-1]


def together(names: Iterable[tuple[str, str]], shown: str) -> dict[str, str]:
    """Return the Chinese, the English and all names of (language, name) pairs.

    >>> together([("zh", "复旦大学"), ("", "FDU")], "Fudan University")
    {'zh': '复旦大学', 'en': 'Fudan University', 'names': 'Fudan University; 复旦大学; FDU'}
    """
    listed = [(language, name.strip()) for language, name in names if name.strip()]
    of = dict(reversed(listed))
    spelt = dict.fromkeys(filter(None, (shown, *(name for _, name in listed))))
    zh = of.get("zh", "") or next((name for name in spelt if _chinese(name)), "")
    return {"zh": zh, "en": of.get("en", "") or shown, "names": "; ".join(spelt)}


def _of_v2(record: Mapping[str, Any]) -> dict[str, Any]:
    shown = ""
    labels: list[tuple[str, str]] = []
    others: list[tuple[str, str]] = []
    for name in record["names"]:
        kinds = name.get("types") or ()
        if "ror_display" in kinds:
            shown = name["value"]
        (labels if "label" in kinds else others).append((name.get("lang") or "", name["value"]))
    # An alias or an acronym is found by, but it is not what an institution is called.
    named = together([*labels, *(("", value) for _, value in others)], shown)
    place: Mapping[str, Any] = next(iter(record.get("locations") or ()), {})
    details = place.get("geonames_details") or {}
    return {
        "id": short(record["id"]),
        **named,
        "kind": "; ".join(record.get("types") or ()),
        "country": details.get("country_code") or "",
        "province": details.get("country_subdivision_name") or "",
        "city": details.get("name") or "",
        "geonames": _text(place.get("geonames_id")),
        "lon": details.get("lng"),
        "lat": details.get("lat"),
        "status": (record.get("status") or "").lower(),
    }


def _of_v1(record: Mapping[str, Any]) -> dict[str, Any]:
    labels = [(label.get("iso639") or "", label["label"]) for label in record.get("labels") or ()]
    others = [("", name) for key in ("aliases", "acronyms") for name in record.get(key) or ()]
    place: Mapping[str, Any] = next(iter(record.get("addresses") or ()), {})
    city = place.get("geonames_city") or {}
    first = city.get("geonames_admin1") or {}
    return {
        "id": short(record["id"]),
        **together([*labels, *others], record.get("name", "")),
        "kind": "; ".join(kind.lower() for kind in record.get("types") or ()),
        "country": (record.get("country") or {}).get("country_code") or "",
        "province": place.get("state") or first.get("name") or "",
        "city": place.get("city") or city.get("city") or "",
        "geonames": _text(city.get("id")),
        "lon": place.get("lng"),
        "lat": place.get("lat"),
        "status": (record.get("status") or "").lower(),
    }


def _chinese(name: str) -> bool:
    """Whether a name is written in Chinese characters alone: no kana, no Hangul, no Latin words."""
    return all("\u3400" <= c <= "\u9fff" or not c.isalpha() for c in name) and any(
        "\u3400" <= c <= "\u9fff" for c in name
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)
