"""The steps of an index as pure functions of arrays, a hierarchy and a specification.

Arrays are (…, place, year, indicator), the indicators in the order of the hierarchy; leading axes are
free where the kernel of the method allows it, so that many draws can be done at once.
"""

from heban.measures.index.stages.data import denominate, impute, screen, treat
from heban.measures.index.stages.nodes import Aggregated, aggregate
from heban.measures.index.stages.scores import normalise
from heban.measures.index.stages.weights import weigh

__all__ = ["Aggregated", "aggregate", "denominate", "impute", "normalise", "screen", "treat", "weigh"]
