"""Point clouds as 3D Tiles."""
