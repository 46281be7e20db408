"""The technology space: what places are good at, how near classes are, and what lies within reach.

The names below are loaded when first used, so that one measure costs no more than itself.

>>> from heban.measures import space
>>> import pandas as pd
>>> space.location_quotient(pd.DataFrame({"x": [3.0, 1.0], "y": [1.0, 3.0]}, index=["a", "b"])).loc["a", "x"]
np.float64(1.5)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from heban.domain.loading import later

if TYPE_CHECKING:
    from heban.measures.space.change import entries as entries
    from heban.measures.space.change import exits as exits
    from heban.measures.space.change import growth as growth
    from heban.measures.space.complementarity import added_density as added_density
    from heban.measures.space.complementarity import linkage_potential as linkage_potential
    from heban.measures.space.complementarity import (
        technological_complementarity as technological_complementarity,
    )
    from heban.measures.space.complementarity import technological_similarity as technological_similarity
    from heban.measures.space.complexity import Complexity as Complexity
    from heban.measures.space.complexity import economic_complexity as economic_complexity
    from heban.measures.space.cooccurrence import class_proximity as class_proximity
    from heban.measures.space.cooccurrence import cooccurrences as cooccurrences
    from heban.measures.space.cooccurrence import correlation_proximity as correlation_proximity
    from heban.measures.space.cooccurrence import relatedness as relatedness
    from heban.measures.space.cooccurrence import zscore as zscore
    from heban.measures.space.density import average_density as average_density
    from heban.measures.space.density import relatedness_density as relatedness_density
    from heban.measures.space.fitness import Fitness as Fitness
    from heban.measures.space.fitness import fitness_complexity as fitness_complexity
    from heban.measures.space.history import YearSpace as YearSpace
    from heban.measures.space.history import spaces as spaces
    from heban.measures.space.logit import Logit as Logit
    from heban.measures.space.logit import entry_logit as entry_logit
    from heban.measures.space.matrices import table as table
    from heban.measures.space.outlook import Outlook as Outlook
    from heban.measures.space.outlook import complexity_outlook as complexity_outlook
    from heban.measures.space.proximity import disciplinary_complement as disciplinary_complement
    from heban.measures.space.proximity import jaffe as jaffe
    from heban.measures.space.proximity import uncovered as uncovered
    from heban.measures.space.quotient import diversity as diversity
    from heban.measures.space.quotient import location_quotient as location_quotient
    from heban.measures.space.quotient import normalised_ubiquity as normalised_ubiquity
    from heban.measures.space.quotient import presence as presence
    from heban.measures.space.quotient import ubiquity as ubiquity
    from heban.measures.space.recombination import ease_of_recombination as ease_of_recombination
    from heban.measures.space.recombination import modular_complexity as modular_complexity
    from heban.measures.space.reflections import Reflections as Reflections
    from heban.measures.space.reflections import method_of_reflections as method_of_reflections
    from heban.measures.space.rollup import rolled_up as rolled_up
    from heban.measures.space.sophistication import expy as expy
    from heban.measures.space.sophistication import prody as prody
    from heban.measures.space.specialisation import class_entropy as class_entropy
    from heban.measures.space.specialisation import class_herfindahl as class_herfindahl
    from heban.measures.space.specialisation import hachman as hachman
    from heban.measures.space.specialisation import krugman as krugman
    from heban.measures.space.specialisation import mean_quotient as mean_quotient
    from heban.measures.space.specialisation import specialisation_coefficient as specialisation_coefficient
    from heban.measures.space.stages import Stages as Stages
    from heban.measures.space.stages import by_linkage as by_linkage
    from heban.measures.space.stages import by_subcategory as by_subcategory
    from heban.measures.space.varieties import variety as variety

_WHERE = {
    "Complexity": "complexity",
    "Fitness": "fitness",
    "Logit": "logit",
    "Outlook": "outlook",
    "Reflections": "reflections",
    "Stages": "stages",
    "YearSpace": "history",
    "added_density": "complementarity",
    "average_density": "density",
    "by_linkage": "stages",
    "by_subcategory": "stages",
    "class_entropy": "specialisation",
    "class_herfindahl": "specialisation",
    "class_proximity": "cooccurrence",
    "complexity_outlook": "outlook",
    "cooccurrences": "cooccurrence",
    "correlation_proximity": "cooccurrence",
    "disciplinary_complement": "proximity",
    "diversity": "quotient",
    "ease_of_recombination": "recombination",
    "economic_complexity": "complexity",
    "entries": "change",
    "entry_logit": "logit",
    "exits": "change",
    "expy": "sophistication",
    "fitness_complexity": "fitness",
    "growth": "change",
    "hachman": "specialisation",
    "jaffe": "proximity",
    "krugman": "specialisation",
    "linkage_potential": "complementarity",
    "location_quotient": "quotient",
    "mean_quotient": "specialisation",
    "method_of_reflections": "reflections",
    "modular_complexity": "recombination",
    "normalised_ubiquity": "quotient",
    "presence": "quotient",
    "prody": "sophistication",
    "relatedness": "cooccurrence",
    "relatedness_density": "density",
    "rolled_up": "rollup",
    "spaces": "history",
    "specialisation_coefficient": "specialisation",
    "table": "matrices",
    "technological_complementarity": "complementarity",
    "technological_similarity": "complementarity",
    "ubiquity": "quotient",
    "uncovered": "proximity",
    "variety": "varieties",
    "zscore": "cooccurrence",
}

__all__ = [
    "Complexity",
    "Fitness",
    "Logit",
    "Outlook",
    "Reflections",
    "Stages",
    "YearSpace",
    "added_density",
    "average_density",
    "by_linkage",
    "by_subcategory",
    "class_entropy",
    "class_herfindahl",
    "class_proximity",
    "complexity_outlook",
    "cooccurrences",
    "correlation_proximity",
    "disciplinary_complement",
    "diversity",
    "ease_of_recombination",
    "economic_complexity",
    "entries",
    "entry_logit",
    "exits",
    "expy",
    "fitness_complexity",
    "growth",
    "hachman",
    "jaffe",
    "krugman",
    "linkage_potential",
    "location_quotient",
    "mean_quotient",
    "method_of_reflections",
    "modular_complexity",
    "normalised_ubiquity",
    "presence",
    "prody",
    "relatedness",
    "relatedness_density",
    "rolled_up",
    "spaces",
    "specialisation_coefficient",
    "table",
    "technological_complementarity",
    "technological_similarity",
    "ubiquity",
    "uncovered",
    "variety",
    "zscore",
]

__getattr__, __dir__ = later(__name__, _WHERE)
