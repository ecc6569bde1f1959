"""A dataset in git with twelve pull requests on it, as a remote that a checkout fetches from; every row is scripted."""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import wordfreq

from corpora import write_jsonl, write_parquet
from curate.jobs.demo.texts import machine_pieces
from verdicts import ATTACKS

LEAKS = (
    "As an AI language model, I do not have personal opinions.",
    "I'm sorry, but as an AI language model I cannot help with that.",
    "My knowledge cutoff is September 2021.",
)
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'4d7a2146' * 8}\nsize 734003200\n"
HOSTILE_PATH = "data/::error file=x,line=1::\x1b[31m@octocat <img src=x> `|` %0A\u202e.jsonl"
BIG_BYTES = 50_000_000


@dataclass(frozen=True)
class Corpus:
    """Texts by people, by machines, and by people who use rare words; all different. real: published collections."""

    human: list[str]
    machine: list[str]
    rare: list[str]
    real: bool


def real_corpus(data: Path) -> Corpus:
    """From published collections: reviews, answers of models, and descriptions of software with its own words."""
    table = pq.read_table(data / "train.parquet", columns=["text", "label", "lang", "set"])
    table = table.filter(pc.equal(table["lang"], "en"))

    def texts(name: str, label: str, most: int) -> list[str]:
        rows = table.filter(pc.and_(pc.equal(table["set"], name), pc.equal(table["label"], label)))["text"].to_pylist()
        chosen = [text for text in rows if 80 <= len(text.split()) <= 400 and not names_itself(text)]
        return random.Random(1).sample(chosen, min(most, len(chosen)))

    rare = texts("human_scotus_en", "human", 60)
    return Corpus(texts("human_imdb_en", "human", 900), texts("alpacaeval_en_machine", "machine", 90), rare, real=True)


def own_corpus() -> Corpus:
    """Without real text: drawn English words, which a date says people wrote, and pieces that a model did write."""
    machine = [text.text for text in machine_pieces() if text.id.startswith("assistant/en")]
    words = wordfreq.top_n_list("en", 21_000)
    rare = drawn_texts(60, words[:200] + words[20_000:], seed=8)
    people = drawn_texts(900, words[:20_000], seed=7)
    return Corpus(people, [text for text in machine if not names_itself(text)], rare, real=False)


def drawn_texts(count: int, words: list[str], seed: int) -> list[str]:
    """Sentences of words by their rank, the same with every Python."""
    draw, weights = random.Random(seed), [1 / (rank + 5) for rank in range(len(words))]
    texts = (draw.choices(words, weights, k=draw.randint(80, 160)) for _ in range(count))
    return [" ".join(f"{word}." if draw.random() < 0.08 else word for word in text) for text in texts]


def names_itself(text: str) -> bool:
    """Return whether a rule of leaks may find something: these rows are to be found by their score alone."""
    words = (
        "language model",
        "as an ai",
        "certainly",
        "sure",
        "absolutely",
        "cutoff",
        "cut off",
        "here is",
        "here are",
        "here's",
        "sorry",
        "happy to",
    )
    return any(word in text.lower() for word in words)


def chat(question: str, answer: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]}


