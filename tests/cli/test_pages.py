"""README.md and docs/: examples show what commands print, tables list every option, links lead somewhere."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from pages import console, demo, figures, options, picture

from corpora import Outcome
from curate.diversity.alarm_level import KINDS
from curate.diversity.figures import FIGURES
from curate.figure_names import NAMES
from curate.rulebook.metric_names import check_metric
from curate.rulebook.wording import name_of

Curate = Callable[..., Outcome]
ROOT = Path(__file__).parents[2]
PAGES = demo.pages(ROOT)
ALL = [*PAGES, ROOT / "SECURITY.md", *sorted((ROOT / "docs/evidence").glob("*.md"))]
OTHERS = {  # of git, of pip, of scripts, of zstd
    "--depth", "--write", "--require-hashes", "--no-deps", "--no-build-isolation", "--data", "--scores", "--more",
    "--leave-out", "--version", "--help", "--long",
}  # fmt: skip
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def shows_outputs(page: Path) -> bool:
    blocks = console.BLOCK.findall(page.read_text(encoding="utf-8"))
    return any(shown.strip() for block in blocks for _, shown in console.steps(block))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder that `curate demo demo` leaves; skips where the pages were made by another Python or other releases."""
    folder = demo.make(tmp_path_factory.mktemp("pages") / "made")
    if demo.made_with(folder) != (ROOT / "docs/examples.json").read_text(encoding="utf-8"):
        pytest.skip("examples were run with another Python or other packages, as docs/examples.json says")
    return folder


@pytest.mark.parametrize("page", list(filter(shows_outputs, PAGES)), ids=name)
def test_examples_show_what_their_commands_print(curate: Curate, made: Path, tmp_path: Path, page: Path) -> None:
    del curate  # its fixture keeps baselines out of the user's cache
    text = page.read_text(encoding="utf-8")
    assert console.renewed(text, demo.Runner(made, tmp_path / "work")) == text, "scripts/docs renews it"


def test_the_picture_is_of_a_run(made: Path) -> None:
    assert picture.draw(made) == (ROOT / picture.FILE).read_text(encoding="utf-8"), "scripts/docs renews it"


def test_every_figure_of_the_table_is_one_that_a_gate_can_name() -> None:
    assert figures.page() == (ROOT / figures.FILE).read_text(encoding="utf-8"), "scripts/docs renews it"
    only_compared = {"diversity.singleton_pairs", "diversity.common_vocabulary"}
    for key in set(NAMES) - only_compared:
        check_metric(key, "", (), ())
        assert name_of(key) == NAMES[key].name
    assert only_compared == {f"diversity.{key}" for key in KINDS} - {f"diversity.{key}" for key in FIGURES}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_of_a_page_parses(curate: Curate, page: Path) -> None:
    for words in console.commands(page.read_text(encoding="utf-8")):
        outcome = curate(*words, "--help")
        assert outcome.code == 0, (words, outcome.err)


def test_every_command_has_a_page_with_all_its_options(curate: Curate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")  # a narrow help cuts names off
    pages = {page.stem for page in (ROOT / "docs/commands").glob("*.md")}
    assert pages == {each.split()[0] for each in options.command_names()}
    for page in pages:
        text = (ROOT / f"docs/commands/{page}.md").read_text(encoding="utf-8")
        assert options.renewed(text, page) == text, "scripts/docs renews it"
    for command in options.command_names():
        offered = set(re.findall(r"--[a-z][a-z-]+\b", " ".join(curate(*command.split(), "--help").out.split())))
        text = (ROOT / f"docs/commands/{command.split()[0]}.md").read_text(encoding="utf-8")
        assert "--help" in offered
        assert {one for one in offered if f"`{one}`" not in text} <= {"--help"}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_option_that_a_page_names_is_there(page: Path) -> None:
    offered = {
        one for command in options.command_names() for one in re.findall(r"--[a-z][a-z-]+", options.reference(command))
    }
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", page.read_text(encoding="utf-8")))
    assert named - OTHERS <= offered


@pytest.mark.parametrize("page", ALL, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        place, _, anchor = target.partition("#")
        if "://" in place:
            continue
        found = page.parent / place if place else page
        assert found.exists(), target
        if anchor:
            assert anchor in anchors(found), target


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_toml_of_a_page_is_toml(page: Path) -> None:
    for block in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        tomllib.loads(block)


def test_rules_of_a_page_are_read(curate: Curate, tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/rules.md").read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "mine.toml").write_text("\n".join(blocks), encoding="utf-8")
    text = "Lorem ipsum dolor sit amet, and so on to the end of the page."
    (tmp_path / "a.jsonl").write_text(f'{{"text": "{text}", "site": "archive-1998"}}\n', encoding="utf-8")
    outcome = curate("scan", "a.jsonl", "--rules", "mine.toml", "--source-column", "site", "--json")
    assert outcome.code == 0, outcome.err
    assert '"no-lorem": 1' in outcome.out.replace('"no-lorem":1', '"no-lorem": 1')


def test_an_excerpt_keeps_the_lines_that_a_page_shows() -> None:
    printed = "head 1\na 10\nb 20\nc 30\nd 40\n"
    assert console.excerpt(printed, "...\na 9\nb 9\n...\nd 9\n") == "...\na 10\nb 20\n...\nd 40\n"
    with pytest.raises(ValueError, match="no line"):
        console.excerpt(printed, "...\nx\n")
    page = "```console\n$ curate scan x\nold\n$ ls\nleft\n```\n"
    assert console.renewed(page, lambda words: " ".join(words)) == page.replace("old", "scan x")
