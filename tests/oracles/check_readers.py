"""Readers of what a check writes, of other people's making: GitHub's Markdown, the SARIF schema, Jenkins's XSD."""

from __future__ import annotations

import html.parser
import json
import re
from functools import cache
from pathlib import Path

import cmarkgfm
import jsonschema
import regex
import xmlschema
from cmarkgfm.cmark import Options

SCHEMAS = Path(__file__).parents[1] / "report/schemas"
UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{C}\p{Zl}\p{Zp}\u2800--\n]", regex.V1)
TAGS = {"h3", "h4", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "ul", "li"}


def acting_lines(text: str, format: str) -> list[str]:
    """Lines that a terminal or a runner of jobs would act on, and that are not our own annotations."""
    lines = text.split("\n")
    ours = re.compile(r"::(error|warning|notice) (file|title)=[^\r]*") if format == "github" else re.compile(r"(?!)")
    return [
        line for line in lines
        if not line.isprintable() or UNSEEN.search(line) or re.search(r"##\w*\[|section_(start|end):\d", line)
        or (line.lstrip().startswith("::") and not ours.fullmatch(line))
    ]  # fmt: skip


@cache
def sarif_schema() -> jsonschema.Draft4Validator:
    schema = json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text())
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


@cache
def junit_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))


class Page(html.parser.HTMLParser):
    """GitHub's rendering: its tags in order, the text of each cell, the text outside code."""

    def __init__(self, markdown: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.comments: list[str] = []
        self.outside: list[str] = []
        self.codes: list[str] = []
        self.rows: list[int] = []
        self.open: list[str] = []
        options = Options.CMARK_OPT_UNSAFE
        extensions = ["table", "autolink", "strikethrough"]
        self.feed(cmarkgfm.cmark.markdown_to_html_with_extensions(markdown, options, extensions))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert all(name == "align" for name, _ in attrs), attrs
        self.tags.append(tag)
        self.open.append(tag)
        if tag == "tr":
            self.rows.append(0)
        if tag in {"td", "th"}:
            self.rows[-1] += 1
        if tag == "code":
            self.codes.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "code" in self.open:
            self.codes[-1] += data
        else:
            self.outside.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)
