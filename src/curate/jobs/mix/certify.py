"""The certificate of a choice: what was promised, from what, by which settings."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, replace
from pathlib import Path

import pyarrow as pa

from curate.corpus.label_words import as_scores, parse_label_map
from curate.corpus.remote.hub_origins import hub_origins
from curate.corpus.taken_columns import ROLES
from curate.corpus.text_order import text_order
from curate.errors import UsageError, VerdictError
from curate.jobs.mix.choose import Choice
from curate.jobs.run.manifest import ELSEWHERE, versions
from curate.jobs.run.plan import MixPlan
from curate.jobs.scan.corpus import Corpus
from curate.jobs.scan.date_columns import reading_texts
from curate.jobs.scan.second_pass import Asked
from curate.jobs.scan.summary import amounts
from curate.measuring.measure import Measure
from curate.measuring.units import BYTES, token_measure, unit_name
from curate.mixing.certificate import VERSION, WORDING, Certificate, Input, Output, Setting, Tails
from curate.schema import LONGEST, Amount, Columns

STAND_APART = ("paths", "columns", *ELSEWHERE, "trusted", "labels")  # no mix depends on them, or they stand apart


def certify(
    plan: MixPlan, asked: Asked, choice: Choice, outputs: tuple[Output, ...], tails: Tails | None
) -> Certificate:
    """Everything but `outputs` is known before a byte is written."""
    found = asked.found
    written = found.documents.select(["language", "source", "tokens"]).take(pa.array(choice.order))
    promise = choice.guarantee
    return Certificate(
        version=VERSION,
        human_ratio=plan.request.human_ratio,
        confidence=plan.request.confidence,
        evidence=promise.evidence,
        guarantee=promise.guarantee,
        bound=promise.bound,
        basis=promise.basis,
        documents=len(choice.order),
        tokens=sum(choice.tokens_by_class.values()),
        tokens_by_class=choice.tokens_by_class,
        human_tokens_at_least=promise.human_tokens,
        detected=choice.detected,
        removed=choice.removed_counts,
        languages=_amounts(written, "language"),
        sources=_amounts(written, "source"),
        inputs=inputs_of(found),
        outputs=outputs,
        settings=_settings(plan, asked, choice.doubts),
        rules=found.book.fingerprint,
        detector=found.detector.fingerprint,
        versions=versions(),
        tails=tails,
    )


def inputs_of(found: Corpus) -> tuple[Input, ...]:
    """The files of a corpus, as a certificate names them."""
    return tuple(Input(f.name, f.fingerprint, f.text_bytes) for f in found.files)


def layouts(certificate: Certificate, *, where: str) -> tuple[Columns, ...]:
    """The columns that files of the input had, most preferred text first: a written row has the first that it can.

    Raises VerdictError where the settings do not say.
    """
    try:
        texts = certificate.settings["layouts"].value
        found = tuple(_layout(json.loads(text)) for text in texts if texts) if isinstance(texts, tuple) else ()
    except (KeyError, TypeError, ValueError, RecursionError):
        found = ()
    if not found:
        raise VerdictError("its settings do not say which columns were read", where=where, hint="fetch the file again")
    return found


def label_mapping(certificate: Certificate) -> dict[str, str]:
    """Label map of the mix. Raises VerdictError where the setting is none."""
    setting = certificate.settings.get("label_map")
    try:
        mapping = parse_label_map(setting.value) if setting and isinstance(setting.value, tuple) else {}
    except UsageError as error:
        raise VerdictError(error.message, where="certificate.json", hint="fetch the file again") from error
    scores = certificate.settings.get("label_scores")
    return as_scores(mapping) if scores and scores.value is True else mapping


def unit_measure(certificate: Certificate, tokenizer: str, *, where: str) -> Measure:
    """Measure that counts the tokens of a mix. Raises UsageError where its tokenizer is not given."""
    setting = certificate.settings.get("tokenizer")
    unit = str(setting.value) if setting else "curate"
    measure = token_measure(BYTES if unit == BYTES else tokenizer)
    if unit_name(measure) == unit:
        return measure
    if tokenizer:
        raise VerdictError(f"was not counted by {tokenizer} but by {unit}", where=where, hint="give that --tokenizer")
    raise UsageError(f"was counted by {unit}", where=where, hint="--tokenizer FILE")


def _layout(found: object) -> Columns:
    """Raises ValueError and TypeError for anything but Columns."""
    values = dict(found) if isinstance(found, dict) else {}
    extra, longest = values.pop("extra", ()), values.pop("longest", LONGEST)
    if not all(isinstance(name, str) for name in (*values.values(), *extra)) or not values.get("text"):
        raise ValueError("no columns")
    if not isinstance(longest, int):
        raise TypeError("no size")
    return Columns(**values, extra=tuple(extra), longest=longest)


def _layout_text(columns: Columns) -> str:
    """Settled columns, whose text names the turns of a chat itself; the reading of dates knows rivals."""
    found = {
        name: value
        for name, value in asdict(columns).items()
        if name not in ("role", "txt", "rival") and (value or name != "judged")
    }
    return json.dumps(found, ensure_ascii=False)


def _settings(plan: MixPlan, asked: Asked, doubts: tuple[str, ...]) -> dict[str, Setting]:
    origins = plan.scan.origins
    settled = {f.name: getattr(plan.scan, f.name) for f in fields(plan.scan) if f.name not in STAND_APART}
    settled |= {f"{role}_column": getattr(plan.scan.columns, role) for role in ROLES}
    settled |= {"max_document_size": plan.scan.columns.longest}
    settled |= {"role": plan.scan.columns.role, "txt": plan.scan.columns.txt}
    settled |= asdict(plan.request)
    told = {name: Setting(_plain(value), origins.get(name, "default")) for name, value in settled.items()}
    told |= {
        "exclude": replace(told["exclude"], value=asked.excluded_files),
        "tokenizer": replace(told["tokenizer"], value=asked.unit),
        "index": replace(told["index"], value=asked.found.matches.corpora if asked.found.matches else None),
    }
    kinds = dict.fromkeys(map(_layout_text, (task.columns for task in asked.found.tasks)))
    told["dates"] = Setting(reading_texts(asked.found.declared.dates), "data")
    labels = asked.found.declared.labels
    if hub := hub_origins(plan.scan.paths, (file.path for file in asked.found.files)):
        told["hub"] = Setting(tuple(one.pinned() for one in hub), "data")
        partial = [one.sentence() for one in hub if one.converted]
        told |= {"hub_conversion": Setting(tuple(partial), "data")} if partial else {}
    if labels is not None and labels.class_entries:
        told["label_map"] = Setting((*plan.scan.label_map, *labels.class_entries), "data")
    told["label_scores"] = Setting(labels is not None and labels.scores, "data")
    told["declared_by"] = Setting((*asked.found.declared.sentences(), *(f"In doubt: {one}." for one in doubts)), "data")
    order = text_order(asked.found.files, {task.shard.name: task.columns.text for task in asked.found.tasks})
    layouts = sorted(kinds, key=lambda layout: (order.index(json.loads(layout)["text"]), layout))
    return {**told, "layouts": Setting(tuple(layouts), "data"), "wording": Setting(WORDING, "data")}


def _plain(value: object) -> str | int | float | bool | tuple[str, ...] | None:
    if isinstance(value, (list, tuple)):
        return tuple(str(item) for item in value)
    if isinstance(value, Path):
        return str(value)
    assert value is None or isinstance(value, (str, int, float, bool))
    return value


def _amounts(written: pa.Table, column: str) -> dict[str, Amount]:
    return {name: Amount(a.documents, a.tokens) for name, a in amounts(written, column).items()}
