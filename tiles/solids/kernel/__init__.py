"""Loops over the corners of buildings and the bytes of their tiles, compiled by numba.

Each has a twin in numpy that writes the same bytes (a test compares), for processes whose kernels
are not there: `tiles.solids.compiled` says which is to be used.
"""
