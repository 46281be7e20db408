"""Weights of indicators and pillars: equal, given, from the data, from experts, from an aim."""
