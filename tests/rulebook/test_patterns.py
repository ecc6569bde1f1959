import os
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curate.measuring.batch import Batch
from curate.rulebook.patterns import Phrases
from curate.rulebook.read import read_rule_books
from curate.rulebook.rules import Rule, RuleBook

SHIPPED = Phrases.of(read_rule_books())

LEAKS = {
    "en-as-an-ai": ["As an AI language model, I cannot", "I’m just an AI assistant", "I am a large language model"],
    "en-as-an-ai-i": ["As an AI, I do not eat."],
    "en-knowledge-cutoff": ["my knowledge cutoff is 2021", "As of my last update in 2023,"],
    "en-refusal": ["I cannot fulfill that request.", "I'm unable to assist with this request"],
    "en-sorry-but": ["I'm sorry, but I cannot provide that."],
    "en-no-personal-beliefs": ["I don't have personal opinions or beliefs"],
    "en-preamble-here-is": ["Certainly! Here is a poem", " Sure, here's the list: "],
    "en-hope-this-helps": ["... I hope this helps! Let me know if you have any questions."],
    "zh-as-an-ai": ["作为一个人工智能语言模型，我", "作为AI助手，我可以"],
    "zh-i-am-a-model": ["我只是一个计算机程序", "我是一个由某公司开发的大型语言模型"],
    "zh-sorry-but": ["很抱歉，我无法提供", "对不起，我无法回答"],
    "zh-knowledge-cutoff": ["因为我的知识截止到2021年"],
    "zh-hope-this-helps": ["多喝水。希望对你有帮助！"],
    "es-as-an-ai": ["Como modelo de lenguaje, no puedo"],
    "fr-as-an-ai": ["En tant que modèle de langage, je", "en tant qu’IA"],
    "de-as-an-ai": ["Als KI-Sprachmodell kann ich", "als KI-Modell"],
    "ko-as-an-ai": ["AI 언어 모델로서 저는"],
    "ja-as-an-ai": ["AI言語モデルとして、私は"],
    "control-token": ["ok<|im_end|>", "<|endoftext|>", "<start_of_turn>user", "答案是B<eoa>"],
    "control-token-mentioned": ["the token `<|endoftext|>` stands between texts"],
    "instruction-marks": ["[INST] hi [/INST]"],
    "instruction-heading": ["### Response: x"],
    "chat-page-artefact": ["text\nRegenerate response\n", "ChatGPT said:"],
    "citation-leftover": [":contentReference[oaicite:0]{index=0}", "see turn0search3"],
    "chat-link": ["https://example.org/?utm_source=chatgpt.com"],
    "lorem-ipsum": ["Lorem ipsum dolor sit amet"],
}
INNOCENT = [
    "The assistant as an aide to the model maker spoke: certainly not.",
    "The cutoff of my knowledge of cars is small, but as of my last birthday I drive.",
    "I am sorry, but I can come on Tuesday only.",
    "He turned 0 and searched; <endoftext> is no token, nor is [inst].",
    "Sure, the train is late. As a model I earn little.",
    "作为一个人，我的知识有限。抱歉，我来晚了。",
    "他说：我是一个程序员。希望明天是晴天。",
    "Als künstliche Intelligenz wird ein Teilgebiet der Informatik bezeichnet.",
    "",
]


def hits(phrases, texts):
    documents = pa.record_batch({"text": pa.array(texts, pa.large_string())})
    return phrases.measure(Batch(documents))[0]


@pytest.mark.parametrize("rule_id", LEAKS)
def test_a_leak_is_found_by_its_rule(rule_id):
    for found in hits(SHIPPED, LEAKS[rule_id]).to_pylist():
        assert rule_id in found


def test_every_shipped_pattern_rule_has_an_example():
    spared = {"en-as-a-language-model", "en-made-by", "en-no-real-time", "en-preamble-eager", "en-preamble-rewritten"}
    spared |= {"en-let-me-know", "zh-refusal", "zh-anything-else", "zh-preamble", "thinking-block"}
    assert {rule_id for rule_id, _ in SHIPPED.patterns} - spared == set(LEAKS)


def test_innocent_texts_hold_nothing():
    assert hits(SHIPPED, INNOCENT).to_pylist() == [[]] * len(INNOCENT)


PATTERNS = ("a+b", "(?i)ab", "^b", "b$", "[^a]c", "(?P<g>c)c", "(?P<g>d)a")


@given(st.lists(st.text("abcdAB\n", max_size=12), max_size=8), st.integers(0, 4))
def test_the_prefilter_loses_nothing(texts, start):
    """Against Python's re, pattern by pattern, on slices too; two patterns name the same group."""
    phrases = Phrases(tuple((f"r{i}", pattern) for i, pattern in enumerate(PATTERNS)))
    expected = [
        [rule_id for rule_id, pattern in phrases.patterns if re.search(pattern.replace("$", r"\Z"), text)]
        for text in texts
    ]
    array = pa.array(texts, pa.large_string()).slice(start)
    assert phrases.hits(array).to_pylist() == expected[start:]


def test_the_column_is_as_declared_and_the_stamp_ignores_consequences():
    assert hits(SHIPPED, ["x"]).type == Phrases.fields["hits"]
    one = Rule("r", "why", "own", "remove", pattern="x")
    other = Rule("r", "other", "own", "flag", pattern="x")
    assert repr(Phrases.of(RuleBook((one,)))) == repr(Phrases.of(RuleBook((other,))))
    assert hits(Phrases(()), ["x", "y"]).to_pylist() == [[], []]


DATA = Path(__file__).parents[2] / os.environ.get("CURATE_DATA", "../shared/data")


@pytest.mark.skipif(not DATA.is_dir(), reason="no real text: CURATE_DATA names no folder")
@pytest.mark.parametrize("name", ["reuters_en", "misc_zh"])
def test_no_leak_is_seen_in_texts_older_than_chat_models(name):
    texts = pq.read_table(DATA / "human" / f"{name}.parquet", columns=["text"])["text"]
    removing = {rule.id for rule in read_rule_books().rules if rule.then == "remove"}
    found = [pc.list_flatten(SHIPPED.hits(chunk.cast(pa.large_string()))).to_pylist() for chunk in texts.chunks]
    assert not removing & {rule_id for ids in found for rule_id in ids}
