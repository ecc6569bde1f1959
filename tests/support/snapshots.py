"""Small corpora to compare, as files."""

import json
from pathlib import Path

import numpy as np


def write(name: str, texts: list[str], source: str = "") -> str:
    """JSON lines of the texts, with `origin` where there is a source; returns the name."""
    rows = [{"text": text, **({"origin": source} if source else {})} for text in texts]
    Path(name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return name


def stock(documents: int, seed: int) -> list[str]:
    """Texts of 200 stock phrases."""
    draw = np.random.default_rng(seed)
    phrases = draw.integers(0, 300, (200, 5))
    rows = phrases[draw.integers(0, 200, (documents, 20))].reshape(documents, -1)
    return [" ".join(f"w{i:x}q" for i in row) for row in rows]
