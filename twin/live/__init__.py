"""Readings, alarms and incidents, and the feed that carries them."""
