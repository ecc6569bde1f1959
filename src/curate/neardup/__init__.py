"""What repeats? Signature, bands, clusters."""
