"""Space: neighbours, likeness of neighbours, and what spills over to them (the extra `heban[spatial]`)."""

from heban.measures.spatial.autocorrelation import Moran, hot_spots, local_moran, moran
from heban.measures.spatial.durbin import Durbin, durbin
from heban.measures.spatial.neighbours import Weights, contiguous, nearest, within

__all__ = [
    "Durbin",
    "Moran",
    "Weights",
    "contiguous",
    "durbin",
    "hot_spots",
    "local_moran",
    "moran",
    "nearest",
    "within",
]
