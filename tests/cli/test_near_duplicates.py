"""Near-duplicates through the command line: any script, short and hostile texts, however the corpus is cut."""

from __future__ import annotations

import random
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import slow_neardup
from corpora import Outcome, made_up_texts, write_jsonl
from curate import ScanPlan, finish, scan
from curate.jobs.run import prefetch

Curate = Callable[..., Outcome]
SCRIPTS = {
    "Arabic": ("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", " "),
    "Thai": ("กขคงจฉชซญดตถทธนบปผพฟมยรลวสหอ", ""),
    "Japanese": ("あいうえおかきくけこさしすせそ漢字仮名交文章言葉", ""),
    "Hindi": ("अआइईउऊकखगघचछजझटठडढतथदधनपफ", " "),
    "Korean": ("가나다라마바사아자차카타파하", " "),
}


def write(texts: list[str], folder: str = "in", *, files: int = 1, row_group_size: int = 10_000) -> str:
    Path(folder).mkdir(exist_ok=True)
    part = -(-len(texts) // files)
    for i in range(files):
        some = texts[i * part : (i + 1) * part]
        table = pa.table({"id": [f"t{i * part + k}" for k in range(len(some))], "text": some})
        pq.write_table(table, f"{folder}/{files - i}.parquet", row_group_size=row_group_size)
    return folder


def clusters(curate: Curate, path: str, *options: object) -> list[dict[str, object]]:
    """clusters.parquet, of a new scan."""
    found = curate("scan", path, "-o", f"run-{time.monotonic_ns()}", "--json", *options)
    assert found.code == 0, found.err
    run = sorted(Path().glob("run-*"), key=lambda folder: folder.stat().st_mtime_ns)[-1]
    rows: list[dict[str, object]] = pq.read_table(run / "clusters.parquet").to_pylist()
    return rows


def groups(rows: list[dict[str, object]]) -> list[set[str]]:
    """The ids of each cluster."""
    return [{str(r["id"]) for r in rows if r["cluster"] == c} for c in sorted({int(str(r["cluster"])) for r in rows})]


@pytest.mark.parametrize("script", SCRIPTS)
def test_any_script_has_its_near_duplicates_at_their_similarity(curate: Curate, script: str) -> None:
    letters, joint = SCRIPTS[script]
    draw = random.Random(script)
    originals = [["".join(draw.choices(letters, k=1 if joint == "" else 4)) for _ in range(150)] for _ in range(8)]
    edited = [[*text[:70], letters[:2], *text[71:]] for text in originals]
    texts = [joint.join(text) + " 🎉" for text in originals] + [joint.join(text) for text in edited]
    rows = clusters(curate, write(texts))
    assert sorted(map(sorted, groups(rows))) == sorted(sorted([f"t{k}", f"t{k + 8}"]) for k in range(8))
    sets = [set(slow_neardup.shingles(text)) for text in texts]
    for row in rows:
        a, b = (sets[int(str(row[name])[1:])] for name in ("id", "representative"))
        assert row["similarity"] == pytest.approx(slow_neardup.jaccard(a, b))
        assert not row["exact"]


ENCODED_TWICE = [
    "아이들이 마당에서 놀고 있을 때 어머니가 저녁을 먹으라고 불렀다. 모두 집으로 돌아가 밥을 먹었다.",
    "Những đứa trẻ đang chơi trong vườn khi mẹ gọi chúng vào ăn tối, và tất cả đều chạy về nhà.",
    "Les élèves étaient fatigués après la leçon, mais le maître répétait où se trouvait l'été passé.",
    "ガラスのドアがゴトゴトと音を立てて、だれかがパンをどうぞと言った。",
    "लड़के ने पढ़ाई छोड़कर पेड़ पर चढ़ने की ज़िद की और फिर सड़क पर दौड़ पड़ा",
    "أكل الأولاد آخر قطعة من الخبز ثم إلى البيت عادوا مسرعين لأن أمهم سألت عنهم",
]


def test_composed_and_decomposed_texts_are_near_duplicates(curate: Curate) -> None:
    composed = [unicodedata.normalize("NFC", text) for text in ENCODED_TWICE]
    decomposed = [unicodedata.normalize("NFD", text) for text in ENCODED_TWICE]
    rows = clusters(curate, write([*composed, *decomposed]))
    size = len(composed)
    changed = [k for k in range(size) if composed[k] != decomposed[k]]
    assert len(changed) >= 5
    assert sorted(map(sorted, groups(rows))) == sorted(sorted([f"t{k}", f"t{k + size}"]) for k in range(size))
    assert {row["similarity"] for row in rows} == {1.0}
    near = {str(row["id"]) for row in rows if not row["exact"]}
    assert {f"t{k + size}" for k in changed} <= near


OPERATORS = (
    "+", "-", "+=", "-=", "*", "/", "//", "%", "**", "<<", ">>", "&", "&&", "|", "||", "^", "<", "<=", ">", ">=", "==",
    "===", "!=", "!==", "<>", "->", "..", "++", "--", "~", "??", "=", ":=", "@", "!", "?", "$", "\\", "#", "=>", "<=>",
)  # fmt: skip
TEMPLATES = {
    "Python": "def combine(left, right, other):\n    first = left {0} right\n    return first {0} other\n",
    "JavaScript": "function area(w, h) {{\n  const k = w {0} h;\n  return k {0} w;\n}}\n",
    "C": "int f(int a, int b) {{ int x = a {0} b; x = x {0} a; return x; }}",
    "Lisp": "(defun area (a b c) ({0} a ({0} b c)))",
    "formula": "x {0} y = z {0} (a {0} b)",
    "TeX": "\\[ \\alpha_1 {0} \\beta_2 = \\frac{{a {0} b}}{{c {0} d}} \\]",
    "JSON": '{{"rule": {{"left": "a_1", "op": "{0}", "right": "b_2"}}, "then": [1, 2]}}',
    "regex": "^(alpha){0}[beta]{0}(gamma){0}[delta]{0}(one)$",
}


@pytest.mark.parametrize("kind", TEMPLATES)
def test_program_text_that_differs_in_operators_is_no_near_duplicate(curate: Curate, kind: str) -> None:
    texts = [TEMPLATES[kind].format(operator) for operator in OPERATORS]
    assert len(set(texts)) == len(texts) >= 40
    assert clusters(curate, write(texts)) == []


def test_program_text_in_another_style_is_a_near_duplicate(curate: Curate) -> None:
    one = "function area(w, h) {\n  const name = 'wide';\n  if (w > h) { log(name, w); }\n  return w * h;\n}\n"
    other = 'function area(w, h) {const name = "wide"\n if (w > h) {log(name, w,)}\n\n\n return w*h}'
    rows = clusters(curate, write([one, other, one.replace("log", "warn")]))
    assert groups(rows) == [{"t0", "t1"}]
    assert {row["similarity"] for row in rows} == {1.0}


def test_short_texts_repeat_only_their_copies_and_empty_ones_nothing(curate: Curate) -> None:
    texts = ["", "one", "one two", "one two three", "汉", "汉字", "汉字句", "😀😀", "🏽", "مرحبا", "ครับ"]
    near = ["One", "one  two", "one, two three", "汉!", "汉字。", "「汉字句」", "😀😀😀", "", "مَرحبا", "ครับ!"]
    assert clusters(curate, write([*texts, *near])) == []
    rows = clusters(curate, write([*texts, *texts, *near], "twice"))
    assert sorted(map(sorted, groups(rows))) == sorted(sorted([f"t{k}", f"t{k + 11}"]) for k in range(1, 11))
    assert sum(bool(row["exact"]) for row in rows) == 10


def test_the_same_first_ten_kilobytes_are_not_the_same_text(curate: Curate) -> None:
    head = " ".join(made_up_texts(40, 60, seed=1))[:10_000]
    short = [f"{head} {text}" for text in made_up_texts(40, 20, seed=2)]
    long = [f"{head} {' '.join(made_up_texts(100, 60, seed=k))}" for k in range(3, 43)]
    rows = clusters(curate, write([*short, *long]))
    assert groups(rows) == [{f"t{k}" for k in range(40)}]


def in_terms_of_texts(rows: list[dict[str, object]], texts: dict[str, str]) -> list[tuple[object, ...]]:
    return sorted(
        (texts[str(r["id"])], texts[str(r["representative"])], r["similarity"], r["exact"], r["cluster"]) for r in rows
    )


def test_workers_shards_batches_and_order_change_no_cluster(curate: Curate, monkeypatch: pytest.MonkeyPatch) -> None:
    families = slow_neardup.families("english", 25, 6, random.Random(1), (30, 300))
    texts = [*families, *slow_neardup.families("chinese", 15, 4, random.Random(2)), *families[::9], "", "x", "x"]
    names = {f"t{k}": text for k, text in enumerate(texts)}
    expected = in_terms_of_texts(clusters(curate, write(texts), "-j", 1), names)
    assert len(expected) > 100
    for files, size, workers in ((1, 13, 3), (7, 1000, 2), (40, 1, 1)):
        found = clusters(curate, write(texts, f"in-{files}", files=files, row_group_size=size), "-j", workers)
        assert in_terms_of_texts(found, names) == expected
    Path("lines").mkdir()
    rows = [{"id": name, "text": text} for name, text in names.items()]
    for part in range(5):
        write_jsonl(Path(f"lines/{9 - part}.jsonl"), rows[part::5][::-1])
    monkeypatch.setattr(prefetch, "BATCH_BYTES", 3000)
    assert in_terms_of_texts(clusters(curate, "lines", "-j", 2), names) == expected


def seconds_of_a_scan(folder: str) -> tuple[float, int]:
    began = time.perf_counter()
    found = finish(scan(ScanPlan((folder,), output=Path(f"{folder}-run"), workers=2)))
    return time.perf_counter() - began, found.figures.duplicates.documents


def test_a_million_copies_take_no_longer_than_different_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = np.array(made_up_texts(1, 600)[0].split())
    draw = np.random.default_rng(1).integers(0, len(words), (100_000, 10))
    different = [" ".join(row) for row in words[draw]]
    write(different[:1000], "warm")
    write(different, "different")
    Path("copies").mkdir()
    table = pa.table({"text": pa.repeat(pa.scalar(different[0]), 1_000_000)})
    pq.write_table(table, "copies/a.parquet", row_group_size=100_000)
    seconds_of_a_scan("warm")
    yardstick, _ = seconds_of_a_scan("different")
    seconds, members = seconds_of_a_scan("copies")
    assert members == 1_000_000
    assert seconds < 2 * 10 * yardstick
