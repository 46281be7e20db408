"""The audit of published claims: each is recomputed from the figures that it rests on.

Claims are rows of the kind `claims`: a statement, its kind, the figures it rests on, and the
value as printed. Rounding is carried through every formula, so a claim is called off only
when no figures that round to the printed ones could give it.

The figures are named in the language of `heban.measures.audit.inputs`. What the parts are:

| kind | inputs | printed |
|---|---|---|
| `value` | one part | a number |
| `growth` | old value; new value | `12.5%`, or `1.68倍` for the increase as a multiple |
| `annual_growth` | old value; new value [; number of years] | `9.17%` |
| `share` | part; whole | `51.71%` |
| `ratio` | numerator; denominator | a number |
| `sum` | parts | a number |
| `balance` | given; received | `+814` |
| `difference` | from; taken away | a number |
| `rank` | the one; its rivals … | `1` is the largest |
| `choice` | one part per group that chooses among its rows | names: `上海`, `化学、工程学`, `TOP10: 化学` |
| `contradiction` | parts in a chain | the relation: `=` `<` `>` `≤` `≥` `≈` `≫` |
| `whole_share` | the count; its shares … | the shares as printed |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from heban.domain.errors import BadData, Finding, UnknownName
from heban.measures.audit import numeric, ordering, sentences, whole
from heban.measures.audit.figures import Figure, Figures, Label
from heban.measures.audit.outcome import Count, Outcome

Row = Mapping[str, str]

HOLDS, OFF, UNCHECKED, HOLDS_IF = "holds", "off", "cannot be checked", "holds if"
VERDICTS = (HOLDS, OFF, UNCHECKED, HOLDS_IF)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the audit says about one claim.

    `value` with its interval [`lo`, `hi`] is the recomputed number, where there is one;
    `right` the right value when the claim is off; `reading` the reading in which it holds;
    `counts` the whole numbers that printed shares imply; `figures` those it rests on.
    Texts come as (Chinese, English).
    """

    claim: str
    verdict: str
    kind: str
    statement: Label
    printed: str
    where: str
    reading: Label
    value: float | None
    lo: float | None
    hi: float | None
    right: Label
    missing: tuple[Label, ...]
    counts: tuple[Count, ...]
    explanation: Label
    figures: tuple[Figure, ...]

    def record(self) -> dict[str, Any]:
        """Return the verdict as a plain dict, for JSON and tables."""
        record: dict[str, Any] = {"claim": self.claim, "verdict": self.verdict}
        for name in ("statement", "reading", "right", "explanation"):
            record[name], record[f"{name}_en"] = getattr(self, name)
        record |= {name: getattr(self, name) for name in ("kind", "printed", "where", "value", "lo", "hi")}
        record["missing"] = [zh for zh, _ in self.missing]
        record["missing_en"] = [en for _, en in self.missing]
        record["counts"] = [
            {"zh": count.label[0], "en": count.label[1], "lo": count.lo, "hi": count.hi}
            for count in self.counts
        ]
        record["inputs"] = [figure.record() for figure in self.figures]
        return record


def verdicts(
    claims: pd.DataFrame, figures: Mapping[str, pd.DataFrame], file: str = "claims.csv"
) -> list[Verdict]:
    """Recompute every claim and say whether it holds.

    `claims` has the columns of the kind `claims`, `figures` the tables that they quote by
    resource name (published, holdings, flows, statistics), and tables with code, zh and en
    that give names to codes. A claim in other readings has one row for each; they are tried
    in order when the literal one does not hold.

    Raises `BadData` with every row whose inputs or printed value cannot be read; `file` is
    the name by which they are called.

    >>> made = pd.DataFrame({"place": ["a", "b"], "value": [40, 60], "unit": "firms"})
    >>> claims = pd.DataFrame([{
    ...     "claim": "share", "reading": "", "reading_en": "", "statement": "甲占四成",
    ...     "statement_en": "A has 40 %", "kind": "share", "printed": "40%", "where": "p. 1",
    ...     "inputs": "made(place=a); sum(made())"}])
    >>> for verdict in verdicts(claims, {"made": made}):
    ...     print(verdict.verdict, "-", verdict.explanation[1])
    holds - 40 ÷ (40 + 60) = 40%, which agrees with the printed 40%.
    """
    known = Figures(figures)
    outcomes: dict[str, list[tuple[Row, Outcome]]] = {}
    findings: list[Finding] = []
    for line, cells in enumerate(claims.fillna("").to_dict("records"), start=2):
        row = {str(column): str(cell) for column, cell in cells.items()}
        try:
            outcome = _outcome(row, known)
            outcomes.setdefault(row["claim"], []).append((row, outcome))
        except (ValueError, UnknownName, ZeroDivisionError) as error:
            findings.append(_finding(file, line, row, error))
    literal = {str(claim) for claim in claims.loc[claims["reading"].fillna("") == "", "claim"]}
    findings += [_no_literal(file, claim) for claim in outcomes if claim not in literal]
    if findings:
        raise BadData(findings)
    return [_verdict(tried, known) for tried in outcomes.values()]


