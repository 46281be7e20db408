"""Messy workbooks of invented figures: 41 cities × 20 indicators × 12 years, and the edition after it."""
