"""One page that labels a file in a browser: without a network, texts as data, nothing that tells the score shown."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.resources import files

from curate.visible import printable_json, visible, visible_text

LONGEST = 1_000_000  # characters of a text that a page shows
_FIELD = re.compile(r"@(policy|style|data|script|name)@")

Line = str | tuple[int, Sequence[str]]


def label_page(
    name: str,
    texts: Sequence[str],
    labels: Sequence[str | None],
    lines: Sequence[Line],
    *,
    quoted: bool,
    seconds: int,
    every: int,
    record: Mapping[str, object] | None = None,
) -> str:
    """The page. name: of the file that it saves; lines: of that file, a row by number and what lies around its label.

    quoted: labels are JSON; seconds: that a document is taken to need; record: of the draw, as label_interval.js reads
    it, for the interval after `every` so many labels.
    """
    digest = sha256("\n".join([name, *texts]).encode(errors="surrogatepass")).hexdigest()[:16]
    shown = [_shown(text) for text in texts]
    data = {
        "name": name, "digest": digest, "texts": shown, "labels": labels, "lines": lines, "quoted": quoted,
        "seconds": seconds, "every": every, "record": _packed(record),
    }  # fmt: skip
    style, script = _part("label_page.css"), _part("label_interval.js") + _part("label_page.js")
    allowed = f"style-src {_hash(style)}; script-src {_hash(script)}"
    parts = {
        "policy": f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'",
        "style": style,
        "data": _as_data(data),
        "script": script,
        "name": html.escape(visible(name)),
    }
    return _FIELD.sub(lambda found: parts[found[1]], _part("label_page.html"))


def _shown(text: str) -> str:
    more = f"\n[…] the first {LONGEST:,} of {len(text):,} characters" if len(text) > LONGEST else ""
    return visible_text(text[:LONGEST]) + more


def _as_data(value: object) -> str:
    """JSON in which no sign means anything to HTML."""
    text = printable_json(json.dumps(value, ensure_ascii=False))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _packed(record: Mapping[str, object] | None) -> str | None:
    return None if record is None else base64.b64encode(json.dumps(record).encode()).decode()


def _part(name: str) -> str:
    return (files("curate.report") / name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(content.encode()).digest()).decode()}'"
