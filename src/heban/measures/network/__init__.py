"""City networks: who is tied to whom, how strongly, and in which role."""

from heban.measures.network.ties import (
    degree,
    density,
    pairs,
    possible_ties,
    share_touching,
    strength,
    taking_part,
    ties,
)

__all__ = [
    "degree",
    "density",
    "pairs",
    "possible_ties",
    "share_touching",
    "strength",
    "taking_part",
    "ties",
]
