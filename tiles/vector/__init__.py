"""Mapbox vector tiles."""
