"""Tiles made beforehand: PMTiles archives, how they are baked and when they may be served."""
