"""Loads of the exchange's benchmark: acts and bare SQL, clients, patterns that fail."""
