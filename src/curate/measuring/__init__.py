"""Batch, Measure, annotate."""
