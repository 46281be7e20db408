"""Claims about order and agreement: rank, first choice, contradiction inside a text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from fractions import Fraction

from heban.measures.audit.figures import Figure, Figures, Label, identity
from heban.measures.audit.inputs import Amount, amounts, candidates, number, parts, plain
from heban.measures.audit.outcome import Outcome, lacking
from heban.measures.intervals import Interval, exact, rounded, total

# "About the same" is within a tenth, "markedly more" is more than a tenth (docs/audit.md).
TENTH = Fraction(11, 10)

OPPOSITE = {"=": "≠", "<": "≥", ">": "≤", "≤": ">", "≥": "<"}
TOP = re.compile(r"(?:TOP(?P<top>\d+)\s*[:：]\s*)?(?P<names>.+)")


def rank(inputs: str, printed: str, figures: Figures) -> Outcome:
    """Judge "X is the n-th": the first part is X, the others the rivals; 1 is the largest."""
    subject_part, *rival_parts = parts(inputs)
    subjects, missing = candidates(subject_part, figures)
    rivals: list[Figure] = []
    for part in rival_parts:
        found, gone = candidates(part, figures)
        rivals += found
        missing += gone
    if missing:
        return lacking(missing, [*subjects, *rivals])
    if len(subjects) != 1 or not rivals or not printed.isdecimal():
        raise ValueError("a rank needs one figure; then its rivals; and a whole number as printed")
    stated = int(printed)
    subject = subjects[0]
    rivals = [rival for rival in rivals if rival.row != subject.row]
    best = 1 + sum(rival.interval.lo > subject.interval.hi for rival in rivals)
    worst = 1 + sum(rival.interval.hi > subject.interval.lo for rival in rivals)
    ranked = sorted([subject, *rivals], key=lambda figure: -figure.interval.value)
    working = _both(_named(ranked, identity(ranked), figures), " > ", " > ")
    used = tuple(ranked)
    if best <= stated <= worst:
        return Outcome("holds", working, exact(stated), figures=used)
    place = str(best) if best == worst else f"{best}–{worst}"
    return Outcome("off", working, exact(best), (place, place), figures=used)


def choice(inputs: str, printed: str, figures: Figures) -> Outcome:
    """Judge "X is the first choice of all", or "the top n of each are X, Y and Z".

    Every part is a group that chooses among its rows; the names must lead in each group.
    `TOP10: X、Y` asks only that they are among the first ten. Shares in % that do not add
    up to 100 leave a rest that may hide a better one.
    """
    names, top = chosen(printed)
    judged = [_group(part, names, top, figures) for part in parts(inputs)]
    used = tuple(figure for group in judged for figure in group.figures)
    working = _both([group.working for group in judged], "；", "; ")
    off = [group.right for group in judged if group.state == "off"]
    missing = tuple(label for group in judged for label in group.missing)
    if off:
        return Outcome("off", working, right=_both(off, "；", "; "), figures=used)
    if missing:
        return lacking(missing, used, working)
    return Outcome("holds", working, figures=used)


def chosen(printed: str) -> tuple[list[str], int]:
    """Read the printed value of a choice: the names, and among how many they are the first.

    >>> chosen("化学、工程学"), chosen("TOP10: 光学")
    ((['化学', '工程学'], 2), (['光学'], 10))
    """
    match = TOP.fullmatch(printed.strip())
    if match is None:
        raise ValueError("a choice needs a name as printed")
    names = match["names"].split("、")
    return names, int(match["top"] or len(names))


def contradiction(inputs: str, printed: str, figures: Figures) -> Outcome:
    """Judge whether a text agrees with itself: each part stands in the relation to the next.

    Relations: = < > ≤ ≥, ≈ (within a tenth), ≫ (more than a tenth above).
    """
    relation = printed.strip()
    if relation not in (*OPPOSITE, "≈", "≫"):
        raise ValueError(f"{printed!r} is no relation: write one of {' '.join(OPPOSITE)} ≈ ≫")
    found = amounts(inputs, figures)
    used = tuple(figure for amount in found for figure in amount.figures)
    missing = [label for amount in found for label in amount.missing]
    if missing:
        return lacking(list(dict.fromkeys(missing)), used)
    if len(found) < 2:
        raise ValueError("a contradiction needs two parts or more")
    pairs = list(itertools.pairwise(found))
    kept = [_related(a.needed, relation, b.needed) for a, b in pairs]
    working = _chain(found, relation, kept)
    if all(kept):
        return Outcome("holds", working, found[0].needed, figures=used)
    broken = next(pair for pair, good in zip(pairs, kept, strict=True) if not good)
    right = _chain(broken, relation, [False])
    return Outcome("off", working, found[0].needed, right, figures=used)


def _group(part: str, names: Sequence[str], top: int, figures: Figures) -> Outcome:
    """Judge one group: whether fewer than `top` of its rows surely beat any of the named ones."""
    found, missing = candidates(part, figures)
    if missing:
        return lacking(missing, found)
    column = identity(found)
    ranked = sorted(found, key=lambda figure: -figure.interval.value)
    called = [{figure.row[column], *figures.name(figure.row[column], column)} for figure in ranked]
    named = [figure for figure, calls in zip(ranked, called, strict=True) if calls & set(names)]
    absent = [(name, figures.english(name)) for name in names if not any(name in calls for calls in called)]
    leaders = ranked[:top] if top == len(names) else []
    working = _titled(ranked, [*leaders, *named], column, figures)
    if absent:
        return lacking(absent, ranked, working)
    if any(sum(rival.interval.lo > figure.interval.hi for rival in ranked) >= top for figure in named):
        right = _titled(ranked, ranked[:top], column, figures)
        return Outcome("off", working, right=right, figures=tuple(ranked))
    rest = _rest(ranked)
    if rest > named[-1].interval.lo:
        unseen = _titled(ranked, [], column, figures)
        most = f"{rounded(rest, 2)}%"
        zh, en = (
            f"{unseen[0]}未印出的各地（合计至多 {most}）",
            f"{unseen[1]}the places not printed (up to {most})",
        )
        return lacking([(zh, en)], ranked, working)
    return Outcome("holds", working, figures=tuple(ranked))


def _rest(ranked: Sequence[Figure]) -> Fraction:
    """The share that the printed rows leave over, when they are shares in % and fall short of 100."""
    if any(figure.unit != "%" for figure in ranked):
        return Fraction(0)
    shares = total(figure.interval for figure in ranked)
    return 100 - shares.lo if shares.hi < 100 else Fraction(0)


def _named(ranked: Sequence[Figure], column: str, figures: Figures) -> list[Label]:
    labels = [figures.name(figure.row[column], column) for figure in ranked]
    return [
        (f"{zh} {_number(figure)}", f"{en} {_number(figure)}")
        for (zh, en), figure in zip(labels, ranked, strict=True)
    ]


def _number(figure: Figure) -> str:
    """As printed, or as reckoned when the figure is the result of a formula."""
    if exact(figure.row["value"]).value != figure.interval.value:
        return plain(figure.interval)
    return number(figure) + ("%" if figure.unit == "%" else "")


def _titled(all_rows: Sequence[Figure], shown: Sequence[Figure], column: str, figures: Figures) -> Label:
    """Name the group that chooses, then its rows in order."""
    distinct = {id(figure): figure for figure in shown}
    rows = sorted(distinct.values(), key=lambda figure: -figure.interval.value)
    zh, en = _both(_named(rows, column, figures), " > ", " > ")
    for other in ("origin", "place"):
        codes = {figure.row.get(other, "") for figure in all_rows}
        if other != column and len(codes) == 1 and "" not in codes:
            title = figures.name(codes.pop(), other)
            return f"{title[0]}：{zh}", f"{title[1]}: {en}"
    return zh, en


def _related(a: Interval, relation: str, b: Interval) -> bool:
    """Whether some pair of numbers of the two intervals stands in the relation."""
    return {
        "=": a.meets(b),
        "<": a.lo < b.hi,
        ">": a.hi > b.lo,
        "≤": a.lo <= b.hi,
        "≥": a.hi >= b.lo,
        "≈": a.lo <= b.hi * TENTH and b.lo <= a.hi * TENTH,
        "≫": a.hi > b.lo * TENTH,
    }[relation]


def _chain(found: Sequence[Amount], relation: str, kept: Sequence[bool]) -> Label:
    """Write the parts with the relation that really holds between them."""
    if relation in OPPOSITE:
        signs = [relation if good else OPPOSITE[relation] for good in kept]
        zh, en = (_side(found[0], brackets) for brackets in ("（）", "()"))
        for sign, amount in zip(signs, found[1:], strict=True):
            zh += f" {sign} {_side(amount, '（）')}"
            en += f" {sign} {_side(amount, '()')}"
        return zh.replace("） ", "）"), en
    ratios = [
        f"{a.bracketed} ÷ {b.bracketed} = {float(a.needed.value / b.needed.value):.3f}"
        for a, b in itertools.pairwise(found)
    ]
    return "，".join(ratios), ", ".join(ratios)


def _side(amount: Amount, brackets: str) -> str:
    value = plain(amount.needed)
    if not amount.compound and " " not in amount.formula:
        return amount.formula
    return f"{value}{'' if brackets == '（）' else ' '}{brackets[0]}{amount.formula}{brackets[1]}"


def _both(labels: Sequence[Label], zh: str, en: str) -> Label:
    return zh.join(label[0] for label in labels), en.join(label[1] for label in labels)
