"""Vector files."""
