"""Judgements of a user: what they say of probability and of order, and how far that can be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from heban.domain.errors import BadData, BadSpec, Finding
from heban.measures.relevance.calibration import Calibration, brier, calibrated, reliability
from heban.measures.relevance.feedback import levels
from heban.measures.relevance.matching import scored
from heban.measures.relevance.offers import Offers
from heban.records.read.mapping import FileShape
from heban.records.read.sources import open_source
from heban.report.matching.spec import MatchSpec
from heban.report.words import Label

if TYPE_CHECKING:
    from heban.measures.relevance.learning import Ranker

LEAST_CASES, LEAST_NEEDS = 10, 5  # of either kind, for a probability; Heban's own (默认值待核)
FOLDS = 5
HEADS = {"需求": "need", "供给": "offer", "等级": "level", "行为": "act", "原因": "reason", "位次": "rank"}


@dataclass(frozen=True, eq=False)
class Judged:
    """What was learnt from judgements, and what was not, in words."""

    pairs: pd.DataFrame
    """need, offer, level and weight of the judgements that could be used"""
    calibration: Calibration | None
    curve: pd.DataFrame
    """predicted and observed share of relevant offers, of needs that the prediction had not seen"""
    errors: tuple[float, float] | None
    """Brier's error of those predictions, and that of always saying the mean share"""
    ranker: Ranker | None
    notes: tuple[Label, ...]


def read_judgements(path: Path) -> pd.DataFrame:
    """Return the judgements of a file: need, offer, level (1 to 4) and weight.

    The file has the columns need and offer, and either level, or act (shown, interest, decline, deal) with
    reason and rank, which `relevance.levels` turns into levels. Raises `BadData` with every fault.
    """
    source = open_source(path, FileShape())
    heads = list(source.heads or [*HEADS.values(), *HEADS])
    chunks = list(source.chunks(heads))
    faults = [
        Finding("error", path.name, one.row, one.column or None, one.value[:80], one.reason, "mend the row")
        for chunk in chunks
        for one in chunk.faults
    ]
    if faults:
        raise BadData(faults)
    frames = [chunk.named(heads, heads).cells for chunk in chunks if len(chunk.cells)]
    frame = pd.concat(frames) if frames else pd.DataFrame(columns=heads)
    frame = frame.rename(columns=lambda head: HEADS.get(head.strip(), head.strip().lower()))
    lacking = [name for name in ("need", "offer") if name not in frame]
    lacking += [] if {"level", "act"} & set(frame) else ["level or act"]
    if lacking:
        raise BadSpec(
            f"{path.name} lacks the columns {', '.join(lacking)}. Give need, offer and level, "
            "or need, offer, act, reason and rank."
        )
    return _by_level(frame, path.name) if "level" in frame else _by_act(frame, path.name)