def table(found: Sequence[Verdict]) -> pd.DataFrame:
    """Return verdicts as a table, one row each; lists are joined by semicolons.

    >>> table([]).columns[:2].tolist()
    ['claim', 'verdict']
    """
    columns = [
        *("claim", "verdict", "kind", "printed", "value", "lo", "hi", "right", "right_en"),
        *("reading", "reading_en", "statement", "statement_en", "explanation", "explanation_en"),
        *("missing", "missing_en", "where"),
    ]
    records = [verdict.record() for verdict in found]
    joined = [{c: "; ".join(r[c]) if isinstance(r[c], list) else r[c] for c in columns} for r in records]
    return pd.DataFrame(joined, columns=columns)


def _outcome(row: Row, figures: Figures) -> Outcome:
    kind, inputs, printed = row["kind"], row["inputs"], row["printed"]
    if kind in numeric.KINDS:
        return numeric.judge(kind, inputs, printed, figures)
    if kind == "rank":
        return ordering.rank(inputs, printed, figures)
    if kind == "choice":
        return ordering.choice(inputs, printed, figures)
    if kind == "contradiction":
        return ordering.contradiction(inputs, printed, figures)
    if kind == "whole_share":
        return whole.whole_share(inputs, figures)
    known = ", ".join((*numeric.KINDS, *sentences.FAMILIES))
    raise ValueError(f"no kind of claim is called {kind!r}: use one of {known}")


def _verdict(tried: list[tuple[Row, Outcome]], figures: Figures) -> Verdict:
    """Let the literal reading decide, and the others only when it does not hold."""
    row, outcome = next((r, o) for r, o in tried if not r["reading"])
    sentence = _body(row, outcome, figures)
    if outcome.state == HOLDS:
        return _made(row, HOLDS, outcome, sentences.literal(sentence, []))
    others = [(r, o) for r, o in tried if r["reading"]]
    for other, result in others:
        if result.state == HOLDS:
            holding = _body(other, result, figures)
            said = sentences.conditional(_reading(other), holding, sentence)
            return _made(other, HOLDS_IF, result, said, missing=outcome.missing)
    vain = [(_reading(r), _body(r, o, figures)) for r, o in others]
    return _made(row, outcome.state, outcome, sentences.literal(sentence, vain))


def _made(
    row: Row,
    verdict: str,
    outcome: Outcome,
    explanation: Label,
    missing: tuple[Label, ...] = (),
) -> Verdict:
    value = outcome.value
    return Verdict(
        claim=row["claim"],
        verdict=verdict,
        kind=row["kind"],
        statement=(row["statement"], row["statement_en"]),
        printed=row["printed"],
        where=row["where"],
        reading=_reading(row),
        value=None if value is None else float(value.value),
        lo=None if value is None else float(value.lo),
        hi=None if value is None else float(value.hi),
        right=outcome.right,
        missing=missing or outcome.missing,
        counts=outcome.counts,
        explanation=explanation,
        figures=outcome.figures,
    )


def _body(row: Row, outcome: Outcome, figures: Figures) -> Label:
    return sentences.body(row["kind"], sentences.said(row["kind"], row["printed"], figures), outcome)


def _reading(row: Row) -> Label:
    return row["reading"], row["reading_en"] or row["reading"]


def _finding(file: str, line: int, row: Row, error: Exception) -> Finding:
    message = f"claim {row['claim']!r} ({row['kind']}): {str(error).rstrip('.')}"
    repair = "mend this row; docs/audit.md says how"
    return Finding("error", file, line, "inputs", row["inputs"], message, repair)


def _no_literal(file: str, claim: str) -> Finding:
    message = f"claim {claim!r} has other readings but no literal one"
    return Finding("error", file, None, "reading", None, message, "add its row with an empty reading")
