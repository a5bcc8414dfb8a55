"""Compiled loops. Everything here is numbers and arrays: no database, no objects, no GIL."""
