"""Elevation and imagery."""
