"""Measures: tables in, tables out; no files, no clock, no hidden chance."""
