"""Ordering: orders from the wish to the rating, their papers, samples and vouchers."""
