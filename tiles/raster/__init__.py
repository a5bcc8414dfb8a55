"""Terrain and imagery tiles."""
