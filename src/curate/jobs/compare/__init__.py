"""The comparison of a corpus with an earlier one."""
