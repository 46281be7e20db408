"""How good relevance is on judged data, and how quick a re-rank with reasons: `make bench-match-quality`.

The judged data are beside the checkout (40_needs_achievements, 41_reviewer_expertise). With a folder of a
sentence model in HEBAN_MODEL the embeddings are measured as well.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from heban.measures import relevance as rel
from heban.measures.relevance import fusion, views

SHARED = Path(os.environ.get("HEBAN_SHARED", Path(__file__).parents[2] / "shared")) / "data"
SEED = 7
OFFERS, CANDIDATES, ASKED = 1_000_000, 200, 400
Frames = tuple[pd.DataFrame, ...]


def achievements(folder: Path) -> Frames:
    """Return needs, offers and judged pairs; the offers' titles come cut into words and are put together."""
    needs = pd.read_csv(folder / "needs.csv").rename(columns={"need_id": "id"})
    offers = pd.read_csv(folder / "achievements.csv", keep_default_na=False)
    pairs = pd.read_csv(folder / "pairs.csv").rename(columns={"need_id": "need", "achievement_id": "offer"})
    titles = offers["title_tokens"].str.replace(" ", "")
    return needs, pd.DataFrame({"id": offers["achievement_id"], "title": titles}), pairs


def reviewers(folder: Path) -> Frames:
    """Return papers as needs, experts as offers, the experts' own papers as works, and the ratings."""
    papers = pd.read_csv(folder / "papers.csv", dtype={"paper_id": str}).rename(columns={"abstract": "text"})
    ratings = pd.read_csv(folder / "ratings.csv", dtype={"expert_id": str, "paper_id": str})
    profiles = pd.read_csv(folder / "profiles.csv", dtype=str)
    needs = papers[papers["paper_id"].isin(ratings["paper_id"])].rename(columns={"paper_id": "id"})
    offers = pd.DataFrame({"id": sorted(ratings["expert_id"].unique()), "title": ""})
    works = profiles.merge(papers, on="paper_id").rename(
        columns={"expert_id": "id", "paper_id": "work", "year": "date"}
    )
    ratings.columns = pd.Index(["offer", "need", "level"])
    return needs, offers, works, ratings


def by_expert(scored: pd.DataFrame) -> pd.DataFrame:
    """Return the metrics of each expert: the pairs of one expert are compared, not those of one need."""
    return rel.judged(scored.rename(columns={"offer": "need", "need": "offer"}))


class Bench:
    """The judged pairs, and the scores of each view on them."""

    def __init__(self, needs: pd.DataFrame, offers: pd.DataFrame, pairs: pd.DataFrame) -> None:
        self.needs, self.offers, self.pairs = needs, offers, pairs
        self.titles = needs["title"].fillna("").tolist()
        text = needs["text"].fillna("")
        self.wholes = [f"{a} {b}".strip() for a, b in zip(self.titles, text, strict=True)]
        at = {name: place for place, name in enumerate(needs["id"])}
        to = {name: place for place, name in enumerate(offers["id"])}
        self.cell = pairs["need"].map(at).to_numpy(), pairs["offer"].map(to).to_numpy()
        self.groups = list(pairs.groupby("need").indices.values())

    def judged(self, score: np.ndarray) -> pd.DataFrame:
        """Return the metrics by need."""
        return rel.judged(self.pairs.assign(score=score))

    def views(self) -> Iterator[tuple[str, np.ndarray]]:
        """Yield every view of title and of title + text."""
        offers = self.offers["title"].tolist()
        grams, words, pairs = (rel.analyser(kind) for kind in ("grams", "words", "pairs"))
        for part, texts in (("title", self.titles), ("whole", self.wholes)):
            made = {
                "TF-IDF, characters 1–2, whole weights": views.tfidf(texts, offers, grams, whole=True),
                "TF-IDF, characters 1–2, weights 1/n": views.tfidf(texts, offers, grams),
                "TF-IDF, words": views.tfidf(texts, offers, words),
                "TF-IDF, words and pairs": views.tfidf(texts, offers, pairs),
                "BM25, characters 1–2": views.bm25(texts, offers, grams),
                "BM25, words": views.bm25(texts, offers, words),
                "latent, rank 400": views.latent(texts, offers, grams, rank=400),
            }
            for name, view in made.items():
                yield f"{part}: {name}", view[self.cell]

    def fused(self, parts: list[np.ndarray], how: str) -> np.ndarray:
        """Return a fusion of views, need by need."""
        made = np.zeros(len(self.pairs))
        join = fusion.z_sum if how == "z-sum" else fusion.reciprocal_ranks
        for rows in self.groups:
            made[rows] = join([part[rows] for part in parts])
        return made


