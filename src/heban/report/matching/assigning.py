"""Who serves which need when people have limits: the assignment of answers, as tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from heban.domain.errors import BadData, Finding
from heban.domain.place import LANGUAGES
from heban.plans.assignment import assign, what_if
from heban.plans.assignment.assignment import Assignment
from heban.report.matching.answering import Answers

DEAREST = 5  # offers of whom one more is solved again
ONE_MORE = ["offer", "price", "gain", *LANGUAGES]


def assignment(made: Answers) -> Assignment:
    """Return the assignment of offers to needs among all candidates that are good enough.

    A pair is worth its probability where there is one, else its score. Columns wanted and least of the needs
    and capacity of the offers go before the specification; what is not told is the specification's. Raises
    `BadData` for counts that are none, `NoPlan` where least cannot be met.
    """
    worth = made.ranked["probability"].where(made.ranked["probability"].notna(), made.ranked["score"])
    candidates = made.ranked.assign(relevance=worth).rename(columns={"offer": "expert"})
    used = made.offers.table[made.offers.table["id"].isin(candidates["expert"])]
    needs = _side(made.needs.table, "need", ("wanted", "least"), made.needs.file)
    offers = _side(used, "expert", ("capacity",), made.offers.file)
    return assign(candidates[["need", "expert", "relevance"]], needs, offers, made.spec.assign)


def tables(found: Assignment) -> dict[str, pd.DataFrame]:
    """Return the pairs, the loads, the empty places with their reasons, and what one more would change."""
    pairs = found.pairs().rename(columns={"expert": "offer"})
    loads = (
        found.loads()
        .rename(columns={"expert": "offer"})
        .sort_values(["load", "price", "offer"], ascending=[False, False, True], ignore_index=True)
    )
    rows = []
    for name in found.prices()["expert"].head(DEAREST):
        more = what_if(found, name)
        rows.append((name, more.price, more.gain, *(more.sentence(lang) for lang in LANGUAGES)))
    return {
        "assigned": pairs,
        "loads": loads,
        "unfilled": found.unfilled(),
        "one_more": pd.DataFrame(rows, columns=ONE_MORE),
    }


def _side(table: pd.DataFrame, key: str, counts: tuple[str, ...], file: str) -> pd.DataFrame:
    """Return the rows of one side with what limits them; an empty cell tells nothing."""
    made = pd.DataFrame({key: table["id"], "organisation": table["organisation"].replace("", None)})
    wrong = []
    for name in (one for one in counts if one in table):
        given = table[name].replace("", None) if table[name].dtype == object else table[name]
        given = given.where(given.astype(str).str.strip() != "", None)
        made[name] = pd.to_numeric(given, errors="coerce").astype(float)
        for at in np.flatnonzero((given.notna() & made[name].isna()).to_numpy()):
            value = str(given.iloc[at])[:80]
            wrong.append(
                Finding("error", file, int(at) + 2, name, value, "it is no count", "give a whole number")
            )
    if wrong:
        raise BadData(wrong)
    return made.reset_index(drop=True)
