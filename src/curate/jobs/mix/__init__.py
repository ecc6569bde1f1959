"""The mix of a corpus: choose, write, certify."""
