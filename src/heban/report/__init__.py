"""Reports: a dict of facts first, a page second; nothing is computed in a template."""
