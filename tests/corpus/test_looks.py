"""Data is recognised under any name, in any encoding, behind any blank beginning."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from curate.corpus.looks import data_in
from curate.corpus.not_read import looked_at

LEAK = "As an AI language model, I cannot say more about any of the many things that you asked."
SENTENCES = {
    "en": LEAK,
    "de": "Als KI-Modell kann ich dazu leider nichts weiter sagen, bitte fragen Sie.",
    "ru": "Как языковая модель, я не могу ответить на этот вопрос сегодня",
    "zh": "作为一个人工智能语言模型，我无法回答这个问题，很抱歉不能再多说什么了",
    "ja": "申し訳ありませんが、私は人工知能の言語モデルなのでお答えできません",
    "ko": "저는 인공지능 언어 모델이라서 그 질문에 대해 더 말할 수 없습니다",
    "th": "ในฐานะโมเดลภาษาปัญญาประดิษฐ์ฉันไม่สามารถตอบคำถามนี้ได้",
    "ar": "بصفتي نموذجًا لغويًا لا أستطيع الإجابة عن هذا السؤال اليوم مع الأسف",
    "hi": "एक भाषा मॉडल के रूप में मैं इस प्रश्न का उत्तर नहीं दे सकता",
    "ta": "ஒரு மொழி மாதிரியாக நான் இந்த கேள்விக்கு பதில் சொல்ல முடியாது என்று வருந்துகிறேன்",
    "vi": "Là một mô hình ngôn ngữ, tôi không thể trả lời câu hỏi này của bạn",
}  # fmt: skip


def look(tmp_path: Path, name: str, content: bytes) -> str:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    found = looked_at(path, name)
    return "" if found is None else found.reason


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("name", ["train", "b.dat", "b.bak", "b.log", "notes.md", "b.rst", "b.sql", "b.yaml", "b.srt"])
def test_a_sentence_of_any_language_is_text(tmp_path: Path, language: str, name: str) -> None:
    assert look(tmp_path, name, SENTENCES[language].encode())


@pytest.mark.parametrize("blank", [b" ", b"\n", b"\t\n", b"0\n", b"-" * 40 + b"\n"])
def test_no_blank_beginning_hides_text(tmp_path: Path, blank: bytes) -> None:
    padding = blank * (100_000 // len(blank))
    assert look(tmp_path, "b.dat", padding + LEAK.encode())
    assert look(tmp_path, "b.bak", padding + LEAK.encode() + padding)


NAMES = ("manifest.json", "dataset_infos.json", "package.json", "README.md", "LICENSE", "x.lock")


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_data_under_every_name(tmp_path: Path, name: str) -> None:
    rows = [{"text": LEAK}] * 2
    assert look(tmp_path, name, "".join(json.dumps(row) + "\n" for row in rows).encode())
    if name.endswith("json"):
        assert look(tmp_path, name, json.dumps(rows, indent=1).encode())


def test_a_large_page_is_no_page(tmp_path: Path) -> None:
    assert look(tmp_path, "README.md", LEAK.encode()) == ""
    assert look(tmp_path, "README.md", (LEAK + "\n").encode() * 20_000)
    assert look(tmp_path, "data/readme.jsonl.old", LEAK.encode())
    assert look(tmp_path, "readme.csv", LEAK.encode())


@pytest.mark.parametrize("content", [b"a", b"a b ", b"'", b"a' ", "一".encode(), b"\xff"])
def test_no_content_takes_long(content: bytes) -> None:
    content *= 65_536 // len(content)
    begin = time.process_time()
    data_in("b.dat", content, len(content), content)
    assert time.process_time() - begin < 2


def test_json_with_its_rows_inside_says_how_to_take_them_out(tmp_path: Path) -> None:
    rows = [{"text": f"Row {k} has a few words to read in it."} for k in range(9)]
    path = tmp_path / "a.json"
    for content in (json.dumps({"data": rows}), json.dumps({"data": rows}, indent=1)):
        path.write_text(content)
        found = looked_at(path, "a.json")
        assert found is not None
        assert "jq -c '.data[]' FILE > NEW.jsonl" in found.reason
        assert found.cause == "wrapped"
    path.write_text(json.dumps({"note": "Settings of a program that has many words to say.", "size": 9}))
    other = looked_at(path, "a.json")
    assert other is not None
    assert other.cause == "format"
