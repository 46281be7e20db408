"""The faces on the web: they translate what the floors below say and do, and never compute."""
