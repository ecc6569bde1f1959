"""Which files are read, by the end of their names."""

from __future__ import annotations

ARCHIVES = ("gz", "zst", "bz2", "xz")  # what files of text may be compressed with
_TEXT = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".csv": "csv", ".tsv": "tsv", ".txt": "text", ".md": "text",
}  # fmt: skip
SUFFIXES: dict[str, tuple[str, str]] = {
    ".parquet": ("parquet", ""),
    ".arrow": ("arrow", ""),
    **{suffix: (format, "") for suffix, format in _TEXT.items()},
    **{f"{suffix}.{packed}": (format, packed) for suffix, format in _TEXT.items() for packed in ARCHIVES},
}
_READ_PLAIN = " ".join(suffix for suffix, (_, packed) in SUFFIXES.items() if not packed)
READ_SUFFIXES = f"files read are {_READ_PLAIN}, all but the first two also with .{' .'.join(ARCHIVES)}"


def data_suffix(name: str) -> str:
    """The longest suffix in SUFFIXES that ends the name, in any case; "" if none does."""
    lowered = name.lower()
    return max((suffix for suffix in SUFFIXES if lowered.endswith(suffix)), key=len, default="")
