"""The atlas: pages over results packages; they translate what was computed and compute nothing."""
