"""Auditing: cases, alarms, the chain of the audit, draws, and who holds an office."""
