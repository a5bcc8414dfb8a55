"""From an address to bytes; knows no HTTP."""
