"""Class systems: how the codes of patents, industries and disciplines lie one inside the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from heban.domain.errors import BadSpec, unknown

Lineage = tuple[str, ...]

PATENT = r"([{}])(?:(\d\d)(?:([A-Z])(?:\s*0*([1-9]\d{{0,3}})(?:/(\d{{2,6}}))?)?)?)?"
ARCHIVED = re.compile(r"([A-HY])(\d\d)([A-Z])(\d{4})(\d{6})")
INDUSTRY = re.compile(r"([A-T])?(\d{2,4})?")
DISCIPLINE = re.compile(r"(\d{3})(?:\.?(\d\d)(\d\d)?)?")
DOTTED = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,2}")


@dataclass(frozen=True)
class ClassSystem:
    """A system of classes with its levels from the top down; `read` gives the classes a code lies in.

    `read` returns the lineage of a code, each class in one spelling, the code itself last, or None when it
    is no code of the system. That a code can be read does not say that the system has it.

    >>> IPC.lineage("H01L31/04")
    ('H', 'H01', 'H01L', 'H01L 31', 'H01L 31/04')
    """

    name: str
    levels: tuple[str, ...]
    read: Callable[[str], Lineage | None]
    example: str

    def lineage(self, code: str) -> Lineage:
        """Return the classes that a code lies in, from the top down, itself last.

        >>> GBT13745.lineage("1101410")
        ('110', '110.14', '110.1410')
        """
        found = self.read(code.strip().upper())
        if found is None:
            raise BadSpec(f"{code!r} is no code of {self.name}; codes look like {self.example}.")
        return found

    def level(self, code: str) -> str:
        """Return the level of a code.

        >>> IPC.level("H01"), CPC.level("Y02E 10/50")
        ('class', 'subgroup')
        """
        return self.levels[len(self.lineage(code)) - 1]

    def parent(self, code: str) -> str | None:
        """Return the class right above a code, None at the top.

        >>> IPC.parent("A01B 1/00"), IPC.parent("A01B 1"), IPC.parent("A")
        ('A01B 1', 'A01B', None)
        """
        above = self.lineage(code)[:-1]
        return above[-1] if above else None

    def at(self, code: str, level: str) -> str:
        """Return the class of a level that a code lies in; a code above that level is refused.

        >>> IPC.at("H01L 31/04", "subclass")
        'H01L'
        """
        depth, found = self._depth(level), self.lineage(code)
        if len(found) <= depth:
            raise BadSpec(
                f"{code} is a {self.levels[len(found) - 1]} of {self.name} and lies in no one {level}. "
                "Leave it out, or roll up to a higher level."
            )
        return found[depth]

    def parents(self, codes: Iterable[str], level: str) -> dict[str, str]:
        """Return for each code the class of a level that it lies in, without those that have none.

        >>> IPC.parents(["H01L 31/04", "G06", "?"], "class")
        {'H01L 31/04': 'H01', 'G06': 'G06'}
        """
        depth = self._depth(level)
        lineages = {code: self.read(code.strip().upper()) or () for code in codes}
        return {code: found[depth] for code, found in lineages.items() if len(found) > depth}

    def by_rules(self, codes: Iterable[str], rules: Mapping[str, str]) -> dict[str, str]:
        """Return for each code what the longest rule that fits says, without those that no rule fits.

        `rules` names something for a class, such as the industry of an IPC group; a rule fits a code that
        lies in its class, and the deepest that fits decides. It fits by the hierarchy, not by letters:
        G06F 1 is no rule for G06F 11/30, and of G06F 11 and G06F 11/00 only the first is one.

        >>> IPC.by_rules(["H01L 31/04", "H01L 21/02", "G06F 11/30"], {"H01L": "1", "H01L 31": "6"})
        {'H01L 31/04': '6', 'H01L 21/02': '1'}
        """
        known: dict[str, str] = {}
        for prefix, said in rules.items():
            key = self.lineage(prefix)[-1]
            if known.setdefault(key, said) != said:
                raise BadSpec(f"two rules for {key} say {known[key]!r} and {said!r}; keep one of them.")
        lineages = {code: self.read(code.strip().upper()) or () for code in codes}
        fits = {code: [known[one] for one in found if one in known] for code, found in lineages.items()}
        return {code: found[-1] for code, found in fits.items() if found}

    def _depth(self, level: str) -> int:
        if level not in self.levels:
            raise unknown("level", level, self.levels, self.name)
        return self.levels.index(level)


def gbt4754(sections: Mapping[str, tuple[int, int]] | None = None, *, edition: str = "") -> ClassSystem:
    """Return the classification of industries GB/T 4754: section, division, group, class.

    C, 39, 391 and 3911, the letter before the digits or not (C3911). The section (门类) of a code without a
    letter comes from `sections`, the first and last division (大类) of each, which differ by edition; so a
    letter that contradicts them is refused. Codes are text: 0111 read as a number has lost its division.

    >>> industry = gbt4754({"A": (1, 5), "C": (13, 43)}, edition="2017")
    >>> industry.lineage("3911"), industry.parent("0111"), industry.at("C3911", "division")
    (('C', '39', '391', '3911'), '011', '39')
    """

    def read(code: str) -> Lineage | None:
        found = INDUSTRY.fullmatch(code)
        if found is None or not code:
            return None
        letter, digits = found.groups()
        if digits is None:
            return None if sections is not None and letter not in sections else (letter,)
        listed = [
            name for name, (first, last) in (sections or {}).items() if first <= int(digits[:2]) <= last
        ]
        section = listed[0] if listed else letter if sections is None else None
        if section is None or letter not in (None, section):
            return None
        return (section, *(digits[:length] for length in range(2, len(digits) + 1)))

    name = f"GB/T 4754{'-' if edition else ''}{edition}"
    example = "C, 39, 391 or 3911" if sections is not None else "C, C39, C391 or C3911"
    return ClassSystem(name, ("section", "division", "group", "class"), read, example)


def _patent(letters: str) -> Callable[[str], Lineage | None]:
    """Return the reader of IPC or CPC symbols, whose sections have these letters."""
    symbol = re.compile(PATENT.format(letters))

    def read(code: str) -> Lineage | None:
        archived = ARCHIVED.fullmatch(code)
        if archived:  # the fourteen places of the archives, the group with zeros before, the subgroup after
            head, group, tail = "".join(archived.groups()[:3]), int(archived[4]), archived[5]
            code = f"{head} {group}/{tail[:2]}{tail[2:].rstrip('0')}"
        found = symbol.fullmatch(code)
        if found is None:
            return None
        section, number, letter, group_, subgroup = found.groups()
        steps = [section]
        if number:
            steps.append(section + number)
        if letter:
            steps.append(steps[-1] + letter)
        if group_:
            steps.append(f"{section}{number}{letter} {group_}")
        if subgroup:
            steps.append(f"{section}{number}{letter} {group_}/{subgroup}")
        return tuple(steps)

    return read


def _discipline(code: str) -> Lineage | None:
    """Return the lineage of a code of GB/T 13745: three digits, then two and two."""
    found = DISCIPLINE.fullmatch(code)
    if found is None:
        return None
    first, second, third = found.groups()
    steps = [first]
    if second:
        steps.append(f"{first}.{second}")
    if third:
        steps.append(f"{first}.{second}{third}")
    return tuple(steps)


def _dotted(code: str) -> Lineage | None:
    """Return the lineage of a code whose steps stand between dots."""
    if not DOTTED.fullmatch(code):
        return None
    steps = code.split(".")
    return tuple(".".join(steps[:length]) for length in range(1, len(steps) + 1))


# "H01L 31" is the main group with all that lies in it; "H01L 31/00" what stands under it and in no subgroup,
# as tables of concordance use the two. The dots of subgroups, which go deeper, cannot be read from symbols.
_PATENT_LEVELS = ("section", "class", "subclass", "group", "subgroup")
IPC = ClassSystem("the IPC", _PATENT_LEVELS, _patent("A-H"), "H, H01, H01L, H01L 31 or H01L 31/04")
CPC = ClassSystem("the CPC", _PATENT_LEVELS, _patent("A-HY"), "Y, Y02, Y02E, Y02E 10 or Y02E 10/50")
GBT13745 = ClassSystem(
    "GB/T 13745", ("discipline", "subdiscipline", "field"), _discipline, "110, 110.14 or 110.1410"
)
EMERGING = ClassSystem(
    "the strategic emerging industries", ("domain", "branch", "group"), _dotted, "1, 1.2 or 1.2.3"
)
