"""Claims that print a share of a count: which whole numbers the share can come from."""

from __future__ import annotations

import math

from heban.measures.audit.figures import Figure, Figures, Label, identity
from heban.measures.audit.inputs import amounts, candidates, parts, plain
from heban.measures.audit.outcome import Count, Outcome, lacking, shown
from heban.measures.intervals import Interval, exact, rounded


def whole_share(inputs: str, figures: Figures) -> Outcome:
    """Judge whether printed shares of a count come from whole numbers, and return these.

    The first part is the count, the others its shares. A share printed as p ± h of n things
    comes from every whole k with k/n in p ± h; the shares are off when there is no such k,
    or when the smallest ones exceed n together. What shares in % leave over is the rest.
    """
    whole_part, *share_parts = parts(inputs)
    (whole,) = amounts(whole_part, figures)
    missing = list(whole.missing)
    shares: list[Figure] = []
    for part in share_parts:
        found, gone = candidates(part, figures)
        shares += found
        missing += gone
    used = (*whole.figures, *shares)
    if missing:
        return lacking(missing, used)
    if not shares or not whole.needed.is_exact:
        raise ValueError("a share of a count needs an exact count; then its printed shares")
    n = int(whole.needed.value)
    column = identity(shares)
    possible = [_share_of_one(share) * exact(n) for share in shares]
    counts = [_count(p, figures.name(s.row[column], column)) for p, s in zip(possible, shares, strict=True)]
    counts += _rest(n, counts, shares)
    if any(count.lo > count.hi for count in counts):
        tried = [f"{n} × {_printed(s)} = {shown(p, 2)}" for p, s in zip(possible, shares, strict=True)]
        working, right = _listed(tried), _listed([_nearest(n, share) for share in shares])
        return Outcome("off", working, right=right, figures=used)
    return Outcome("holds", _working(n, counts), whole.needed, counts=tuple(counts), figures=used)


def _count(possible: Interval, label: Label) -> Count:
    return Count(label, math.ceil(possible.lo), math.floor(possible.hi))


def _rest(n: int, counts: list[Count], shares: list[Figure]) -> list[Count]:
    """What the shares leave over; a rest below nothing shows that they exceed the whole."""
    if any(share.unit != "%" for share in shares):
        return []
    lo, hi = n - sum(count.hi for count in counts), n - sum(count.lo for count in counts)
    return [Count(("其余", "the rest"), max(lo, 0) if hi >= 0 else 0, hi)] if hi != 0 else []


def _nearest(n: int, share: Figure) -> str:
    """The share that the nearest whole number would have been printed as."""
    k = round(_share_of_one(share).value * n)
    scale = 100 if share.unit == "%" else 1
    return rounded(exact(k * scale).value / n, share.decimals or 0) + share.unit


def _printed(share: Figure) -> str:
    return rounded(share.interval.value, share.decimals or 0) + share.unit


def _listed(texts: list[str]) -> Label:
    return "、".join(texts), ", ".join(texts)


def _share_of_one(share: Figure) -> Interval:
    return share.interval / exact(100) if share.unit == "%" else share.interval


def _working(n: int, counts: list[Count]) -> tuple[str, str]:
    zh = "、".join(f"{count.label[0]} {count.shown}" for count in counts)
    en = ", ".join(f"{count.label[1]} {count.shown}" for count in counts)
    total = plain(exact(n))
    return f"{total} 中：{zh}", f"of {total}: {en}"
