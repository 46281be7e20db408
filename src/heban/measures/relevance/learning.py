"""Learning to rank from judgements or feedback, switched on only where it is shown to help."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from heban.domain.errors import BadSpec
from heban.measures.relevance.fusion import standardised
from heban.measures.relevance.metrics import Gain, judged, paired_gain

Floats = npt.NDArray[np.float64]
NEEDS_ENOUGH, PAIRS_ENOUGH = 30, 300  # with less, no gain could be told from chance; Heban's own (默认值待核)
FOLDS = 10


@dataclass(frozen=True)
class Ranker:
    """A ranker learnt from levels; where it is not `on`, the declared score ranks."""

    model: Any
    features: tuple[str, ...]
    on: bool
    why: str
    gain: Gain | None
    """against the declared score, by cross-validation over needs; None where there is too little to try"""

    def scores(self, table: pd.DataFrame) -> Floats:
        """Return the learnt score of each row: need, score and the features; the declared one where off."""
        if not self.on:
            return np.asarray(table["score"], dtype=float)
        return _joined(table, _told(self.model, table, self.features))


def fitted(table: pd.DataFrame, features: tuple[str, ...], *, seed: int) -> Ranker:
    """Return a ranker of levels, with its gain over the declared score on needs that it has not seen.

    `table` has need, score (the declared one), level, weight if there is one, and the features, which say how
    need and offer are alike. Gradient boosting of the level on the features; its answer and the declared
    score are standardised within each need and added. Guard against popularity: no feature may tell one offer
    from another whatever the need, so that what was often clicked has nothing to be remembered by, and the
    weights of `feedback.levels` make up for places that are seen less. It is on with at least 30 needs and
    300 pairs, when the interval of its gain lies above 0 in one metric and neither mean is below 0; the gain
    is by cross-validation in which no need is on both sides. Raises `BadSpec`.

    >>> rows = pd.DataFrame({"need": ["n", "n"], "score": [0.1, 0.2], "level": [1, 2], "x": [0.0, 1.0]})
    >>> fitted(rows, ("x",), seed=1).why
    'off: 1 needs with an order and 2 pairs; it takes 30 and 300.'
    """
    lacking = [name for name in ("need", "score", "level", *features) if name not in table]
    if lacking or not features:
        named = ", ".join(lacking) or "features"
        raise BadSpec(f"a ranker learns from need, score, level and features; missing: {named}.")
    _popular(table, features)
    needs = int((table.groupby("need")["level"].nunique() > 1).sum())
    if needs < NEEDS_ENOUGH or len(table) < PAIRS_ENOUGH:
        enough = f"{NEEDS_ENOUGH} and {PAIRS_ENOUGH}"
        why = f"off: {needs} needs with an order and {len(table)} pairs; it takes {enough}."
        return Ranker(None, features, False, why, None)
    held_out = cross_validated(table, features, seed=seed)
    gain = paired_gain(judged(table.assign(score=held_out)), judged(table), seed=seed)
    told = "; ".join(
        f"{row.metric} {row.gain:+.4f} [{row.low:+.4f}, {row.high:+.4f}]" for row in gain.table.itertuples()
    )
    why = f"{'on' if gain.holds else 'off'}: gain on unseen needs {told}."
    return Ranker(_model(table, features, seed), features, gain.holds, why, gain)


def cross_validated(table: pd.DataFrame, features: tuple[str, ...], *, seed: int) -> Floats:
    """Return the learnt score of each row by a model that has not seen its need.

    Needs are dealt into ten folds by chance.
    """
    needs = table["need"].unique()
    rng = np.random.default_rng(seed)
    fold = dict(zip(needs, rng.permutation(len(needs)) % FOLDS, strict=True))
    part = table["need"].map(fold).to_numpy()
    made = np.zeros(len(table))
    for out in np.unique(part):
        test = table[part == out]
        model = _model(table[part != out], features, seed)
        made[part == out] = _joined(test, _told(model, test, features))
    return made


def _model(table: pd.DataFrame, features: tuple[str, ...], seed: int) -> Any:
    model = HistGradientBoostingRegressor(
        max_iter=150, learning_rate=0.05, max_leaf_nodes=8, min_samples_leaf=40, random_state=seed
    )
    weight = table["weight"].to_numpy(dtype=float) if "weight" in table else None
    given, level = table[list(features)].to_numpy(dtype=float), table["level"].to_numpy(dtype=float)
    with threadpool_limits(1, user_api="openmp"):  # threads wait for each other on tables of this size
        return model.fit(given, level, weight)


def _told(model: Any, table: pd.DataFrame, features: tuple[str, ...]) -> npt.ArrayLike:
    with threadpool_limits(1, user_api="openmp"):
        found: npt.ArrayLike = model.predict(table[list(features)].to_numpy(dtype=float))
    return found


def _joined(table: pd.DataFrame, learnt: npt.ArrayLike) -> Floats:
    """Return declared and learnt score, standardised within each need and added."""
    made = np.zeros(len(table))
    declared, told = table["score"].to_numpy(dtype=float), np.asarray(learnt, dtype=float)
    for rows in table.groupby("need", sort=False).indices.values():
        made[rows] = standardised(declared[rows]) + standardised(told[rows])
    return made


def _popular(table: pd.DataFrame, features: tuple[str, ...]) -> None:
    """Refuse a feature that is a property of the offer alone, such as how often it was clicked."""
    if "offer" not in table:
        return
    often = table[table.groupby("offer")["need"].transform("nunique") > 1]
    for name in features:
        apart = often.groupby("offer")[name].nunique(dropna=False)
        if len(apart) >= PAIRS_ENOUGH // 10 and (apart == 1).all() and often[name].nunique() > 1:
            raise BadSpec(
                f"feature {name!r} is the same for an offer whatever the need, so it would learn what is "
                "popular. Leave it out."
            )
