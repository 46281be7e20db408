"""Settling: what regions owe each other."""
