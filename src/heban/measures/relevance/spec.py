"""How relevance is measured: the two configurations that were declared before unseen texts are tried."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from heban.measures.index.parts import Count, Part, Share
from heban.measures.relevance.pooling import Pooling
from heban.measures.relevance.terms import Terms


class Relevance(Part):
    """How the relevance of an offer to a need is measured: the mean of cosines of equal standing."""

    terms: Terms = "grams"
    """what texts are cut into: character grams, words, or words and pairs of words"""
    sizes: tuple[Count, ...] = (1, 2)
    """of character grams, how many characters; a gram of n weighs 1/n, since n of them hold each character"""
    short: Share = 0.5
    """an offer's text shorter than this share of the median length counts as that long"""
    parts: tuple[Literal["title", "text", "whole"], ...] = ("title", "whole")
    """the parts of a need that each make a vector: its title, its text, both as one"""
    shortlist: bool = True
    """whether a shortlist that somebody drew up adds a vector of its own: what its offers have in common"""
    fields: Annotated[float, Field(ge=0)] = 0.0
    """what the proximity of the fields weighs beside the text, where both are known; 0 is not at all"""
    pooling: Pooling = "mean"
    """of an offer with many works, what stands for it: their mean, the best three, or the upper quartile"""
    works: Count = 20
    """how many of its most recent works stand for an offer"""
    least: Share = 0.05
    """an offer below this score is no answer; Heban's own (默认值待核)"""
    top: Count = 10
    """how many answers a need gets at most"""


NEEDS = Relevance()
"""Needs of firms against short offers. Characters, because words are cut differently in a need and in a
title; the title once more by itself, because a need's text speaks of the firm as well; a shortlist's common
terms, because who drew it up knew something."""

EXPERTS = Relevance(terms="pairs", parts=("whole",), shortlist=False, pooling="mean", works=20, least=0.03)
"""A text against experts with many works. Words and pairs of words; the mean, because a profile of many works
beats its best few by chance alone; twenty works, because people move on; 0.03, because half of all papers
reach that with any expert of their discipline (默认值待核)."""
