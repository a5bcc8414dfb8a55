"""Checks of a building model: our own rules, IDS, and what comes out of them."""
