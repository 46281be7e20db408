"""Ruling: rule sets, budgets, programmes, and what other rules would do."""
