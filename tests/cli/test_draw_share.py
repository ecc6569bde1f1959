"""The headline of a scan says a share only where labels or declarations carry it; else what reads as a machine's."""

from __future__ import annotations

from rich.console import Console

from curate.cli.draw_parts import _shown
from curate.cli.draw_share import best, bounds, draw_share
from curate.detect.known import KnownKinds
from curate.detect.share import Share

NARROW, WIDE = KnownKinds(0.24, 0.19, 0.29), KnownKinds(0.3, 0.0, 0.77)


def share(known: KnownKinds, low: float, high: float, verdict: str = "cannot-tell", by: str = "detected") -> Share:
    estimate = (low + high) / 2 if verdict == "estimated" else None
    return Share(verdict, estimate, low, high, 0.95, "tokens", by, (), None, known)


def drawn(figure: Share) -> list[str]:
    console = Console(width=200, color_system=None)
    with console.capture() as capture:
        console.print(draw_share(figure))
    return [line.strip() for line in capture.get().splitlines() if line.strip()]


def test_what_labels_prove_stands_first_though_it_is_wide() -> None:
    figure = share(WIDE, 0.216, 0.508, "at-least", "audited")
    lines = drawn(figure)
    assert lines[1] == "between 22 % and 51 % of the tokens, by labels (95 % confidence)"
    assert lines[2].startswith("0 % to 77 % of the tokens read as machine-written")
    assert bounds(figure) == (0.216, 0.508)
    assert "cannot tell" not in " ".join(lines)


def test_labels_that_narrow_carry_an_estimate() -> None:
    assert drawn(share(WIDE, 0.2, 0.4, "estimated", "audited"))[1].startswith("about 30 %, between 20 % and 40 % of")


def test_what_reads_as_machine_written_is_not_printed_as_the_share() -> None:
    figure = share(KnownKinds(0.0004, 0.0, 0.01), 0.0, 0.22, "estimated", "reference")
    lines = drawn(figure)
    assert lines[1] == "between 0 % and 22 % of the tokens (95 % confidence)"
    assert lines[2].startswith("<0.1 % (0 % to 1 %) of the tokens read as machine-written")
    assert best(figure) == 0.0004


def test_declarations_of_nearly_everything_carry_an_estimate() -> None:
    assert drawn(share(NARROW, 0.22, 0.24, "estimated", "reference"))[1].startswith("about 23 %, between 22 % and 24 %")


def test_a_narrow_reading_is_told_with_its_doubt_and_a_wide_one_is_not() -> None:
    assert drawn(share(NARROW, 0.0, 1.0))[1].startswith("24 % (19 % to 29 %) of the tokens read as machine-written")
    assert drawn(share(NARROW, 0.0, 1.0))[1].endswith("casts doubt on it")
    assert "doubt" not in " ".join(drawn(share(NARROW, 0.0, 1.0, "recognised")))
    assert drawn(share(WIDE, 0.0, 1.0))[1].startswith("cannot tell well: 0 % to 77 %")


def test_a_part_of_which_only_the_least_is_known_is_not_called_unknown() -> None:
    assert _shown(share(WIDE, 0.45, 0.9)) == "at least 45 %"
    assert _shown(share(WIDE, 0.0, 0.9)) == "cannot tell"
    assert _shown(share(NARROW, 0.1, 0.9)) == "24 %, at least 10 %"
