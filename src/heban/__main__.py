"""`python -m heban` is the command line."""

from heban.cli import app

app()
