"""A synthetic exchange to look at: invented organisations at the sizes of a real one, all of it labelled."""
