"""certificate.json is read to the last key; every field that can be recomputed is, and every edit of one is found."""

import json
from collections.abc import Iterator
from dataclasses import asdict, fields, replace
from fractions import Fraction
from typing import Any

import pytest

from curate.errors import VerdictError
from curate.mixing.certificate import (
    Amount,
    Certificate,
    Input,
    Output,
    Setting,
    Tails,
    certificate_text,
    digest,
    parse_certificate,
)
from curate.mixing.guarantee import DetectedBound, guarantee
from curate.mixing.recheck import AGAIN, Facts, differences_of, not_rechecked, recheck


def certificate(declared: int = 10) -> Certificate:
    tokens = {"audited": 0, "declared": declared, "detected": 60, "other": 40 - declared}
    bound = DetectedBound(-1.25, 5, 200)
    promise = guarantee(tokens, Fraction(3, 10), confidence=0.95, detected=bound)
    return Certificate(
        version=1,
        human_ratio=0.3,
        confidence=0.95,
        evidence=promise.evidence,
        guarantee=promise.guarantee,
        bound=promise.bound,
        basis=promise.basis,
        documents=4,
        tokens=100,
        tokens_by_class=tokens,
        human_tokens_at_least=promise.human_tokens,
        detected=bound,
        removed={"budget": 3, "near-duplicate": 1},
        languages={"en": Amount(3, 80), "zh": Amount(1, 20)},
        sources={"web": Amount(4, 100)},
        inputs=(Input("a.parquet", "f00d", 900),),
        outputs=(Output("data/0.parquet", "aa", 3, 80), Output("data/1.parquet", "bb", 1, 20)),
        settings={
            "human_ratio": Setting(0.3, "flag"),
            "confidence": Setting(0.95, "default"),
            "seed": Setting(42, "default"),
            "rules": Setting(("a.toml",), "curate.toml"),
            "budget": Setting(None, "default"),
            "max_tail_loss": Setting(0.2, "flag"),
        },
        rules="cafe",
        detector="beef",
        versions={"curate": "0.1.0"},
        tails=Tails(20_000, {"singleton_mass": 0.05}, {"singleton_mass": 0.048}, (-0.02, 0.11)),
    )


def facts(of: Certificate) -> Facts:
    known = {each.name for each in fields(Facts)}
    return Facts(**{each.name: getattr(of, each.name) for each in fields(of) if each.name in known})


def edits(value: Any) -> Iterator[Any]:
    """Copies of a JSON value, each with one leaf changed, dropped or added."""
    if isinstance(value, dict):
        for name in value:
            for edited in edits(value[name]):
                yield {**value, name: edited}
            yield {key: each for key, each in value.items() if key != name}
    elif isinstance(value, list):
        for i in range(len(value)):
            for edited in edits(value[i]):
                yield [*value[:i], edited, *value[i + 1 :]]
            yield value[:i] + value[i + 1 :]
            yield [*value, value[i]]
    elif isinstance(value, bool) or value is None:
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value * 1.001 + 1e-6, value - 1)
    else:
        yield value + "x"


RECHECKED = sorted({each.name for each in fields(Certificate)} - {"versions", "settings", "inputs"})


@pytest.mark.parametrize("field", AGAIN)
def test_every_single_edit_of_what_the_inputs_give_again_is_found(field: str) -> None:
    honest = certificate()
    plain = json.loads(certificate_text(honest))
    assert differences_of(honest, honest) == []
    for edited in edits(plain[field]):
        try:
            forged = parse_certificate(json.dumps({**plain, field: edited}))
        except VerdictError:
            continue
        assert differences_of(forged, honest) != [], edited


@pytest.mark.parametrize("limit", [0.1, "0.5", True])
def test_a_loss_that_may_be_beyond_the_limit_is_found(limit: object) -> None:
    honest = certificate()
    strict = replace(honest, settings={**honest.settings, "max_tail_loss": Setting(limit, "flag")})  # type: ignore[arg-type]
    found = [each.field for each in recheck(strict, facts(strict))]
    assert found == ([] if limit is True else ["settings.max_tail_loss"])
    unsure = replace(honest, tails=None)
    assert [each.field for each in recheck(unsure, facts(unsure))] == ["settings.max_tail_loss"]


