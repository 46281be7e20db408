"""The five kinds of no, and the finding that explains a fault in data."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning"]

SHOWN_FINDINGS = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault found in data: where it is, what it is, and how to repair it.

    `row` counts records as a spreadsheet does: the header is row 1.

    >>> print(Finding("error", "flows.csv", 3, "value", "-2", "a count is negative", "give 0 or more"))
    error: flows.csv row 3, value = '-2': a count is negative. Repair: give 0 or more.
    """

    severity: Severity
    file: str
    row: int | None
    column: str | None
    value: str | None
    message: str
    repair: str

    def __str__(self) -> str:
        row = "" if self.row is None else f" row {self.row}"
        column = "" if self.column is None else f", {self.column}"
        value = "" if self.value is None else f" = {self.value!r}"
        return f"{self.severity}: {self.file}{row}{column}{value}: {self.message}. Repair: {self.repair}."

    def record(self) -> dict[str, object]:
        """Return the finding as a plain dict, for JSON.

        >>> Finding("warning", "a.csv", None, None, None, "no card", "add one").record()["severity"]
        'warning'
        """
        return asdict(self)


class HebanError(Exception):
    """Parent of every error that Heban raises on purpose."""


class BadData(HebanError, ValueError):
    """Data that cannot be used; `findings` holds every fault, not the first one only."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = list(findings)
        shown = "\n".join(f"  {finding}" for finding in self.findings[:SHOWN_FINDINGS])
        rest = len(self.findings) - SHOWN_FINDINGS
        more = f"\n  … and {rest} more" if rest > 0 else ""
        count = len(self.findings)
        super().__init__(f"{count} fault{'s' if count != 1 else ''} in the data:\n{shown}{more}")


class BadSpec(HebanError, ValueError):
    """A request that contradicts itself or asks for what does not exist."""


class UnknownName(HebanError, LookupError):
    """A name that nothing answers to, or that several things answer to.

    `near` holds the names that were probably meant.
    """

    def __init__(self, message: str, near: Sequence[str] = ()) -> None:
        self.near = list(near)
        super().__init__(message)


class NoPlan(HebanError):
    """No plan satisfies every limit; `clashing` names the limits that exclude each other."""

    def __init__(self, message: str, clashing: Sequence[str] = ()) -> None:
        self.clashing = list(clashing)
        super().__init__(message)


class Refused(HebanError):
    """An act that a rule forbids; `code` names the rule."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def unknown(what: str, name: str, known: Iterable[str], where: str) -> UnknownName:
    """Return the error for a name that is not known, with the nearest names that are.

    >>> str(unknown("indicator", "rd_spent", ["rd_spend", "gdp"], "the catalogue"))
    "no indicator 'rd_spent' in the catalogue. Near names: rd_spend."
    >>> str(unknown("place", "金花", ["Jinhua", "上海市", "金华市"], "the region"))
    "no place '金花' in the region. Near names: 金华市."
    """
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=5, cutoff=0.5)
    if not near and not name.isascii():  # of two or three Chinese letters one wrong is too many for a ratio
        few = max(1, len(names) // 8)  # 市 stands in most names and tells nothing
        telling = [letter for letter in name if sum(letter in one for one in names) <= few]
        near = sorted((one for one in names if set(one) & set(telling)), key=len)[:5]
    hint = f"Near names: {', '.join(near)}." if near else f"Known: {', '.join(names[:10])}."
    return UnknownName(f"no {what} {name!r} in {where}. {hint}", near)
