"""The examples of the exchange and the web, which need Django set up and so run here."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import heban.exchange
import heban.web

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
APART = ("heban.web.wsgi", "heban.exchange.django_settings")
"""Modules that start something when they are imported."""
MODULES = sorted(
    found.name
    for package in (heban.exchange, heban.web)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if ".migrations." not in found.name and found.name not in APART
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name), optionflags=FLAGS).failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    rules = [importlib.import_module(name) for name in MODULES if ".rules." in name]
    assert sum(bool(test.examples) for module in rules for test in finder.find(module)) > 100
