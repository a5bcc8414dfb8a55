"""A city that is edited while tiles of it are asked for."""
