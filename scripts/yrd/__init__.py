"""Rebuilds the bundled data package of the Yangtze River Delta, byte for byte."""
