"""Building models."""
