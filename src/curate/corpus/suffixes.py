"""Which files are read, by the end of their names."""

from __future__ import annotations

SUFFIXES: dict[str, tuple[str, str]] = {
    ".parquet": ("parquet", ""),
    ".arrow": ("arrow", ""),
    ".jsonl": ("jsonl", ""),
    ".ndjson": ("jsonl", ""),
    ".json.gz": ("jsonl", "gz"),
    ".jsonl.gz": ("jsonl", "gz"),
    ".ndjson.gz": ("jsonl", "gz"),
    ".jsonl.zst": ("jsonl", "zst"),
    ".ndjson.zst": ("jsonl", "zst"),
}
READ_SUFFIXES = "files read are " + " ".join(SUFFIXES)


def data_suffix(name: str) -> str:
    """The longest suffix in SUFFIXES that ends the name, in any case; "" if none does."""
    lowered = name.lower()
    return max((suffix for suffix in SUFFIXES if lowered.endswith(suffix)), key=len, default="")
