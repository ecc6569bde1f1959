"""Rules: read, decide, patterns."""
