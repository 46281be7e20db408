"""Impute: fill absent values by a stated rule, every filled cell marked with the rule that filled it."""

from heban.measures.index.impute.alongtime import carried, latest, linear
from heban.measures.index.impute.draws import draws
from heban.measures.index.impute.expectation import Expectation, iterative
from heban.measures.index.impute.filled import Filled, Filling
from heban.measures.index.impute.models import neighbours, regression
from heban.measures.index.impute.simple import constant, group_mean, group_median, mean, median, row_mean

__all__ = [
    "Expectation",
    "Filled",
    "Filling",
    "carried",
    "constant",
    "draws",
    "group_mean",
    "group_median",
    "iterative",
    "latest",
    "linear",
    "mean",
    "median",
    "neighbours",
    "regression",
    "row_mean",
]
