"""One blueprint a standard."""
