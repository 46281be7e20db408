"""The desk: the pages at which people work with the exchange."""
