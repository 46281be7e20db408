"""Results of a matching as a data package: tables with cards, the page, the workbook; whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from heban.domain.place import Language
from heban.records.cards import Card
from heban.records.read.sources import checksum
from heban.records.writing import Table, check_target, in_place, write_package
from heban.report import tablefiles
from heban.report.matching import page
from heban.report.matching.answering import Answers
from heban.report.matching.facts import Facts, exposures

if TYPE_CHECKING:
    from heban.plans.assignment.assignment import Assignment

NOTHING = ("nothing_good", "nothing_likely", "nothing_shared", "no_offers", "empty", "unreadable")
TITLES = {
    "needs": ("需求", "Needs"),
    "offers": ("在结果中出现的供给", "Offers that occur in the results"),
    "matches": ("各需求的答案", "The answers to each need"),
    "reasons": ("每一答案的理由", "The reasons of each answer"),
    "terms": ("用语在得分中的份额", "What terms carried of each score"),
    "statements": ("关于需求的说明", "What is to be said of needs"),
    "unmatched": ("没有足够好的答案的需求", "Needs for which nothing is good enough"),
    "reliability": ("概率的可靠性", "The reliability of the probability"),
    "exposure": ("各机构的曝光", "The exposure of each organisation"),
    "exposure_group": ("受关注供给的曝光", "The exposure of offers that are watched"),
    "exposure_floors": ("曝光下限的代价", "What floors of exposure cost"),
    "assigned": ("分派", "The assignment"),
    "loads": ("承接量", "Loads"),
    "unfilled": ("空缺及原因", "Empty places and why"),
    "one_more": ("多承接一项的变化", "What one more would change"),
}


def write(  # noqa: PLR0913
    made: Answers,
    facts: Facts,
    out: Path,
    *,
    sources: Sequence[Path],
    created: str,
    assignment: Assignment | None = None,
    lang: Language = "zh",
    formats: str = "csv,xlsx",
    force: bool = False,
) -> Path:
    """Write the results package of a matching, whole or not at all; return its page.

    Written are a Parquet table each, `spec.json` as it was understood, `facts.json`, `datapackage.json`, the
    tables in the other `formats`, and `matches.html`. `sources` are the files it was made from.
    """
    wanted = tablefiles.formats(formats)
    check_target(out, force=force)
    frames = {name: _clean(frame) for name, frame in tables(made, assignment).items()}
    origins = [{"file": path.name, "sha256": checksum(path)} for path in sources]
    document = {**facts, "about": {**facts["about"], "sources": origins, "created": created}}
    said = ", ".join(f"{one['file']} (sha256 {one['sha256']})" for one in origins)

    def fill(new: Path) -> None:
        text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        (new / "facts.json").write_bytes(text.encode("utf-8", "replace"))
        spec = json.dumps(facts["configuration"], ensure_ascii=False, indent=1) + "\n"
        (new / "spec.json").write_text(spec, "utf-8", newline="\n")
        tablefiles.write(new, "matches", frames, wanted)
        written = [
            Table(name, "", frame, _card(name, said, created), "parquet") for name, frame in frames.items()
        ]
        title = "需求与供给的匹配"
        write_package(
            new, "matches", title, written, title_en="Needs and offers matched", version=version("heban")
        )
        (new / "matches.html").write_bytes(page.render(document, lang).encode("utf-8", "replace"))

    in_place(out, fill, force=force)
    return out / "matches.html"


def tables(made: Answers, assignment: Assignment | None = None) -> dict[str, pd.DataFrame]:
    """Return the tables of a matching by name."""
    needs = _dated(made.needs.table)
    counts = made.top["need"].value_counts()
    needs["answers"] = needs["id"].map(counts).fillna(0).astype(int)
    assigned = _assigned(assignment)
    used = set(made.top["offer"]) | {
        o for one in ("assigned", "loads") for o in assigned.get(one, {}).get("offer", ())
    }
    offers = _dated(made.offers.table[made.offers.table["id"].isin(used)])
    unmatched = made.statements[
        made.statements["code"].isin(NOTHING) & ~made.statements["need"].isin(made.top["need"])
    ]
    return {
        "needs": needs,
        "offers": offers,
        "matches": _named(made.top, made),
        "reasons": made.reasons,
        "terms": made.terms,
        "statements": made.statements,
        "unmatched": unmatched.reset_index(drop=True),
        **({} if made.judged.calibration is None else {"reliability": made.judged.curve}),
        **exposures(made),
        **{name: _named(frame, made) for name, frame in assigned.items()},
    }


def _assigned(assignment: Assignment | None) -> dict[str, pd.DataFrame]:
    if assignment is None:
        return {}
    from heban.report.matching import assigning  # noqa: PLC0415  (the solvers take seconds to load)

    return assigning.tables(assignment)


def _named(frame: pd.DataFrame, made: Answers) -> pd.DataFrame:
    """Return a table with titles beside the ids of needs and offers."""
    named: Mapping[str, pd.DataFrame] = {"need": made.needs.table, "offer": made.offers.table}
    for column in (name for name in named if name in frame):
        table = named[column].set_index("id")
        titles = table["title"].where(table["title"] != "", table["text"].str[:60])
        frame = frame.assign(**{f"{column}_title": frame[column].map(titles).astype(object)})
    if "offer" in frame:
        owner = made.offers.table.set_index("id")["organisation"]
        frame = frame.assign(organisation=frame["offer"].map(owner).astype(object))
    return frame


def _dated(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(date=table["date"].dt.strftime("%Y-%m-%d")).reset_index(drop=True)


def _card(name: str, said: str, created: str) -> Card:
    return Card(
        title=TITLES[name][0],
        title_en=TITLES[name][1],
        producer=f"Heban {version('heban')}",
        year=created[:4],
        url="facts.json",
        licence="as that of the tables it was made from",
        retrieved=created,
        made=f"computed from {said}",
        synthetic=False,
    )


def _clean(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts every file can hold: a half of a character is a question mark.

    What else stands in a column of texts becomes one.
    """

    def told(cell: object) -> str | None:
        if cell is None or cell is pd.NA or cell != cell:  # noqa: PLR0124
            return None
        return str(cell).encode("utf-8", "replace").decode()

    named = [one for one in frame if frame[one].dtype == object or pd.api.types.is_string_dtype(frame[one])]
    return frame.assign(**{str(name): frame[name].astype(object).map(told) for name in named})
