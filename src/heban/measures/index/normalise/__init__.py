"""Normalise: bring indicators with different units onto one scale, more always being better."""

from heban.measures.index.normalise.distance import (
    distance_to_max,
    distance_to_reference,
    distance_to_target,
    goalposts,
)
from heban.measures.index.normalise.order import borda, categorical, percentile_rank, rank
from heban.measures.index.normalise.proportion import chain, fixed_base, share_of_max, symmetric_growth
from heban.measures.index.normalise.spread import efficacy, minmax, zscore

__all__ = [
    "borda",
    "categorical",
    "chain",
    "distance_to_max",
    "distance_to_reference",
    "distance_to_target",
    "efficacy",
    "fixed_base",
    "goalposts",
    "minmax",
    "percentile_rank",
    "rank",
    "share_of_max",
    "symmetric_growth",
    "zscore",
]