def nearly(text: str) -> str:
    """The text with one word in sixty changed: a near-copy by any measure."""
    words = text.split()
    words[:: max(60, len(words) // 2)] = ["anew"] * len(words[:: max(60, len(words) // 2)])
    return " ".join(words)


class Remote:
    """The repository that pull requests are made to: `main`, and for each of them the merge that GitHub would make."""

    def __init__(self, root: Path, corpus: Corpus) -> None:
        self.root = root
        self.corpus = corpus
        self.fresh: Iterator[str] = iter(corpus.human)
        root.mkdir()
        self.git("init", "-q", "-b", "main")
        for name, value in (("user.name", "A"), ("user.email", "a@example.org"), ("core.autocrlf", "false"),
                            ("uploadpack.allowAnySHA1InWant", "true"), ("gc.auto", "0")):  # fmt: skip
            self.git("config", name, value)
        self.articles = self.rows(220)
        self.chats = [self.chat(f"Say more about {n}.", text) for n, text in enumerate(self.take(60))]
        write_jsonl(root / "data/articles.jsonl", self.articles)
        write_jsonl(root / "data/chats.jsonl", self.chats)
        write_parquet(root / "data/old.parquet", self.rows(60))
        write_jsonl(root / "data/spare.jsonl", self.rows(40))
        self.commit("the dataset")

    def take(self, count: int) -> list[str]:
        """Texts by people that nothing else here has."""
        found = list(islice(self.fresh, count))
        assert len(found) == count, "the corpus is too small"
        return found

    def rows(self, count: int) -> list[dict[str, Any]]:
        return self.by_people(self.take(count))

    def by_people(self, texts: list[str]) -> list[dict[str, Any]]:
        """Rows as the dataset has them; no detector knows drawn words, so dates of many years say who wrote them."""
        dates = (f"20{10 + len(text) % 9}-{1 + len(text) % 12:02}-{1 + len(text) % 28:02}" for text in texts)
        rows = ({"text": text, "date": date} for text, date in zip(texts, dates, strict=True))
        return [{"text": row["text"]} for row in rows] if self.corpus.real else list(rows)

    def chat(self, question: str, answer: str) -> dict[str, Any]:
        (row,) = self.by_people([answer])
        return {**row, **chat(question, row.pop("text"))}

    def git(self, *arguments: str) -> str:
        return subprocess.run(
            ["git", "-C", str(self.root), *arguments], check=True, capture_output=True, text=True
        ).stdout

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def pull_request(self, number: int, name: str, change: Callable[[Remote], None]) -> dict[str, Any]:
        """The event that GitHub sends; `refs/pull/NUMBER/merge` is what it has checked out."""
        base = self.git("rev-parse", "main").strip()
        self.git("checkout", "-q", "-b", f"pr-{name}", "main")
        change(self)
        self.commit(name)
        self.git("checkout", "-q", "--detach", "main")
        self.git("merge", "-q", "--no-ff", "-m", "merge", f"pr-{name}")
        self.git("update-ref", f"refs/pull/{number}/merge", "HEAD")
        self.git("checkout", "-q", "main")
        repository = {"repo": {"full_name": "octo/data"}}
        return {"pull_request": {"number": number, "base": {"sha": base}, "head": repository}}

    def write(self, path: str, content: bytes | str) -> None:
        file = self.root / path
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


def clean(remote: Remote) -> None:
    write_jsonl(remote.root / "data/new.jsonl", remote.rows(60))


def machine(remote: Remote) -> None:
    written = remote.corpus.machine
    write_jsonl(remote.root / "data/new.jsonl", [*remote.rows(len(written) * 2 // 3), *({"text": t} for t in written)])


def copies(remote: Remote) -> None:
    rows = remote.by_people([nearly(row["text"]) for row in remote.articles[100:120]])
    write_jsonl(remote.root / "data/new.jsonl", [*remote.rows(20), *rows])


def leaks(remote: Remote) -> None:
    texts = remote.take(10)
    for line, leak in zip((2, 5, 9), LEAKS, strict=True):
        texts[line - 1] = f"{leak} {texts[line - 1]}"
    write_jsonl(remote.root / "data/more-chats.jsonl", [remote.chat("Tell me.", text) for text in texts])


def rare(remote: Remote) -> None:
    write_jsonl(remote.root / "data/rare.jsonl", remote.by_people(remote.corpus.rare))


def crlf(remote: Remote) -> None:
    lines = [json.dumps(row, ensure_ascii=False) for row in [*remote.articles, *remote.rows(40)]]
    remote.write("data/articles.jsonl", b"\xef\xbb\xbf" + "".join(f"{line}\r\n" for line in lines).encode())


def pointer(remote: Remote) -> None:
    remote.write("data/huge.jsonl", POINTER)
    write_jsonl(remote.root / "data/new.jsonl", remote.rows(12))


def big(remote: Remote) -> None:
    """50 MB of sentences by people, shuffled into rows that have hardly two in common."""
    draw = random.Random(7)
    sentences = [s for text in remote.take(100) for s in re.split(r"(?<=[.!?])\s+", text) if len(s) > 30]
    rows = BIG_BYTES // (12 * sum(map(len, sentences)) // len(sentences))
    lines = (json.dumps({"text": " ".join(draw.choices(sentences, k=12))}) for _ in range(rows))
    remote.write("data/big.jsonl", "\n".join(lines) + "\n")


def renamed(remote: Remote) -> None:
    remote.git("mv", "data/old.parquet", "data/older.parquet")


def deleted(remote: Remote) -> None:
    remote.git("rm", "-q", "data/spare.jsonl")


def edited(remote: Remote) -> None:
    rows = [dict(row) for row in remote.articles]
    for line, text in zip((5, 50, 200), remote.take(3), strict=True):
        rows[line - 1]["text"] = f"{LEAKS[0]} {text}" if line == 50 else text
    write_jsonl(remote.root / "data/articles.jsonl", rows)


def hostile(remote: Remote) -> None:
    texts = [f"{LEAKS[0]} {attack.encode(errors='replace').decode()} {text}" for attack, text in
             zip(ATTACKS, remote.take(len(ATTACKS)), strict=True)]  # fmt: skip
    write_jsonl(remote.root / HOSTILE_PATH, remote.by_people(texts))


CHANGES: Sequence[Callable[[Remote], None]] = (
    clean, machine, copies, leaks, rare, crlf, pointer, big, renamed, deleted, edited, hostile,
)  # fmt: skip
