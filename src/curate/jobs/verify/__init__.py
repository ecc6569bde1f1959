"""The check of a written mix against its certificate."""
