"""Expected contents of a window of a sample, over all windows that chance could make of its documents."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel


@kernel
def expected(keys: Any, bits: Any, groups: Any, absent: Any, alone: Any, shared: Any) -> None:
    """Sums over types, of the whole and of what is left without each group: tokens that stand alone, and with others.

    keys uint64[m] ascending: a type in the upper bits, one of its documents in the lower `bits`; groups
    int64[documents] ascending; absent float64[documents + 1]: the chance that none of so many other documents is in the
    window of a document. alone and shared float64[g + 1], zeroed, the last the whole: tokens whose type stands once in
    their document and in no other; tokens whose type stands in another. With g = 0, of the whole alone.
    """
    last = alone.size - 1
    mask = (np.uint64(1) << bits) - np.uint64(1)
    begin = 0
    while begin < keys.size:
        end, holders, once = begin, 0, 0
        while end < keys.size and keys[end] >> bits == keys[begin] >> bits:
            first = end
            while end < keys.size and keys[end] == keys[first]:
                end += 1
            holders += 1
            once += end - first == 1
        whole_alone, whole_shared = once * absent[holders - 1], (end - begin) * (1 - absent[holders - 1])
        alone[last] += whole_alone
        shared[last] += whole_shared
        at = begin if last else end
        while at < end:
            group, tokens, others, left = groups[keys[at] & mask], end - begin, holders, once
            while at < end and groups[keys[at] & mask] == group:
                first = at
                while at < end and keys[at] == keys[first]:
                    at += 1
                tokens -= at - first
                others -= 1
                left -= at - first == 1
            none = absent[max(0, others - 1)]
            alone[group] += left * none - whole_alone
            shared[group] += tokens * (1 - none) - whole_shared
        begin = end
    for group in range(last):
        alone[group] += alone[last]
        shared[group] += shared[last]
