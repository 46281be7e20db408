"""Words of the field: places, regions, indicators, and the five kinds of no."""
