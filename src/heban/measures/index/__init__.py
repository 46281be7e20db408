"""The composite index: from indicators to scores, weights, statistics and their uncertainty."""
