"""Near-duplicates: signature, bands, clusters."""
