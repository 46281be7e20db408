"""Gravity: how distance, neighbourhood and a common province shape the flows between places."""

from heban.domain.distance import great_circle
from heban.measures.gravity.border import Border, Borders, Friction, borders
from heban.measures.gravity.cells import Unidentified
from heban.measures.gravity.clustering import Cluster, Covariance, covariance
from heban.measures.gravity.design import Covariates, covariates, of_region
from heban.measures.gravity.fitting import Gravity, fit
from heban.measures.gravity.residuals import dispersion, residuals, unexpected
from heban.measures.gravity.words import sentences

__all__ = [
    "Border",
    "Borders",
    "Cluster",
    "Covariance",
    "Covariates",
    "Friction",
    "Gravity",
    "Unidentified",
    "borders",
    "covariance",
    "covariates",
    "dispersion",
    "fit",
    "great_circle",
    "of_region",
    "residuals",
    "sentences",
    "unexpected",
]
