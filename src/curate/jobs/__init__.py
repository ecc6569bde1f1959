"""Command implementations, independent of the terminal."""
