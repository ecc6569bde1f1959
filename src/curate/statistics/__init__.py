"""Intervals and likelihoods; the only home of scipy and highspy."""
