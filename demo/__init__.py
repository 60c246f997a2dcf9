"""Demonstration content: an invented commune, its articles and its drawings."""
