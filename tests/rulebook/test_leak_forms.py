"""Leaks are told from quotations of them by place and form."""

from __future__ import annotations

import re
import string

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from curate.kernels.unformatted import unformatted
from curate.measuring.batch import Batch
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
    "I have said that as an AI language model I have no opinions, and it is true.",
    "You said that it rains. As an AI language model, it is hard for me to know.",
    "He replied that he agrees, but as an AI language model, I cannot vote.",
    "Sie sagten, dass es regnet. Als KI-Sprachmodell weiß ich das nicht.",
    "你说，作为一个人工智能语言模型，我没有情感。",
    "As an AI language model, I was told that as an AI language model it has no opinions.",
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
    "Er schrieb: »As an AI language model, I cannot vote.« Alle lachten.",
    "Hon svarade: ”As an AI language model, I cannot vote.” Alla skrattade.",
    "Elle a lu ‹As an AI language model, I cannot vote.› puis a ri.",
    "Er las ›As an AI language model, I cannot vote.‹ und ‚As an AI language model, I cannot‘ vor.",
    "彼は＂As an AI language model, I cannot vote.＂と〝As an AI language model, I cannot vote.〟を読んだ。",
    "<blockquote>As an AI language model, I cannot vote.</blockquote> That was all.",
    "phrases = ('as an ai language model', 'my knowledge cutoff', \"i cannot fulfill this request\")",
    "The chat template puts [INST] and [/INST] around a question.",
    "The bot answered that as an AI language model it has no opinions. The room laughed.",
    "She told us that, being an AI assistant, it could not vote.",
    "ChatGPT replied to him that, as a large language model, it does not vote.",
    "It then wrote that as an\nAI language model, it cannot vote.",
    "Das Programm antwortete, dass es als KI-Sprachmodell nicht wählen könne.",
    "Le robot a répondu qu'en tant que modèle de langage, il ne vote pas.",
    "El programa respondió que, como modelo de lenguaje, no vota.",
    "它回答说，作为一个人工智能语言模型，它没有情感。大家都笑了。",
    'Wikipedia lists "oaicite" and "turn0search0" among the signs.',
]


def hits(texts):
    documents = pa.record_batch({"text": pa.array(texts, pa.large_string())})
    return Phrases.of(BOOK).measure(Batch(documents))[0].to_pylist()


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
    if not set(text) & set("'\"`“”‘「>«»"):
        assert told == text


def test_an_apostrophe_opens_and_closes_nothing() -> None:
    text = "I don't know what the dogs' owner's doing, and it isn't mine."
    assert without_quotations(pa.array([text], pa.large_string()))[0].as_py() == text


BREAKS: dict[str, tuple[str, str]] = {
    "a line end": ("language model", "language\nmodel"),
    "another line end": ("an AI", "an\nAI"),
    "a line end of Windows": ("language model", "language\r\nmodel"),
    "an indented line": ("language model", "language\n    model"),
    "a no-break blank": ("language model", "language\u00a0model"),
    "a narrow no-break blank": ("an AI", "an\u202fAI"),
    "a wide blank": ("language model", "language\u3000model"),
    "two blanks": ("language model", "language  model"),
    "a zero-width mark": ("language", "lang\u200buage"),
    "a soft hyphen": ("language", "lang\u00aduage"),
    "a word joiner": ("AI", "A\u2060I"),
    "bold words": ("AI language model", "**AI language model**"),
    "one bold word": ("language", "**language**"),
    "words in italics": ("AI language model", "*AI language model*"),
    "underlined words": ("AI language model", "_AI language model_"),
    "full-width letters": ("AI language model", "ＡＩ　ｌａｎｇｕａｇｅ　ｍｏｄｅｌ"),
}


def ids_found(*texts: str) -> list[list[str]]:
    found: list[list[str]] = Phrases.of(BOOK).hits(pa.array(texts, pa.large_string())).to_pylist()
    return found


