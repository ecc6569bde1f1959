"""The corpus of the demonstration."""
