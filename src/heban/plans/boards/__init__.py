"""Boards of places: what each has of every factor, against what it needs."""