PHRASES = [
    "Well, as an AI language model I would not know.",
    "I am just a large language model, so ask me something else.",
    "For as an artificial intelligence, I have no body.",
    "It changed as of my last knowledge update in spring.",
    "Alas, I cannot assist you with that request today.",
    "Look, I don't have personal opinions or beliefs about it.",
    "Sadly I do not have access to real-time data on it.",
    "Pues como modelo de lenguaje de IA, no puedo opinar.",
    "Mais en tant que modèle de langage je ne vote pas.",
    "저는 AI 언어 모델로서 감정이 없습니다.",
]
BLANKS = [" ", "  ", "\n", "\r\n", "\n   ", "\r\n\t", "\t", "\u3000", "\u00a0", "\u2009", "\u202f", "\u2028"]
MARKS = ["", "", "*", "**", "***", "_", "__", "\u200b", "\u2060"]
GAPS = st.tuples(st.sampled_from(MARKS), st.sampled_from(BLANKS), st.sampled_from(MARKS)).map("".join)


@pytest.mark.parametrize("plain", PHRASES)
@given(draw=st.data())
def test_a_phrase_is_found_whatever_stands_for_its_blanks(plain: str, draw: st.DataObject) -> None:
    first, *words = plain.split(" ")
    text = first + "".join(draw.draw(GAPS) + word for word in words)
    slowly = plainly(text, join_lines=True)
    assert slowly == plain
    assert ids_found(text) == ids_found(slowly) != [[]]


@pytest.mark.parametrize(
    "text",
    [
        "作为**AI**语言模型，我没有情感。",
        "我是一个 **人工智能** 助手。",
        "作为一个 AI 语言\n模型",
        "私は*AI*アシスタントです。",
    ],
)
def test_emphasis_in_scripts_without_blanks_hides_nothing(text: str) -> None:
    assert ids_found(text) == ids_found(plainly(text, join_lines=True)) != [[]]


@pytest.mark.parametrize("kind", BREAKS)
def test_a_phrase_that_is_set_otherwise_is_the_same_phrase(kind: str) -> None:
    was, becomes = BREAKS[kind]
    plain = "I am sorry, but as an AI language model, I cannot do that."
    assert was in plain
    assert ids_found(plain.replace(was, becomes)) == ids_found(plain)


def test_what_stands_in_two_paragraphs_or_in_quotation_marks_is_no_phrase() -> None:
    texts = ("He spoke as an AI language\n\nmodel trains ran.", 'She wrote "as an AI language\u00a0model".')
    assert ids_found(*texts) == [[], []]


def plainly(text: str, *, join_lines: bool) -> str:
    """Plain Python version of `unformatted`, sign by sign."""
    if join_lines:
        text = re.sub(r"(?<=[^\n])\n(?=[ \r\t]*[^ \r\t\n])", " ", text)
    text = re.sub("[*\r\u00ad\u200b-\u200f\u2060\ufeff]", "", text)
    text = re.sub("[\t\u00a0\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]", " ", text)
    narrow = string.digits + string.ascii_letters
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in narrow)
    text = text.translate(str.maketrans(wide, narrow))
    text = re.sub(r"(?<![0-9A-Za-z\x80-\U0010ffff])_|_(?![0-9A-Za-z\x80-\U0010ffff])", "", text)
    text = re.sub(" +", " ", text)
    return re.sub("(?<=[\u3040-\u30ff\u4000-\u9fff]) | (?=[\u3040-\u30ff\u4000-\u9fff])", "", text)


@given(st.lists(st.text("aZ9_* \n\t\u2028\u00a0\u00ad\u200b\u202f\u3000\ufeffＡｚ０，。é汉☃", max_size=12), max_size=4))
@example(["汉 _9"])
def test_unformatted_is_what_a_plain_function_says(texts: list[str]) -> None:
    for join in (False, True):
        found = unformatted(pa.array(texts, pa.large_string()), join_lines=join).to_pylist()
        told = [plainly(text, join_lines=join) for text in texts]
        assert [one.replace("\n", "").replace(" ", "") for one in found] == [
            one.replace("\n", "").replace(" ", "") for one in told
        ]
        if not any("\n" in text for text in texts):
            assert found == told