def _by_level(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    level = pd.to_numeric(frame["level"], errors="coerce")
    wrong = frame.index[~level.between(1, 4)]
    says, repair = "no level", "give a number from 1 (useless) to 4 (just right)"
    findings = [
        Finding("error", file, int(row), "level", str(frame.at[row, "level"])[:80], says, repair)
        for row in wrong
    ]
    twice = frame.index[frame.duplicated(["need", "offer"])]
    says, repair = "the pair stands in an earlier row too", "keep one row of each"
    findings += [
        Finding("error", file, int(row), "offer", str(frame.at[row, "offer"])[:80], says, repair)
        for row in twice
    ]
    if findings:
        raise BadData(findings)
    made = frame.assign(level=level.astype(float), weight=1.0)
    return made[["need", "offer", "level", "weight"]].reset_index(drop=True)


def _by_act(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    made = frame.reindex(columns=["need", "offer", "act", "reason", "rank"]).reset_index(drop=True)
    made["rank"] = pd.to_numeric(made["rank"], errors="coerce")
    try:
        return levels(made)
    except BadData as no:
        at = frame.index.to_numpy()
        raise BadData(
            Finding(
                one.severity,
                file,
                int(at[(one.row or 2) - 2]),
                one.column,
                one.value,
                one.message,
                one.repair,
            )
            for one in no.findings
        ) from None


def learned(judgements: pd.DataFrame | None, needs: pd.DataFrame, offers: Offers, spec: MatchSpec) -> Judged:
    """Return what judgements teach: probabilities with their reliability, and an order if it helps.

    Reliability is told of needs that the prediction has not seen: needs are dealt by the order of their ids
    into five parts, and each part is predicted from the others. Pairs of needs or offers that are not in the
    tables are counted and left out.
    """
    if judgements is None:
        said: Label = {
            "zh": "没有判定数据，因此不给出概率：得分可以比较同一需求的供给，但不是概率。",
            "en": "There are no judgements, so no probability is told: a score compares the offers of one "
            "need and is no probability.",
        }
        return Judged(
            pd.DataFrame(columns=["need", "offer", "level", "weight"]), None, _none(), None, None, (said,)
        )
    known = judgements["need"].isin(needs["id"]) & judgements["offer"].isin(offers.rows)
    pairs = judgements[known].reset_index(drop=True)
    notes = [_used(len(pairs), len(judgements))]
    made = scored(needs, offers, pairs, shortlist=False) if len(pairs) else pairs.assign(score=0.0)
    relevant = made["level"].to_numpy(dtype=float) >= spec.relevant
    good, count = int(relevant.sum()), made["need"].nunique()
    if min(good, len(made) - good) < LEAST_CASES or count < LEAST_NEEDS:
        notes.append(_too_few(good, len(made) - good, count))
        return Judged(pairs, None, _none(), None, None, tuple(notes))
    calibration = calibrated(made["score"], relevant)
    told = _unseen(made, relevant)
    curve = reliability(told, relevant)
    errors = (brier(told, relevant), brier(np.full(len(made), relevant.mean()), relevant))
    ranker, note = _ranker(pairs, needs, offers, spec)
    return Judged(pairs, calibration, curve, errors, ranker, (*notes, note))


def _none() -> pd.DataFrame:
    return pd.DataFrame(columns=["from", "to", "n", "predicted", "observed", "low", "high"], dtype=float)


def _unseen(made: pd.DataFrame, relevant: np.ndarray) -> np.ndarray:
    """Return the probability of each pair by a calibration that has not seen its need."""
    order = {name: at for at, name in enumerate(sorted(made["need"].unique()))}
    fold = made["need"].map(order).to_numpy() % FOLDS
    score = made["score"].to_numpy(dtype=float)
    told = np.empty(len(made))
    for part in np.unique(fold):
        out = fold == part
        kinds = relevant[~out]
        if kinds.all() or not kinds.any():
            told[out] = kinds.mean()
        else:
            told[out] = calibrated(score[~out], kinds).probability(score[out])
    return told


def _ranker(
    pairs: pd.DataFrame, needs: pd.DataFrame, offers: Offers, spec: MatchSpec
) -> tuple[Ranker | None, Label]:
    if len(offers.texts) != len(offers) or len(np.unique(np.diff(offers.starts))) > 1:
        return None, {
            "zh": "供给有多项成果，未尝试学习排序。",
            "en": "Offers have many works: no order was learnt from the judgements.",
        }
    from heban.measures.relevance.learning import fitted  # noqa: PLC0415  (scikit-learn takes seconds to load)
    from heban.measures.relevance.likeness import FEATURES, features  # noqa: PLC0415

    made = features(needs, offers.table, pairs, offers.spec)
    ranker = fitted(made, FEATURES, seed=spec.seed)
    if ranker.gain is None:
        return ranker, {
            "zh": "判定太少，未启用学习排序（至少需要 30 项有先后之分的需求和 300 对判定）。",
            "en": f"The learnt order is {ranker.why}",
        }
    told = "；".join(
        f"{row.metric} {row.gain:+.4f} [{row.low:+.4f}, {row.high:+.4f}]"
        for row in ranker.gain.table.itertuples()
    )
    state = "启用" if ranker.on else "未启用"
    return ranker, {
        "zh": f"学习排序{state}：在未见过的需求上的增益为 {told}。",
        "en": f"The learnt order is {ranker.why}",
    }


def _used(used: int, given: int) -> Label:
    left = given - used
    zh = f"使用判定 {used:,} 对" + (f"；另有 {left:,} 对的需求或供给不在表中，未使用。" if left else "。")
    en = f"{used:,} judgements were used" + (
        f"; {left:,} name a need or an offer that is not in the tables and were not." if left else "."
    )
    return {"zh": zh, "en": en}


def _too_few(good: int, bad: int, needs: int) -> Label:
    return {
        "zh": f"判定太少，不给出概率：相关 {good} 对、不相关 {bad} 对，出自 {needs} 项需求；"
        f"两类至少各需 {LEAST_CASES} 对，需求至少 {LEAST_NEEDS} 项（默认值待核）。",
        "en": f"There are too few judgements for a probability: {good} relevant and {bad} irrelevant, of "
        f"{needs} needs; it takes {LEAST_CASES} of either kind and {LEAST_NEEDS} needs (our own).",
    }
