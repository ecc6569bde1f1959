"""Loops over bytes; the only home of numba."""
