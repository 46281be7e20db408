"""Which indicator a head means: by code or name in either language, in one label or in several levels."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from heban.domain.indicator import Catalogue, Indicator
from heban.records.sheets.labels import alternatives, has_han, is_latin
from heban.records.sheets.units import per_something, ratio

_NOT_A_LETTER = re.compile(r"[\W_]+")
_BRACKETED = re.compile(r"\s*[(\[【][^()\[\]]*[)\]】]\s*$")
_TAIL = re.compile(r"(?:统计|情况|一览|数据)*表?\s*$")


class IndicatorLabels:
    """Finds indicators by their labels, and makes new ones where that is asked for."""

    def __init__(self, catalogue: Catalogue, added: Mapping[str, Indicator]) -> None:
        self.known: dict[str, Indicator] = dict(added) | {i.code: i for i in catalogue}
        self.parents = {indicator.parent for indicator in self.known.values() if indicator.parent}
        self._by_name: dict[str, set[str]] = {}
        for indicator in self.known.values():
            self._learn(indicator)

    def find(self, label: str) -> str | None:
        """Return the code of the one indicator that a label means, whichever of its languages tells."""
        for text in alternatives(label):
            codes = self._by_name.get(tight(text), set())
            if len(codes) == 1:
                return next(iter(codes))
        return None

    def find_in(self, levels: Sequence[str]) -> str | None:
        """Return the indicator that a head of several levels means; its lowest level must take part.

        研发经费 over 企业资金 may be 研发经费企业资金 or 企业资金研发经费, never 研发经费 alone.
        """
        if not levels:
            return None
        *above, lowest = levels
        joined = [f"{a}{lowest}" for a in reversed(above)] + [f"{lowest}{a}" for a in reversed(above)]
        spaced = [f"{a} {lowest}" for a in reversed(above)]
        return next(filter(None, map(self.find, [lowest, *joined, *spaced, "".join(levels)])), None)

    def ending(self, title: str) -> str | None:
        """Return the indicator whose name a title ends with, as 各市研发经费 does; the longest name wins."""
        text = _TAIL.sub("", _BRACKETED.sub("", title))
        whole = tight(text)
        leaves = {name: codes - self.parents for name, codes in self._by_name.items()}
        named = [(len(name), codes) for name, codes in leaves.items() if codes and whole.endswith(name)]
        longest = max((length for length, _ in named), default=0)
        codes = {code for length, found in named if length == longest for code in found}
        return next(iter(codes)) if len(codes) == 1 and longest > 1 else None

    def near(self, label: str) -> list[str]:
        """Return the names that were probably meant, as code and name."""
        names = {
            name: code
            for i in self.known.values()
            for name, code in ((i.zh, i.code), (i.en, i.code), (i.code, i.code))
        }
        texts = [text.casefold() for text in alternatives(label)]
        folded = {name.casefold(): name for name in names if name}
        found = [n for text in texts for n in difflib.get_close_matches(text, folded, n=3, cutoff=0.6)]
        # A longer official name often holds the short one, or is held by it.
        found += [
            n for text in texts for n in folded if len(text) > 1 and (text in n or (len(n) > 1 and n in text))
        ]
        codes = dict.fromkeys(names[folded[n]] for n in found)
        return [f"{code} {self.known[code].zh}" for code in list(codes)[:3]]

    def is_aggregate(self, code: str) -> bool:
        """Tell whether other indicators hang below this one."""
        return code in self.parents

    def ratio(self, unit: str, code: str) -> Decimal | None:
        """Return what a figure is multiplied with to be in the catalogue's unit; None when not known."""
        indicator = self.known[code]
        for wanted in filter(None, (indicator.unit, indicator.unit_en)):
            if tight_unit(unit) == tight_unit(wanted):
                return Decimal(1)
        found = (ratio(unit, wanted) for wanted in filter(None, (indicator.unit, indicator.unit_en)))
        return next((times for times in found if times is not None), None)

    def add(self, label: str, unit: str, parent: str, *, aggregate: bool = False) -> Indicator:
        """Add an indicator under a new code, and return it; more is better unless somebody says otherwise."""
        texts = alternatives(label)
        zh = next((text for text in texts[1:] if has_han(text) and not is_latin(text)), texts[0])
        en = next((text for text in texts[1:] if is_latin(text)), texts[0])
        new = Indicator(
            self._new_code(en),
            zh,
            en,
            unit,
            parent=parent,
            additive=not aggregate and not per_something(unit),
        )
        self.known[new.code] = new
        if parent:
            self.parents.add(parent)
        if aggregate:
            self.parents.add(new.code)
        self._learn(new)
        return new

    def _new_code(self, en: str) -> str:
        slug = (
            re.sub(r"[^a-z0-9]+", "_", en.lower().replace("&", "")).strip("_")[:40].strip("_")
            if is_latin(en)
            else ""
        )
        if slug and slug not in self.known and not slug.isdigit():
            return slug
        numbers = range(1, len(self.known) + 2)
        return next(
            code for n in numbers if (code := f"{slug}_{n}" if slug else f"own_{n}") not in self.known
        )

    def _learn(self, indicator: Indicator) -> None:
        for name in filter(None, (indicator.code, indicator.zh, indicator.en)):
            self._by_name.setdefault(tight(name), set()).add(indicator.code)


def tight(name: str) -> str:
    """Return a name without case, width, spaces and marks.

    >>> tight("R&D 经费（内部支出）"), tight("rd_spend")
    ('rd经费内部支出', 'rdspend')
    """
    return _NOT_A_LETTER.sub("", unicodedata.normalize("NFKC", name).casefold())


def tight_unit(unit: str) -> str:
    """Return a unit without case, width and spaces; its marks stay.

    >>> tight_unit("100m  CNY"), tight_unit("件／万人")
    ('100mcny', '件/万人')
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", unit).casefold())


def listed(labels: Iterable[str]) -> str:
    """Return names as a hint of what was meant; empty without any.

    >>> listed(["rd_spend 研发经费"]), listed([])
    ('; near: rd_spend 研发经费', '')
    """
    names = ", ".join(labels)
    return f"; near: {names}" if names else ""
