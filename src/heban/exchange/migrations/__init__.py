"""The tables and guarantees of the exchange, step by step."""
