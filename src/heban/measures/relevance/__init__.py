"""Relevance: which offers answer a need, how surely, and why.

The names below are loaded when first used, so that one measure costs no more than itself.

>>> from heban.measures import relevance
>>> import pandas as pd
>>> needs = pd.DataFrame({"id": ["n"], "title": ["石墨烯传感器"]})
>>> offers = pd.DataFrame({"id": ["a", "b"], "title": ["钢结构桥梁", "石墨烯薄膜"]})
>>> relevance.match(needs, offers).table["offer"].tolist()
['b']
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heban.domain.loading import later

if TYPE_CHECKING:
    from heban.measures.relevance.calibration import Calibration as Calibration
    from heban.measures.relevance.calibration import brier as brier
    from heban.measures.relevance.calibration import calibrated as calibrated
    from heban.measures.relevance.calibration import reliability as reliability
    from heban.measures.relevance.embedding import Embedder as Embedder
    from heban.measures.relevance.embedding import load as load
    from heban.measures.relevance.fairness import diversified as diversified
    from heban.measures.relevance.fairness import exposure as exposure
    from heban.measures.relevance.fairness import floor_costs as floor_costs
    from heban.measures.relevance.fairness import lifted as lifted
    from heban.measures.relevance.feedback import levels as levels
    from heban.measures.relevance.fields import closeness as closeness
    from heban.measures.relevance.fields import proximity as proximity
    from heban.measures.relevance.fusion import probabilities as probabilities
    from heban.measures.relevance.fusion import reciprocal_ranks as reciprocal_ranks
    from heban.measures.relevance.fusion import standardised as standardised
    from heban.measures.relevance.fusion import z_sum as z_sum
    from heban.measures.relevance.learning import Ranker as Ranker
    from heban.measures.relevance.learning import fitted as fitted
    from heban.measures.relevance.likeness import FEATURES as FEATURES
    from heban.measures.relevance.likeness import features as features
    from heban.measures.relevance.matching import Matches as Matches
    from heban.measures.relevance.matching import match as match
    from heban.measures.relevance.matching import scored as scored
    from heban.measures.relevance.metrics import Gain as Gain
    from heban.measures.relevance.metrics import interval as interval
    from heban.measures.relevance.metrics import judged as judged
    from heban.measures.relevance.metrics import ndcg as ndcg
    from heban.measures.relevance.metrics import pair_loss as pair_loss
    from heban.measures.relevance.metrics import paired_gain as paired_gain
    from heban.measures.relevance.offers import Offers as Offers
    from heban.measures.relevance.offers import prepared as prepared
    from heban.measures.relevance.pooling import pooled as pooled
    from heban.measures.relevance.reasons import compared as compared
    from heban.measures.relevance.reasons import explained as explained
    from heban.measures.relevance.reranking import Ranking as Ranking
    from heban.measures.relevance.reranking import reranked as reranked
    from heban.measures.relevance.sentences import Reason as Reason
    from heban.measures.relevance.spec import EXPERTS as EXPERTS
    from heban.measures.relevance.spec import NEEDS as NEEDS
    from heban.measures.relevance.spec import Relevance as Relevance
    from heban.measures.relevance.terms import analyser as analyser
    from heban.measures.relevance.views import bm25 as bm25
    from heban.measures.relevance.views import embedded as embedded
    from heban.measures.relevance.views import latent as latent
    from heban.measures.relevance.views import tfidf as tfidf

_WHERE = {
    "Calibration": "calibration",
    "EXPERTS": "spec",
    "Embedder": "embedding",
    "Gain": "metrics",
    "Matches": "matching",
    "NEEDS": "spec",
    "Offers": "offers",
    "Ranker": "learning",
    "Ranking": "reranking",
    "Reason": "sentences",
    "Relevance": "spec",
    "analyser": "terms",
    "bm25": "views",
    "brier": "calibration",
    "calibrated": "calibration",
    "closeness": "fields",
    "compared": "reasons",
    "diversified": "fairness",
    "embedded": "views",
    "FEATURES": "likeness",
    "features": "likeness",
    "explained": "reasons",
    "exposure": "fairness",
    "fitted": "learning",
    "floor_costs": "fairness",
    "interval": "metrics",
    "judged": "metrics",
    "latent": "views",
    "levels": "feedback",
    "lifted": "fairness",
    "load": "embedding",
    "match": "matching",
    "ndcg": "metrics",
    "pair_loss": "metrics",
    "paired_gain": "metrics",
    "pooled": "pooling",
    "prepared": "offers",
    "probabilities": "fusion",
    "proximity": "fields",
    "reciprocal_ranks": "fusion",
    "reliability": "calibration",
    "reranked": "reranking",
    "scored": "matching",
    "standardised": "fusion",
    "tfidf": "views",
    "z_sum": "fusion",
}
__getattr__, __dir__ = later(__name__, _WHERE)
