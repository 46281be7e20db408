"""Data packages: tables as they came, each with its card, and the checks at the door."""
