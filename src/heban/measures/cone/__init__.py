"""The cone: how steeply an amount rises towards its first places, and whether it became steeper."""

from heban.measures.cone.change import concentration_change
from heban.measures.cone.curve import rank_shares
from heban.measures.cone.years import concentrations

__all__ = ["concentration_change", "concentrations", "rank_shares"]
