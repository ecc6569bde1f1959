"""What is there, what is lost? Counts, tail, repetition."""
