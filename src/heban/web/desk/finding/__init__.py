"""Finding: search, a thing and its week, booking it."""
