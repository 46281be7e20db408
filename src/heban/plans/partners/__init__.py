"""Partners: who could work together next, foretold from who works with whom, and how well."""

from heban.plans.partners.evaluation import Evaluation, evaluation
from heban.plans.partners.features import Features, Ground
from heban.plans.partners.history import History, history, new_links
from heban.plans.partners.model import Model, fit
from heban.plans.partners.suggestion import Suggestions, suggest

__all__ = [
    "Evaluation",
    "Features",
    "Ground",
    "History",
    "Model",
    "Suggestions",
    "evaluation",
    "fit",
    "history",
    "new_links",
    "suggest",
]
