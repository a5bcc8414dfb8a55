"""Plain types of the city; no I/O."""
