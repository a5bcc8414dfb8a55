"""A seeded city, servers that answer its tiles, and the page of results."""
