"""How well new partners are foretold, beside common neighbours and gravity, and how fast for 10,000 nodes.

Interreg projects (`../shared/data/20_keep_interreg`, or HEBAN_SHARED): regions and organisations of the
programme years 2014–2020 by the year a project starts, regions of three programme periods; Chinese cities of
one address each in papers (`25_wos_city_papers`); the Delta's cities of the bundled package. What is absent
is left out and said. Links count once, and only those that are new.
"""

from __future__ import annotations

import os
import resource
import time
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.plans.partners import Evaluation, Ground, evaluation, suggest
from heban.records.flows import Flows
from heban.records.holdings import Holdings

ROOT = Path(__file__).parent.parent
SHARED = Path(os.environ.get("HEBAN_SHARED", ROOT.parent / "shared")) / "data"
KEEP = SHARED / "20_keep_interreg"
YRD = ROOT / "data" / "yrd"
METRICS = ("auc", "average_precision", "precision@10", "precision@50", "precision@100")


def joined(rows: pd.DataFrame, place: str, record: str = "project_id") -> Flows:
    """Return flows between all places of one record, and of those that stand alone."""
    found = []
    for (_, year), group in rows.dropna(subset=[place, "year"]).groupby([record, "year"]):
        ends = sorted(set(group[place]))
        both = combinations(ends, 2) if len(ends) > 1 else [(ends[0], ends[0])]
        found += [(one, other, int(year), "", 1.0) for one, other in both]
    frame = pd.DataFrame(found, columns=["origin", "destination", "year", "class", "value"])
    return Flows(frame, tuple(sorted(set(rows[place].dropna()))), directed=False)


def middles(rows: pd.DataFrame, place: str) -> dict[str, tuple[float, float]]:
    """Return the mean coordinates of the rows of each place."""
    at = rows.dropna(subset=[place, "lon", "lat"]).groupby(place)[["lon", "lat"]].mean()
    return {str(code): (lon, lat) for code, lon, lat in at.itertuples()}


def interreg(place: str) -> tuple[Flows, Ground]:
    """Return the network of Interreg projects by start, with coordinates and themes."""
    rows = pd.read_csv(KEEP / "participations.csv", dtype={"nuts3": str, "partner": str})
    projects = pd.read_csv(KEEP / "projects.csv").set_index("project_id")
    rows = rows.assign(year=rows["project_id"].map(projects["start_year"]))
    rows["partner"] = rows["partner"].str.casefold().str.replace(r"\W+", " ", regex=True).str.strip()
    rows = rows.assign(theme=rows["project_id"].map(projects["theme1"]))
    held = rows.dropna(subset=[place, "theme", "year"]).groupby([place, "theme", "year"]).size()
    frame = held.rename("value").reset_index()
    frame.columns = pd.Index(["place", "class", "year", "value"])
    return joined(rows, place), Ground(middles(rows, place), Holdings.from_frame(frame))


def periods() -> tuple[Flows, Ground]:
    """Return the network of regions by programme period."""
    rows = pd.read_csv(KEEP / "eucicop_participations_2000_2020.csv", dtype={"nuts3": str})
    return joined(rows.rename(columns={"period": "year"}), "nuts3"), Ground(middles(rows, "nuts3"))


def papers() -> tuple[Flows, Ground]:
    """Return the network of Chinese cities that share papers."""
    folder = SHARED / "25_wos_city_papers"
    rows = pd.read_csv(folder / "addresses_no_text.csv", dtype={"cn_city_id": str})
    years = pd.read_csv(folder / "papers_no_title.csv").drop_duplicates("paper_id").set_index("paper_id")
    rows = rows.assign(year=rows["paper_id"].map(years["year"]))
    return joined(rows, "cn_city_id", "paper_id"), Ground()


