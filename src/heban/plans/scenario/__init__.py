"""Scenarios: a plan or any edit put into the panel, the index rebuilt, and how sure each change is."""
