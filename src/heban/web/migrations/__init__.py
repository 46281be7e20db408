"""Migrations of the site: what the role that serves may do with the tables of Django's own applications."""
