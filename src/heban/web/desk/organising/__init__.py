"""Organising: one's organisation, its quotas and needs, notices and tokens."""
