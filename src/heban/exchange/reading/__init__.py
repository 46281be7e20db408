"""What can be read of the exchange: lists, details and numbers, each for who may see them."""
