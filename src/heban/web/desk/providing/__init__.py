"""Providing: things that are shared, their timetables and use."""
