"""The facts of a matching: one plain dict, from which page, API and results are written."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pandas as pd

from heban.records.texts.documents import Documents
from heban.report.matching import exposing
from heban.report.matching.answering import Answers, answered
from heban.report.matching.marking import marked
from heban.report.matching.spec import MatchSpec
from heban.report.tablefiles import records

if TYPE_CHECKING:
    from heban.plans.assignment.assignment import Assignment

SHOWN = ("id", "kind", "title", "text", "field", "place", "organisation", "date", "price_fen", "maturity")
Facts = dict[str, Any]


def answers(
    needs: Documents | pd.DataFrame,
    offers: Documents | pd.DataFrame,
    spec: MatchSpec | None = None,
    *,
    assign: bool = False,
    **options: Any,
) -> Facts:
    """Return the answers to needs as one plain dict, for a page or JSON; the options are those of `answered`.

    Keys: about, configuration, counts, calibrated, notes, needs (each with its statements and answers, these
    with reasons, terms and a marked passage), reliability, exposure, and with `assign` assignment.

    >>> needs = pd.DataFrame({"id": ["n"], "title": ["石墨烯传感器"]})
    >>> offers = pd.DataFrame({"id": ["a"], "kind": "patent", "title": ["钢结构桥梁"]})
    >>> made = answers(needs, offers)
    >>> made["needs"][0]["answers"], made["needs"][0]["statements"][0]["en"]
    ([], 'There is no answer: no offer shares a term with the need.')
    """
    made = answered(needs, offers, spec, **options)
    if assign:
        from heban.report.matching import assigning  # noqa: PLC0415  (the solvers take seconds to load)

        return facts(made, assigning.assignment(made))
    return facts(made)


def facts(made: Answers, assignment: Assignment | None = None) -> Facts:
    """Return what was found as a plain dict; absent is None, never 0 (§1)."""
    answered_ = set(made.top["need"])
    document: Facts = {
        "about": {
            "version": version("heban"),
            "needs": {"file": made.needs.file, "rows": len(made.needs)},
            "offers": {"file": made.offers.file, "rows": len(made.offers), "works": len(made.offers.works)},
        },
        "configuration": {
            **made.spec.model_dump(mode="json"),
            "relevance": {**made.ready.spec.model_dump(mode="json"), "top": made.most},
        },
        "counts": {
            "needs": len(made.needs),
            "answered": len(answered_),
            "unanswered": len(made.needs) - len(answered_),
            "offers": len(made.offers),
            "answers": len(made.top),
            "offers_shown": int(made.top["offer"].nunique()),
        },
        "calibrated": made.judged.calibration is not None,
        "notes": [dict(note) for note in made.notes],
        "needs": _needs(made),
        "reliability": _reliability(made),
        "exposure": records(exposures(made)),
    }
    if assignment is not None:
        from heban.report.matching import assigning  # noqa: PLC0415

        document["assignment"] = {
            "sentences": {"zh": assignment.sentences("zh"), "en": assignment.sentences("en")},
            **records(assigning.tables(assignment)),
        }
        document["titles"] = _titles(made, set(document_offers(document["assignment"])))
    return document


def document_offers(assignment: Facts) -> list[str]:
    """Return the offers that an assignment's tables name."""
    return [str(row["offer"]) for table in ("assigned", "loads", "one_more") for row in assignment[table]]


def exposures(made: Answers) -> dict[str, pd.DataFrame]:
    """Return the tables of exposure."""
    return exposing.tables(made.ranked, made.top, made.offers.table, made.small, made.spec.seen, made.most)


def _needs(made: Answers) -> list[Facts]:
    """Return the needs in their order, each with its answers."""
    said = _grouped(made.statements, ["need"])
    reasons, terms = _grouped(made.reasons, ["need", "offer"]), _grouped(made.terms, ["need", "offer"])
    rows = _grouped(made.top, ["need"])
    offers = {
        row["id"]: row for row in _plain(made.offers.table[made.offers.table["id"].isin(made.top["offer"])])
    }
    found: list[Facts] = []
    for need in _plain(made.needs.table):
        answers_ = [
            {
                "rank": row["rank"],
                "score": row["score"],
                "probability": row["probability"],
                **offers[row["offer"]],
                "reasons": _reasons(reasons.get((need["id"], row["offer"]), [])),
                "terms": _terms(terms.get((need["id"], row["offer"]), [])),
            }
            for row in rows.get((need["id"],), [])
        ]
        for answer in answers_:
            answer["passage"] = _passage(answer)
        statements = [{key: one[key] for key in ("code", "zh", "en")} for one in said.get((need["id"],), [])]
        found.append({**need, "statements": statements, "answers": answers_})
    return found


def _terms(rows: list[Facts]) -> list[Facts]:
    """Return the terms that a reader learns from: single characters only where there is nothing more."""
    long = [row for row in rows if len(row["term"]) > 1]
    return [{"term": row["term"], "share": row["share"]} for row in long or rows]


def _passage(answer: Facts) -> list[list[Any]]:
    """Return the passage of an answer in pieces, the terms that carried it marked."""
    said = next((one["values"]["passage"] for one in answer["reasons"] if one["code"] == "passage"), "")
    return [[text, is_term] for text, is_term in marked(said, [one["term"] for one in answer["terms"]])]


def _reasons(rows: list[Facts]) -> list[Facts]:
    return [
        {**{key: row[key] for key in ("code", "zh", "en")}, "values": json.loads(row["values"])}
        for row in rows
    ]


def _reliability(made: Answers) -> Facts | None:
    judged = made.judged
    if judged.calibration is None or judged.errors is None:
        return None
    return {
        "method": judged.calibration.method,
        "cases": judged.calibration.cases,
        "relevant": judged.calibration.relevant,
        "error": judged.errors[0],
        "error_constant": judged.errors[1],
        "curve": records({"curve": judged.curve})["curve"],
    }


def _titles(made: Answers, offers: set[str]) -> Facts:
    of = made.offers.table[made.offers.table["id"].isin(offers)]
    return {
        "needs": dict(zip(made.needs.table["id"], _titled(made.needs.table), strict=True)),
        "offers": dict(zip(of["id"], _titled(of), strict=True)),
    }


def _titled(table: pd.DataFrame) -> list[str]:
    return [title or text[:60] for title, text in zip(table["title"], table["text"], strict=True)]


def _plain(table: pd.DataFrame) -> list[Facts]:
    """Return rows of documents as plain records: dates as text, what is not told as None."""
    made = table[list(SHOWN)].assign(date=table["date"].dt.strftime("%Y-%m-%d"))
    rows = records({"rows": made.replace("", None)})["rows"]
    named = [{str(key): value for key, value in row.items()} for row in rows]
    return [{**row, "title": row["title"] or (row["text"] or "")[:60]} for row in named]


def _grouped(table: pd.DataFrame, keys: list[str]) -> dict[tuple[Any, ...], list[Facts]]:
    found: dict[tuple[Any, ...], list[Facts]] = {}
    for row in records({"rows": table})["rows"]:
        plain = {str(key): value for key, value in row.items()}
        found.setdefault(tuple(plain[key] for key in keys), []).append(plain)
    return found
