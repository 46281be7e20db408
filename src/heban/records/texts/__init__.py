"""Texts of needs and offers: folding, words, character grams, synonyms, and the checked tables."""

from heban.records.texts.table import Texts

__all__ = ["Texts"]
