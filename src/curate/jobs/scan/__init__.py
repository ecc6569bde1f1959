"""The scan of a corpus: measure, cluster, estimate, sum up."""
