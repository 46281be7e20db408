"""What can be done in the exchange: each act locks, checks, writes and is logged, in one transaction."""
