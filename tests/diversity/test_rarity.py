"""Rare words of a document, against the reference's own list in plain Python."""

import pyarrow as pa

from curate.diversity.rarity import RareWords
from curate.diversity.reference import reference
from curate.measuring.batch import Batch


def counted(texts: list[str], languages: tuple[str, ...] = ("en", "zh")) -> list[int]:
    batch = Batch(pa.record_batch([pa.array(texts, pa.large_string())], ["text"]))
    found: list[int] = RareWords(languages).measure(batch)[0].to_pylist()
    return found


def test_distinct_words_of_the_tail_count_and_noise_does_not() -> None:
    known, chinese = reference("en"), reference("zh")
    assert known is not None
    assert chinese is not None
    rare = known.words[5:500:100]
    common = "the house and the water of the people in the old town were not there"
    noise = "xqzzt brrvk wwqpl zzkrx the of and to in is that it was for on with"
    pair = chinese.words[7]
    texts = [
        common,
        f"{common} {' '.join(rare)}",
        f"{common} {' '.join([rare[0]] * 30)}",
        noise,
        f"我们在这里{pair}，他们的。",
        "",
    ]
    plain = counted(texts)
    assert plain[1] - plain[0] == len(rare)
    assert plain[2] - plain[0] == 1
    assert plain[3] <= 1
    assert plain[4] >= 1
    assert plain[5] == 0
    assert counted(texts, ())[1] == 0
