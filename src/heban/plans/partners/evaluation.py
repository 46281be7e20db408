"""How well new links of later years are foretold, beside baselines, with intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.plans.partners.features import GRAVITY, NETWORK, Features, Ground, labelled
from heban.plans.partners.history import history, new_links
from heban.plans.partners.model import Model, fit
from heban.plans.partners.words import judged
from heban.plans.solve.problem import Bools, Floats, Ints
from heban.records.flows import Flows

ALL = "combined"
LEVEL = 0.95
TOPS = (10, 50, 100)
SINGLE = ("common", "adamic_adar", "allocation", "attachment", "walk")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What each way to foretell links was worth on later years.

    `table` has a row for each method and metric: value, low, high; `gains` the same for what the combined
    model has over each other method, paired. `pairs` were not linked by the second year; `links` of them
    linked until the third.
    """

    years: tuple[int, int, int]
    table: pd.DataFrame
    gains: pd.DataFrame
    pairs: int
    links: int
    model: Model

    def sentences(self, lang: str) -> list[str]:
        """Return the evaluation in words, "zh" or "en"."""
        return judged(self, lang)


def evaluation(
    flows: Flows,
    years: tuple[int, int, int],
    rng: np.random.Generator,
    ground: Ground | None = None,
    *,
    replications: int = 200,
) -> Evaluation:
    """Return how well links that are new after the second year and until the third were foretold.

    The combined model and gravity (sizes and distance, without it sizes alone) are fitted on links that were
    new after the first year and until the second, and score pairs by the history until the second; the other
    methods are single features, which need no fit. Only pairs count that were not linked by the second year
    and whose ends were both there. Metrics: AUC, average precision, precision among the first 10, 50, 100
    (pairs tied at the border count in part). Intervals of 95 % by drawing nodes with replacement, a pair
    counting as often as both its ends together; the same draws for all methods.
    Source of the bootstrap: Snijders & Borgatti, Connections 22 (1999) 161–170.

    >>> from heban.plans.partners.invented import growing
    >>> made = evaluation(growing(), (2000, 2002, 2003), np.random.default_rng(0), replications=20)
    >>> made.links, sorted(set(made.table["method"]))
    (22, ['adamic_adar', 'allocation', 'attachment', 'combined', 'common', 'gravity', 'walk'])
    """
    first, second, third = years
    if not first < second < third:
        raise BadSpec(f"years are {first}, {second}, {third}; each must be after the one before.")
    known = ground or Ground()
    model, gravity = fit(flows, first, second, rng, known, only=(GRAVITY,))
    before = history(flows, second)
    fresh = new_links(flows, before, third)
    if not fresh.nnz:
        raise BadSpec(f"no new link after {second} until {third}; there is nothing to foretell.")
    scores, label, ends = _scored(Features(before, known), fresh, model, gravity)
    draws = _draws(len(before.codes), rng, replications)
    found = {name: _metrics(score, label, ends, draws) for name, score in scores.items()}
    rows = [_row(name, metric, values) for name, made in found.items() for metric, values in made.items()]
    gains = [
        _row(name, metric, found[ALL][metric] - made[metric])
        for name, made in found.items()
        if name != ALL
        for metric in made
    ]
    return Evaluation(years, pd.DataFrame(rows), pd.DataFrame(gains), len(label), int(label.sum()), model)


def _scored(
    features: Features, fresh: object, model: Model, gravity: Model
) -> tuple[dict[str, Floats], Bools, tuple[Ints, Ints]]:
    """Return the score of every pair by each method, which pairs linked, and the ends of pairs."""
    parts: dict[str, list[Floats]] = {name: [] for name in (ALL, "gravity", *SINGLE)}
    labels, ones, others = [], [], []
    for block in features.blocks():
        labels.append(labelled(fresh, block))
        ones.append(block.one.astype(np.int32))
        others.append(block.other.astype(np.int32))
        scaled = features.scaled(block.values)
        parts[ALL].append(model.parts(scaled).sum(axis=1))
        parts["gravity"].append(gravity.parts(scaled).sum(axis=1))
        for name in SINGLE:
            parts[name].append(block.values[:, NETWORK.index(name)])
    scores = {name: np.concatenate(part) for name, part in parts.items()}
    return scores, np.concatenate(labels), (np.concatenate(ones), np.concatenate(others))


def _draws(count: int, rng: np.random.Generator, replications: int) -> list[Floats]:
    """Return how often each node counts: once first, then as often as it was drawn with replacement."""
    drawn = (rng.integers(0, count, count) for _ in range(replications))
    return [np.ones(count), *(np.bincount(one, minlength=count).astype(float) for one in drawn)]


def _metrics(score: Floats, label: Bools, ends: tuple[Ints, Ints], draws: list[Floats]) -> dict[str, Floats]:
    """Return AUC, average precision and precision among the first, for every draw."""
    order = np.argsort(-score, kind="stable")
    ranked, hit, one, other = score[order], label[order], ends[0][order], ends[1][order]
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    rows = [_of_draw(times[one] * times[other], hit, last) for times in draws]
    names = ["auc", "average_precision", *(f"precision@{top}" for top in TOPS)]
    return dict(zip(names, np.array(rows).T, strict=True))


def _of_draw(weight: Floats, label: Bools, last: Ints) -> list[float]:
    """Return the metrics of one draw of ranked pairs; `last` ends each run of ties."""
    hit, every = np.cumsum(weight * label)[last], np.cumsum(weight)[last]
    linked, total = hit[-1], every[-1]
    if linked in (0, total):
        return [np.nan] * (2 + len(TOPS))
    before_hit, before_all = np.append(0.0, hit[:-1]), np.append(0.0, every[:-1])
    gained, miss = hit - before_hit, (every - hit) - (before_all - before_hit)
    above = total - linked - (every - hit)
    auc = float((gained * (above + 0.5 * miss)).sum() / (linked * (total - linked)))
    precision = float((gained * hit / np.where(every > 0, every, 1.0)).sum() / linked)
    steps, hits = np.append(0.0, every), np.append(0.0, hit)
    tops = [float(np.interp(top, steps, hits)) / min(top, total) for top in TOPS]
    return [auc, precision, *tops]


def _row(name: str, metric: str, draws: Floats) -> dict[str, object]:
    known = draws[1:][~np.isnan(draws[1:])]
    sides = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    low, high = np.quantile(known, sides) if len(known) else (np.nan, np.nan)
    return {"method": name, "metric": metric, "value": draws[0], "low": low, "high": high}
