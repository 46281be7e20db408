"""The rules of the exchange as pure functions: no database, no clock, no Django; amounts in whole fen."""
