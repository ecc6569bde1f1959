"""Bytes in, bytes out: files, shards, reading, writing; the only home of datasets."""
