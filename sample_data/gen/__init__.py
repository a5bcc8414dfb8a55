"""The city, one subject a file."""
