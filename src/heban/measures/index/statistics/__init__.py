"""Statistics of indicators and scores: moments, correlation, reliability, components, availability, ranks."""