def line(name: str, table: pd.DataFrame, base: pd.DataFrame) -> None:
    """Print a row: both metrics, and the paired gain over the baseline."""
    gain = rel.paired_gain(table, base, seed=SEED)
    told = " | ".join(
        f"{row.value:.4f} {row.gain:+.4f} [{row.low:+.4f}, {row.high:+.4f}]"
        for row in gain.table.itertuples()
    )
    print(f"{name:<52} {told}{'  *' if gain.holds else ''}")


def needs_table(bench: Bench) -> pd.DataFrame:
    """Print all views and fusions, and return the metrics of the baseline."""
    found = dict(bench.views())
    base = bench.judged(found["whole: TF-IDF, characters 1–2, whole weights"])
    print(
        "\nneeds ↔ achievements: NDCG@10 gain [95 %] | pair loss gain [95 %]; * holds in one, harms neither"
    )
    for name, score in found.items():
        line(name, bench.judged(score), base)
    heavy, light = (
        [found[f"{part}: TF-IDF, characters 1–2, {kind}"] for part in ("title", "whole")]
        for kind in ("whole weights", "weights 1/n")
    )
    latent, words = found["whole: latent, rank 400"], found["whole: TF-IDF, words"]
    for name, parts in {"whole weights": heavy, "weights 1/n": light}.items():
        for how in ("z-sum", "reciprocal ranks"):
            line(f"{how}: title, whole ({name})", bench.judged(bench.fused(parts, how)), base)
            line(f"{how}: the same, latent", bench.judged(bench.fused([*parts, latent], how)), base)
            line(f"{how}: the same, words", bench.judged(bench.fused([*parts, words], how)), base)
    return base


def declared_needs(bench: Bench, base: pd.DataFrame) -> None:
    """Print the declared configuration, its parts, a control without the need, and both halves."""
    given = (bench.needs, bench.offers, bench.pairs)
    alone = rel.scored(*given, shortlist=False)["score"].to_numpy()
    listed = rel.scored(*given)["score"].to_numpy()
    print("\ndeclared: NEEDS")
    line("each pair by itself", bench.judged(alone), base)
    line("pairs as a shortlist", bench.judged(listed), base)
    offers = rel.prepared(bench.offers)
    crowd = np.zeros(len(bench.pairs))
    for rows in bench.groups:
        own = offers.matrix[bench.cell[1][rows]]
        crowd[rows] = own @ np.asarray(own.mean(axis=0)).ravel()
    line("control: likeness to the shortlist, without the need", bench.judged(crowd), base)
    halves = np.random.default_rng(SEED).permutation(len(base)) % 2
    for half in (0, 1):
        for name, score in (("alone", alone), ("shortlist", listed)):
            rows = bench.judged(score)[halves == half].reset_index(drop=True)
            line(f"half {half + 1} of the needs: {name}", rows, base[halves == half].reset_index(drop=True))


def trained(bench: Bench) -> None:
    """Print the gain of the learnt ranker over the declared score, on needs that it has not seen."""
    table = rel.features(bench.needs, bench.offers, bench.pairs)
    print("\nlearnt, 10 folds over needs, against the declared score as a shortlist and alone")
    print("shortlist:", rel.fitted(table, rel.FEATURES, seed=SEED).why)
    print("alone:    ", rel.fitted(table.assign(score=table["alone"]), rel.FEATURES[1:], seed=SEED).why)
    declared = table["score"].to_numpy()
    joined = bench.judged(bench.fused([declared, neighbours(bench)], "z-sum"))
    line("shortlist + neighbours among judged pairs", joined, bench.judged(declared))


def neighbours(bench: Bench) -> np.ndarray:
    """Return for each pair the mean level of pairs like it of other folds' needs."""
    offers = rel.prepared(bench.offers)
    asked = views.tfidf(bench.wholes, bench.wholes, rel.analyser("grams"))
    own = offers.matrix[bench.cell[1]]
    alike = (own @ own.T).toarray() * asked[np.ix_(bench.cell[0], bench.cell[0])]
    fold = np.random.default_rng(SEED).permutation(len(bench.needs))[bench.cell[0]] % 10
    alike[fold[:, None] == fold] = 0.0
    level = bench.pairs["level"].to_numpy(dtype=float)
    return np.asarray((alike @ level + 0.05 * level.mean()) / (alike.sum(axis=1) + 0.05))