@pytest.mark.parametrize("field", RECHECKED)
@pytest.mark.parametrize("declared", [10, 35])
def test_every_single_edit_of_a_field_that_can_be_recomputed_is_found(field: str, declared: int) -> None:
    honest = certificate(declared)
    truth = facts(honest)
    plain = json.loads(certificate_text(honest))
    unseen = []
    for edited in edits(plain[field]):
        try:
            found = recheck(parse_certificate(json.dumps({**plain, field: edited})), truth)
        except VerdictError:
            continue  # no longer a certificate
        if not found:
            unseen.append(edited)
    if field == "detected" and declared == 35:  # it rests on declared text: the bound is told, not used, and listed so
        assert "detected" in not_rechecked(honest, truth)
        return
    assert unseen == []


def test_an_honest_certificate_has_no_findings_and_says_what_was_not_checked() -> None:
    honest = certificate()
    assert recheck(honest, facts(honest)) == []
    less = replace(facts(honest), detector=None)
    assert recheck(honest, less) == []
    assert not_rechecked(honest, less, again=True) == ("settings", "versions")
    assert not_rechecked(honest, less) == (
        "inputs",
        "detector",
        "detected.machine_below_threshold_at_most",
        "detected.pool_tokens",
        "tails.corpus",
        "tails.interval",
        "settings",
        "versions",
    )


def test_every_field_is_rechecked_or_named_as_not_rechecked() -> None:
    honest = certificate()
    named = set(not_rechecked(honest, facts(honest)))
    bound = {"detected.machine_below_threshold_at_most", "detected.pool_tokens"}
    assert named == {"versions", "settings", "inputs", "tails.corpus", "tails.interval"} | bound
    assert {each.name for each in fields(Facts)} <= {each.name for each in fields(Certificate)}


def test_findings_name_the_file_what_was_certified_and_what_was_found() -> None:
    honest = certificate()
    changed = replace(facts(honest), outputs=(Output("data/0.parquet", "ab", 3, 80),))
    found = {(each.field, each.certified, each.found) for each in recheck(honest, changed) if "sha" in each.field}
    assert found == {("outputs.data/0.parquet.sha256", "aa", "ab")}
    lost = next(each for each in recheck(honest, changed) if each.field == "outputs.data/1.parquet")
    assert lost.found is None


def test_less_human_text_than_promised_is_found_as_such() -> None:
    honest = certificate()
    tokens = {"audited": 0, "declared": 10, "detected": 10, "other": 80}
    found = {each.field for each in recheck(honest, replace(facts(honest), tokens_by_class=tokens))}
    assert {"human_ratio", "bound", "human_tokens_at_least", "tokens_by_class.detected"} <= found


def test_a_certificate_survives_its_file_and_its_digest_moves_with_every_edit() -> None:
    honest = certificate()
    assert parse_certificate(certificate_text(honest)) == honest
    assert digest(honest) == digest(parse_certificate(certificate_text(honest)))
    plain = asdict(honest)
    digests = [digest(honest)]
    for each in fields(honest):
        edited = certificate_text(honest)
        for candidate in edits(json.loads(edited)[each.name]):
            try:
                digests.append(digest(parse_certificate(json.dumps({**json.loads(edited), each.name: candidate}))))
            except VerdictError:
                continue
    assert plain == asdict(honest)
    assert digests.count(digests[0]) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a certificate"),
        ("[]", "the whole is no object"),
        ("{}", "missing"),
        ('{"version": 2}', "version 2 is not known, 1 is"),
        ("[" * 100_000, "not a certificate"),
    ],
)
def test_what_is_no_certificate_is_refused_in_one_sentence(text: str, said: str) -> None:
    with pytest.raises(VerdictError) as caught:
        parse_certificate(text, where="mix/certificate.json")
    assert said in str(caught.value)
    assert caught.value.where == "mix/certificate.json"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("tokens", "100", "tokens is no int"),
        ("tokens", True, "tokens is no int"),
        ("extra", 1, "extra is unknown"),
        ("languages", {"en": {"documents": 1}}, "languages.en.tokens is missing"),
        ("outputs", [{"name": 3, "sha256": "", "documents": 0, "tokens": 0}], "outputs[0].name is no str"),
    ],
)
def test_a_field_of_another_type_is_named(field: str, value: object, said: str) -> None:
    plain = {**json.loads(certificate_text(certificate())), field: value}
    with pytest.raises(VerdictError) as caught:
        parse_certificate(json.dumps(plain))
    assert said in caught.value.message
