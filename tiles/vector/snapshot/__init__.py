"""The second maker of vector tiles: encodes from a copy of the city in memory."""
