"""Diversity of a corpus and losses between snapshots: counts, tail, repetition."""