def certain(bench: Bench) -> None:
    """Print the reliability of the probability of level 3 or 4, calibrated on other folds' needs."""
    score = rel.scored(bench.needs, bench.offers, bench.pairs, shortlist=False)["score"].to_numpy()
    good = (bench.pairs["level"] >= 3).to_numpy()
    fold = np.random.default_rng(SEED).permutation(len(bench.needs))[bench.cell[0]] % 10
    chance = np.zeros(len(score))
    for out in range(10):
        chance[fold == out] = rel.calibrated(score[fold != out], good[fold != out]).probability(
            score[fold == out]
        )
    plain = rel.brier(np.full(len(good), good.mean()), good)
    found = rel.brier(chance, good)
    print(f"\nprobability of level 3–4, unseen needs: Brier {found:.4f} (constant {plain:.4f})")
    print(rel.reliability(chance, good).round(3).to_string(index=False))
    low = score < rel.NEEDS.least
    share = f"{low.mean():.1%} of pairs, and {good[low].mean():.1%} of these are of level 3–4"
    print(f"below the least score of {rel.NEEDS.least}: {share}")


def floors(bench: Bench) -> None:
    """Print what a floor of exposure costs, with a tenth of the offers, drawn by chance, as small."""
    worth = 2.0 ** (bench.pairs["level"] - 1) - 1
    table = rel.scored(bench.needs, bench.offers, bench.pairs).assign(worth=worth)
    small = bench.offers["id"].sample(frac=0.1, random_state=SEED).tolist()
    print("\nfloor of exposure for a tenth of the offers, and the share of judged gain that is kept")
    print(rel.floor_costs(table, small, [0.0, 0.1, 0.2, 0.3]).round(4).to_string(index=False))


def experts() -> None:
    """Print the loss of the declared configuration by pooling, with its gain over the others."""
    needs, offers, works, ratings = reviewers(SHARED / "41_reviewer_expertise")
    print("\nexperts ↔ papers: pair loss [95 %] over experts; declared: mean")
    tables = {}
    for pooling in ("mean", "best3", "quartile"):
        spec = rel.EXPERTS.model_copy(update={"pooling": pooling})
        tables[pooling] = by_expert(rel.scored(needs, offers, ratings, spec, works=works))
        row = rel.interval(tables[pooling], seed=SEED).iloc[1]
        print(f"{pooling:<10} {row.value:.4f} [{row.low:.4f}, {row.high:.4f}]")
    for other in ("best3", "quartile"):
        line(f"mean against {other}", tables["mean"], tables[other])
    if model := os.environ.get("HEBAN_MODEL"):
        both = rel.prepared(offers, rel.EXPERTS, works=works, embedder=rel.load(model))
        line(f"with {Path(model).name}", by_expert(rel.scored(needs, both, ratings)), tables["mean"])
    else:
        print("embeddings: not measured; HEBAN_MODEL names no folder of a model")


def speed(bench: Bench) -> None:
    """Print how many needs a second are re-ranked with reasons, on offers recombined from the judged ones."""
    rng = np.random.default_rng(SEED)
    titles = bench.offers["title"].to_numpy(dtype=object)
    halves = rng.choice(titles, (OFFERS, 2))
    made = [first[: len(first) // 2] + second[len(second) // 2 :] for first, second in halves]
    table = pd.DataFrame({"id": [f"o{number:07d}" for number in range(OFFERS)], "title": made})
    start = time.perf_counter()
    offers = rel.prepared(table)
    took = time.perf_counter() - start
    held = (offers.matrix.data, offers.matrix.indices, offers.matrix.indptr)
    size = sum(part.nbytes for part in held) / 2**20
    told = f"{size:.0f} MB of vectors, {len(offers.known):,} terms"
    print(f"\n{OFFERS:,} offers made ready in {took:.1f} s, {told}")
    _ = offers.names, offers.by_name
    spent = []
    for number in range(ASKED):
        need = bench.needs.iloc[number % len(bench.needs)]
        rows = rng.choice(OFFERS, CANDIDATES, replace=False)
        start = time.perf_counter()
        ranking = rel.reranked(offers, need["title"], str(need["text"]), rows)
        for place in ranking.order[:10]:
            _ = [(told.zh, told.en) for told in rel.explained(ranking, int(place))]
        spent.append(time.perf_counter() - start)
    print(
        f"re-rank of {CANDIDATES} with reasons for 10: {len(spent) / sum(spent):.0f} needs/s on one thread, "
        f"median {1e3 * np.median(spent):.1f} ms, p95 {1e3 * np.quantile(spent, 0.95):.1f} ms"
    )


def main() -> None:
    """Run all parts."""
    if not (SHARED / "40_needs_achievements").is_dir():
        print("the judged data are not beside this checkout (HEBAN_SHARED may name the folder)")
        return
    bench = Bench(*achievements(SHARED / "40_needs_achievements"))
    base = needs_table(bench)
    declared_needs(bench, base)
    trained(bench)
    certain(bench)
    floors(bench)
    experts()
    speed(bench)


if __name__ == "__main__":
    main()
