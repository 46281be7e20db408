"""The model of new links: a logistic regression of what speaks for a link, fitted on earlier years only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from heban.domain.errors import BadSpec
from heban.plans.partners.features import Features, Ground, labelled
from heban.plans.partners.history import history, new_links
from heban.plans.solve.problem import Floats
from heban.records.flows import Flows

UNLINKED = 200_000  # pairs that did not link are drawn, with their weight, when there are more
FEWEST = 10  # new links that a model needs (默认值待核)


@dataclass(frozen=True, eq=False)
class Model:
    """Coefficients of features in spreads from their mean: chance = logistic(intercept + Σ coefficient · x).

    Mean and spread are those of the pairs to which it is applied (`Features.scaled`), since a longer history
    has more of everything. `links` are the new links it was fitted on.
    """

    names: tuple[str, ...]
    coefficient: Floats
    intercept: float
    links: int

    def parts(self, values: Floats) -> Floats:
        """Return what each scaled feature adds to the logit of each pair, (pairs, features)."""
        return np.asarray(values * self.coefficient)

    def chance(self, values: Floats) -> Floats:
        """Return the chance of a new link of each pair, in as many years as the model was fitted on."""
        return np.asarray(expit(self.intercept + self.parts(values).sum(axis=1)))


def fit(
    flows: Flows,
    first: int,
    second: int,
    rng: np.random.Generator,
    ground: Ground | None = None,
    *,
    only: tuple[tuple[str, ...], ...] = (),
) -> list[Model]:
    """Return models of links that are new after a first year and until a second, by what was known before.

    Logistic regression with an L2 penalty of 1 on standardised features. All new links and at most 200,000
    pairs that did not link, drawn by `rng` and weighted back, so that chances are those of all pairs.
    The first has all features; there is one more for each tuple of features that `only` names.
    Raises `BadSpec` with fewer than 10 new links.

    >>> from heban.plans.partners.invented import growing
    >>> made = fit(growing(), 2001, 2003, np.random.default_rng(0))[0]
    >>> made.names, made.links >= 10
    (('common', 'adamic_adar', 'allocation', 'attachment', 'walk', 'sizes'), True)
    """
    before = history(flows, first)
    fresh = new_links(flows, before, second)
    if fresh.nnz < FEWEST:
        raise BadSpec(
            f"{fresh.nnz} new links after {first} until {second} among those there by {first}; a model needs "
            f"{FEWEST}. Give more years."
        )
    known = ground or Ground()
    features = Features(before, known)
    values, label, weight = _sample(features, fresh, rng)
    scaled = features.scaled(values)
    made = []
    for some in (known.names, *only):
        used = np.array([name in some for name in known.names])
        found = LogisticRegression(max_iter=1000).fit(scaled[:, used], label, sample_weight=weight)
        coefficient = np.zeros(len(used))
        coefficient[used] = found.coef_[0]
        made.append(Model(known.names, coefficient, float(found.intercept_[0]), int(fresh.nnz)))
    return made


def _sample(features: Features, fresh: Any, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Return features, labels and weights of new links and of pairs drawn from those that did not link."""
    count = len(features.history.codes)
    pairs = count * (count - 1) / 2
    rate = min(1.0, UNLINKED / max(pairs, 1.0))
    parts = []
    for block in features.blocks():
        label = labelled(fresh, block)
        kept = label | (rng.random(len(label)) < rate if rate < 1 else np.ones(len(label), dtype=bool))
        parts.append((block.values[kept], label[kept].astype(float), np.where(label[kept], 1.0, 1 / rate)))
    values, labels, weights = (np.concatenate(part) for part in zip(*parts, strict=True))
    return values, labels, weights
