"""Reviewing: what waits for an office, and claims with their evidence."""
