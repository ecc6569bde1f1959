"""Sources of documents: the shards of one data set are one, whoever wrote them; web addresses stand for their sites."""

from __future__ import annotations

import pyarrow as pa
import pytest

from curate.corpus.sources import file_source, named_sources

UUID = "7d9a2c1e-0b5f-4c1d-9a43-2f1f5c0b7e11"
SHARDS = {
    "web/train": [
        "web/train-00000-of-00002.parquet", "web/train-00001-of-00002-a09b74b3ef9c3b56.parquet",
        "web/train.00000-of-01024.json.gz", "web/train_1_of_2.jsonl", "web/train-0001.csv", "web/train_00012.jsonl.zst",
    ],
    "part": [
        "part-0.jsonl", "part-0001.jsonl", "part-00000.parquet", f"part-00003-{UUID}-c000.snappy.parquet",
        f"part-00003-{UUID}.c000.json.gz", f"part-00000-tid-3845793021-{UUID}-12-1-c000.parquet", "part.12.parquet",
    ],
    "books_shard": ["books_shard_12.jsonl", "books_shard-3.csv"],
    "year=2019/data": ["year=2019/data_0.parquet", "year=2019/data_12.parquet", "year=2019/data-00000-of-00001.arrow"],
    "default/train": ["default/train/0000.parquet", "default/train/0013.parquet", "default/train/000_00000.parquet"],
    "web": ["web/00000-of-00002.jsonl", "web/00000001.parquet", "web/1_000000_000000.parquet"],
    "data": ["0000.parquet", "00001-of-00002.jsonl"],
}  # fmt: skip
OTHERS = [
    "2019.jsonl", "news-2019.jsonl", "news-20190101.csv", "2019/01.jsonl", "2019-01.jsonl", "data_2019.csv", "v2.jsonl",
    "apart-7.jsonl", "department5.jsonl", "a-1.jsonl", "gpt-4.jsonl", "route-66.txt", "train.jsonl", "of-3.csv",
    "007.txt",
]  # fmt: skip


@pytest.mark.parametrize("source", SHARDS)
def test_shards_of_one_set_are_one_source(source: str) -> None:
    assert {file_source(name) for name in SHARDS[source]} == {source}


@pytest.mark.parametrize("name", OTHERS)
def test_numbers_that_count_no_shards_stay(name: str) -> None:
    assert file_source(name) == name.rpartition(".")[0]


def test_addresses_stand_for_their_sites() -> None:
    given = ["https://www.A.org/x?y#z", "http://u:p@b.com:80/\nx", "Plain Name", None, "HTTPS://中.cn", "https:"]
    sites = ["a.org", "b.com", "Plain Name", None, "中.cn", "https:"]
    assert named_sources(pa.array(given)).to_pylist() == sites
