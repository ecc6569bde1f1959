"""The n-grams of the detector, written plainly."""

from slow import MASK, mix64

NUMBER = 0x6E756D626572
CONTENT = 0x9C1F6A5B3D82E74D


def pair_hash(left: int, right: int) -> int:
    return mix64((left * 0x9E3779B97F4A7C15 & MASK) ^ right)


def ngrams(folded: list[int], kind: list[int], bits: int, common: set[int]) -> list[int]:
    """Buckets of 1- to 3-grams and of skeletons of 3 and 4 tokens, each once unless 8192 buckets let it be forgotten.

    Kinds 4, 6, 7 are not there, numbers (2) alike. In a skeleton a word or character whose first 16 bits are not in
    `common` is CONTENT.
    """
    kept = [(NUMBER if k == 2 else f, k) for f, k in zip(folded, kind, strict=True) if k not in (4, 6, 7)]
    bare = [CONTENT if k <= 1 and f >> 48 not in common else f for f, k in kept]
    found, memory = [], {}
    for end in range(1, len(kept) + 1):
        ending = []
        for size in (1, 3, 2):
            gram = kept[max(0, end - size) : end]
            if len(gram) == size:
                h = mix64(gram[0][0])
                for token, _ in gram[1:]:
                    h = pair_hash(h, token)
                ending.append(h >> (64 - bits))
        for size in (4, 3):
            if end >= size:
                h = 0
                for token in bare[end - size : end]:
                    h = (h * 0x9E3779B97F4A7C15 & MASK) ^ token
                ending.append((h * 0xFF51AFD7ED558CCD & MASK) >> (64 - bits))
        for bucket in ending:
            if memory.get(bucket % 8192) != bucket:
                found.append(bucket)
            memory[bucket % 8192] = bucket
    return found
