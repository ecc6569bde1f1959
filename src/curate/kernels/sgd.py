"""Logistic regression on hashed n-grams by adaptive stochastic gradients: one pass over random crops of texts."""

from __future__ import annotations

from typing import Any

import numpy as np

from curate.kernels.compile import kernel
from curate.kernels.hashing import LANE_1, MIX_1, mix64, pair_hash
from curate.kernels.linear import CONTENT, FILTER, FULL_HASH, NUMBER_IDENTITY, SLOT

GRAMS_PER_TOKEN = 5
SMOOTHING = 5.0  # added to the number of n-grams: a text of three words has little to say
_UNIT = 1.0 / 9007199254740992.0  # 2 ** -53
_TOP = np.uint64(11)
_BYTE, _BIT, _SEVEN = np.uint64(51), np.uint64(48), np.uint64(7)
_NOTHING, _LAST = np.uint64(0xFFFFFFFFFFFFFFFF), np.uint64(FILTER - 1)
WEIGHT, SQUARES, SCALE = range(3)  # columns of the state of training


@kernel
def buckets_of(folded: Any, kind: Any, begin: Any, end: Any, common: Any, bits: Any, out: Any) -> int:
    """Write the bucket of every n-gram of tokens [begin, end) to out uint64[5 * (end - begin)]; how many there are.

    The n-grams are those of kernels.linear.ngram_sums; common uint8[SLOTS / 8] is one row of its argument.
    """
    shift = np.uint64(FULL_HASH) - np.uint64(bits)
    memory = np.full(FILTER, _NOTHING)
    found, seen = 0, 0
    one = two = np.uint64(0)
    bone = joint = frame = np.uint64(0)
    for k in range(begin, end):
        what = kind[k]
        if what == 4 or what > 5:
            continue
        token = folded[k]
        if what == 2:
            token = NUMBER_IDENTITY
        seen += 1
        fresh = found + 1
        if seen >= 3:
            out[fresh] = pair_hash(two, token) >> shift
            fresh += 1
        if seen >= 2:
            two = pair_hash(one, token)
            out[fresh] = two >> shift
            fresh += 1
        one = mix64(token)
        out[found] = one >> shift
        if what <= 1 and not (common[token >> _BYTE] >> ((token >> _BIT) & _SEVEN)) & 1:
            token = CONTENT
        if seen >= 4:
            out[fresh] = (((frame * LANE_1) ^ token) * MIX_1) >> shift
            fresh += 1
        if seen >= 3:
            frame = (joint * LANE_1) ^ token
            out[fresh] = (frame * MIX_1) >> shift
            fresh += 1
        joint = (bone * LANE_1) ^ token
        bone = token
        for j in range(found, fresh):
            bucket = out[j]
            if memory[bucket & _LAST] != bucket:
                memory[bucket & _LAST] = bucket
                out[found] = bucket
                found += 1
    return found


@kernel
def count_slots(folded: Any, kind: Any, document_start: Any, rows: Any, group: Any, out: Any) -> None:
    """out[group[i], slot] += words and characters of that slot in document i of rows; out int64[groups, SLOTS]."""
    for i in rows:
        counts = out[group[i]]
        for k in range(document_start[i], document_start[i + 1]):
            if kind[k] <= 1:
                counts[folded[k] >> SLOT] += 1


@kernel
def mark_groups(
    folded: Any, kind: Any, document_start: Any, rows: Any, group: Any, common: Any, bits: Any, out: Any
) -> None:
    """Set bit group[i] in out[bucket] for every n-gram of every document i of rows.

    rows, group int64, groups 0 .. 63; common as in buckets_of; out uint64[2 ** bits].
    """
    longest = np.int64(0)
    for i in rows:
        longest = max(longest, document_start[i + 1] - document_start[i])
    room = np.empty(GRAMS_PER_TOKEN * longest, np.uint64)
    for i in rows:
        mark = np.uint64(1) << np.uint64(group[i])
        for k in range(buckets_of(folded, kind, document_start[i], document_start[i + 1], common, bits, room)):
            out[room[k]] |= mark


@kernel
def count_documents(
    folded: Any, kind: Any, document_start: Any, rows: Any, machine: Any, common: Any, bits: Any, last: Any, out: Any
) -> None:
    """out[bucket, machine[i]] += 1 for every document i of rows with the n-gram, however often it stands there.

    last int64[2 ** bits], the document that last had it, -1 at first: memory alone forgets; out float32[2 ** bits, 2].
    """
    longest = np.int64(0)
    for i in rows:
        longest = max(longest, document_start[i + 1] - document_start[i])
    room = np.empty(GRAMS_PER_TOKEN * longest, np.uint64)
    for i in rows:
        side = np.int64(machine[i])
        for k in range(buckets_of(folded, kind, document_start[i], document_start[i + 1], common, bits, room)):
            if last[room[k]] != i:
                last[room[k]] = i
                out[room[k], side] += 1


@kernel
def bit_counts(marks: Any) -> Any:
    """Set bits of each uint64, as int64[n] (numpy has it from 2.0 on only)."""
    out = np.zeros(marks.size, np.int64)
    for i in range(marks.size):
        rest = marks[i]
        while rest != np.uint64(0):
            rest &= rest - np.uint64(1)
            out[i] += 1
    return out


@kernel
def train_pass(
    folded: Any,
    kind: Any,
    document_start: Any,
    order: Any,
    key: Any,
    machine: Any,
    weight: Any,
    crop: Any,
    rate: Any,
    common: Any,
    bits: Any,
    state: Any,
    bias: Any,
) -> None:
    """One AdaGrad step (Duchi et al. 2011) for each document of `order`, on a random crop of it.

    order int64[n]: documents; key uint64[documents]: seeds the crop; machine float32[documents] 0 or 1; weight
    float32[documents]; crop int64[2]: shortest and longest crop in tokens, log-uniform between; state float32[2 **
    bits, 3]: WEIGHT, SQUARES and SCALE, the value of the n-gram as a feature, 0: it is none; side by side, because each
    is a cache miss; bias float64[1]. WEIGHT, SQUARES and bias change.
    Score = bias + sum of weights * scales / sqrt(n-grams + SMOOTHING).
    """
    room = np.empty(GRAMS_PER_TOKEN * crop[1] + GRAMS_PER_TOKEN, np.uint64)
    spread = np.log(crop[1] / crop[0])
    for j in range(order.size):
        i = order[j]
        begin, end = document_start[i], document_start[i + 1]
        draw = mix64(key[i])
        length = np.int64(crop[0] * np.exp((draw >> _TOP) * _UNIT * spread))
        if end - begin > length:
            begin += np.int64((mix64(draw) >> _TOP) * _UNIT * (end - begin - length + 1))
            end = begin + length
        found = buckets_of(folded, kind, begin, end, common, bits, room)
        total = 0.0
        for k in range(found):
            total += state[room[k], 0] * state[room[k], 2]
        norm = 1.0 / np.sqrt(found + SMOOTHING)
        error = (1.0 / (1.0 + np.exp(-(bias[0] + total * norm))) - machine[i]) * weight[i]
        bias[0] -= 0.02 * rate * error  # no AdaGrad here: slow, so that it does not follow the order of the documents
        step = np.float32(error * norm)
        for k in range(found):
            bucket = room[k]
            gradient = step * state[bucket, 2]
            if gradient != 0:
                state[bucket, 1] += gradient * gradient
                state[bucket, 0] -= np.float32(rate) * gradient / np.sqrt(state[bucket, 1] + np.float32(1e-8))
