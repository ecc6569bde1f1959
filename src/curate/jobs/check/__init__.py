"""The check of a change against its baseline."""
