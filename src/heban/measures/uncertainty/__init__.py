"""How sure an index is: uncertain inputs, many draws, and what they say of scores and ranks."""

from heban.measures.uncertainty.attribution import Sensitivity, exact_sensitivity, index_table, sensitivity
from heban.measures.uncertainty.customary import customary
from heban.measures.uncertainty.document import from_toml, inventory, to_toml
from heban.measures.uncertainty.draws import combinations, run
from heban.measures.uncertainty.inputs import (
    Choice,
    Distribution,
    ImputationDraws,
    Include,
    Input,
    Interval,
    MeasurementError,
    Simplex,
    WeightNoise,
    from_dicts,
)
from heban.measures.uncertainty.result import (
    Uncertainty,
    acceptability_table,
    dominance_table,
    panel_table,
    rank_shift,
    rank_table,
    rising_table,
    score_table,
)

__all__ = [
    "Choice",
    "Distribution",
    "ImputationDraws",
    "Include",
    "Input",
    "Interval",
    "MeasurementError",
    "Sensitivity",
    "Simplex",
    "Uncertainty",
    "WeightNoise",
    "acceptability_table",
    "combinations",
    "customary",
    "dominance_table",
    "exact_sensitivity",
    "from_dicts",
    "from_toml",
    "index_table",
    "inventory",
    "panel_table",
    "rank_shift",
    "rank_table",
    "rising_table",
    "run",
    "score_table",
    "sensitivity",
    "to_toml",
]
