"""Boards, plans, patrols and scenarios of a package: from its files to results."""
