"""Leaks are told from quotations of them by place and form."""

from __future__ import annotations

from types import SimpleNamespace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.rulebook.patterns import Phrases
from curate.rulebook.quotations import GONE, without_quotations
from curate.rulebook.read import read_rule_books

BOOK = read_rule_books()
REMOVING = {rule.id for rule in BOOK.rules if rule.then == "remove" and BOOK.home[rule.id] == "leaks"}

LEAKS = [
    "The capital is Paris.<|im_end|>",
    "The capital is Paris.<|endoftext|>The next text begins here.",
    "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\nHi",
    "Some words\n<|endoftext|>\nother words",
    "<|user|> Who are you?\n<|assistant|> A friend.",
    "<start_of_turn>model\nSure.<end_of_turn>",
    "```python\nprint(1)\n```<|im_end|>",
    "答案是B<eoa>",
    "[INST] Write a poem [/INST] Roses are red",
    "<think>\nThe user wants a poem.\n</think>\nRoses are red",
    "I am sorry, but as an AI language model, I cannot do that.",
    '"As an AI language model, I have no opinion on that."',
    "It's late.\n\nAs of my last knowledge update, it isn't out yet.",
    "对不起。作为一个人工智能语言模型，我没有情感。",
    'He said "no". As an AI language model, I cannot say "yes".',
    'The 5" pipe and the 6" pipe differ. As an AI language model, I don\'t sell either.',
    "See turn0search3 for more.",
]
QUOTATIONS = [
    "GPT-2 was trained on documents with `<|endoftext|>` between them.",
    "Documents are separated by <|endoftext|> when they are packed, as in 2019.",
    "In GPT-2 the tokens are: <|endoftext|>, and nothing else.",
    'Its tokenizer writes "<|endoftext|>" at the end, and ours does too.',
    "Chat templates such as\n\n```\n<|im_start|>system\nYou are kind.<|im_end|>\n```\n\nare code.",
    "We used this prompt:\n\n    <|im_start|>user\n    Hello<|im_end|>\n\nand nothing else.",
    "<|endoftext|> is a special token of the vocabulary.",
    "The bot answered: “As an AI language model, I cannot vote.” The room laughed.",
    'The bot answered, "As an AI language model, I cannot vote." The room laughed.',
    "> As an AI language model, I cannot vote.\n\nSo it wrote to me, and I laughed.",
    "Er schrieb: „Als KI-Sprachmodell kann ich nicht wählen.“ Alle lachten.",
    "它回答：“作为一个人工智能语言模型，我没有情感。”大家都笑了。",
    "彼は「AI言語モデルとして、私は」と読み上げた。",
    "Il répond : « En tant que modèle de langage, je ne vote pas. » On rit.",
    "<blockquote>As an AI language model, I cannot vote.</blockquote> That was all.",
    "phrases = ('as an ai language model', 'my knowledge cutoff', \"i cannot fulfill this request\")",
    "The chat template puts [INST] and [/INST] around a question.",
    'Wikipedia lists "oaicite" and "turn0search0" among the signs.',
]


def hits(texts):
    documents = pa.record_batch({"text": pa.array(texts, pa.large_string())})
    return Phrases.of(BOOK).measure(SimpleNamespace(documents=documents, text=documents.column("text")))[0].to_pylist()


@pytest.mark.parametrize("text", LEAKS)
def test_a_leak_in_its_place_is_removed(text: str) -> None:
    assert REMOVING.intersection(hits([text])[0])


@pytest.mark.parametrize("text", QUOTATIONS)
def test_a_quotation_of_a_leak_is_kept(text: str) -> None:
    assert not REMOVING.intersection(hits([text])[0])


def test_a_token_that_is_only_mentioned_is_flagged() -> None:
    assert all("control-token-mentioned" in found for found in hits(QUOTATIONS[:7]))


@given(st.permutations([*LEAKS, *QUOTATIONS, "", "plain"]))
def test_neighbours_in_a_batch_do_not_matter(texts):
    assert hits(texts) == [hits([text])[0] for text in texts]


@given(st.text(alphabet="ab \n'\"`“”‘’「」>«»", max_size=40))
def test_nothing_is_taken_from_a_text_without_marks_and_nothing_is_added(text):
    told = without_quotations(pa.array([text], pa.large_string()))[0].as_py()
    assert set(told) <= set(text) | {GONE}
    if not set(text) & set("'\"`“‘「>«"):
        assert told == text


def test_an_apostrophe_opens_and_closes_nothing() -> None:
    text = "I don't know what the dogs' owner's doing, and it isn't mine."
    assert without_quotations(pa.array([text], pa.large_string()))[0].as_py() == text