def delta() -> tuple[Flows, Ground]:
    """Return the Delta's co-affiliations of the bundled package, with coordinates and fields of papers."""
    rows = pd.read_csv(YRD / "coaffiliation.csv", dtype={"origin": str, "destination": str})
    flows = Flows.from_frame(rows.assign(**{"class": ""}), directed=False)
    places = pd.read_csv(YRD / "places.csv", dtype={"code": str})
    at = {code: (lon, lat) for code, lon, lat in places[["code", "lon", "lat"]].itertuples(index=False)}
    works = pd.read_parquet(YRD / "works.parquet").set_index("id")
    held = pd.read_parquet(YRD / "work_places.parquet")
    frame = pd.DataFrame(
        {
            "place": held["place"].astype(str),
            "class": held["work"].map(works["class"]),
            "year": held["work"].map(works["year"]),
            "value": 1.0,
        }
    )
    frame = frame[frame["class"].fillna("") != ""]
    return flows, Ground(at, Holdings.from_frame(frame))


def show(name: str, given: tuple[Flows, Ground], years: tuple[int, int, int], runs: int) -> None:
    """Print the evaluation of one network."""
    start = time.process_time()
    try:
        made = evaluation(given[0], years, np.random.default_rng(0), given[1], replications=runs)
    except BadSpec as error:
        print(f"\n{name}: {error}", flush=True)
        return
    print(
        f"\n{name}: by {years[1]} for links until {years[2]} "
        f"(fitted on {made.model.links:,} of {years[0]}–{years[1]}); "
        f"{made.links:,} of {made.pairs:,} pairs linked ({made.links / made.pairs:.2%}); "
        f"{time.process_time() - start:.0f} s"
    )
    print(table(made).to_string(index=False))
    for sentence in made.sentences("en"):
        print(sentence, flush=True)


def table(made: Evaluation) -> pd.DataFrame:
    """Return methods × metrics, with intervals, and the paired gain of average precision."""
    rows = []
    for method, part in made.table.groupby("method", sort=False):
        cells = part.set_index("metric")
        row = {"method": method}
        row |= {m: "{:.3f} [{:.3f}, {:.3f}]".format(*cells.loc[m, ["value", "low", "high"]]) for m in METRICS}
        gain = made.gains[(made.gains["method"] == method) & (made.gains["metric"] == "average_precision")]
        text = "{:+.3f} [{:+.3f}, {:+.3f}]"
        row["AP gain of combined"] = "".join(
            text.format(*one) for one in gain[["value", "low", "high"]].itertuples(index=False)
        )
        rows.append(row)
    return pd.DataFrame(rows)


def large(nodes: int = 10_000, mean: int = 10) -> None:
    """Time a suggestion of all pairs of a drawn network."""
    rng = np.random.default_rng(1)
    at = rng.random((nodes, 2)) * 10
    near = np.argsort(at[:, 0] + 0.1 * at[:, 1])
    rows = []
    for year in (2000, 2001):
        steps = rng.geometric(0.02, nodes * mean // 4)
        one = rng.integers(0, nodes, len(steps))
        rows.append(
            pd.DataFrame({"origin": near[one], "destination": near[(one + steps) % nodes], "year": year})
        )
    frame = pd.concat(rows).astype({"origin": str, "destination": str}).assign(value=1.0)
    flows = Flows.from_frame(frame, [str(node) for node in range(nodes)], directed=False)
    ground = Ground({str(node): (lon, lat) for node, (lon, lat) in enumerate(at)})
    start = time.process_time()
    made = suggest(flows, 2001, np.random.default_rng(0), ground, top=100)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{nodes:,} nodes, {len(frame):,} links, all {nodes * (nodes - 1) // 2:,} pairs "
        f"scored: {time.process_time() - start:.0f} s, at most {most:,.0f} MB; "
        f"first {made.table['chance'].iloc[0]:.2f}"
    )


def main() -> None:
    """Run all."""
    if KEEP.is_dir():
        show("Interreg, NUTS 3 regions by start of projects", interreg("nuts3"), (2015, 2016, 2018), 200)
        show("Interreg, NUTS 3 regions by period", periods(), (2000, 2007, 2014), 200)
        show("Chinese cities in papers", papers(), (2018, 2021, 2026), 200)
    else:
        print(f"no source material at {SHARED.name}; only the bundled package")
    show("Delta, co-affiliation by year", delta(), (2017, 2018, 2022), 200)
    large()
    if KEEP.is_dir():
        show("Interreg, organisations by start of projects", interreg("partner"), (2015, 2016, 2018), 20)


if __name__ == "__main__":
    main()
