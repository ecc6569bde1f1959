"""Written documents of a mix, and the lines of a draw from them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from curate.corpus.files import DataFile
from curate.corpus.originals import read_judged
from curate.corpus.whole_text import read_text
from curate.detect.labels import Draw, strata_of
from curate.errors import DataError
from curate.jobs.mix.audit_rounds import Row
from curate.jobs.mix.certify import layouts, unit_measure
from curate.jobs.run.progress import Job
from curate.jobs.verify.job import measured
from curate.jobs.verify.recompute import Taken
from curate.measuring.counts import Fingerprint
from curate.measuring.judged import JudgedTokens
from curate.mixing.certificate import Certificate, parse_certificate

_EVEN = np.array([50])  # hundredths that the one stratum of a mix is taken to be a machine's, for want of scores


def read_written(
    folder: Path, tokenizer: str, workers: int
) -> Job[tuple[Certificate, list[DataFile], dict[str, pa.Table]]]:
    where = str(folder / "certificate.json")
    try:
        certificate = parse_certificate(read_text(folder / "certificate.json"), where=where)
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(
            f"cannot be read: {error}", where=where, hint="name a folder that `curate mix` wrote"
        ) from error
    unit = unit_measure(certificate, tokenizer, where=where)
    files, documents, _ = yield from measured(
        folder, layouts(certificate, where=where), (JudgedTokens(unit), Fingerprint()), workers, Taken()
    )
    return certificate, files, documents


def row_of(files: list[DataFile], documents: dict[str, pa.Table], folder: Path) -> Row:
    row = Row.of(pa.concat_tables([documents[file.name] for file in files]))
    if not row.tokens.sum():
        raise DataError("holds no token to draw", where=str(folder))
    return row


def texts_drawn(row: Row, start: int, draws: int) -> Draw:
    """Draws by the first document of each text: equal texts are asked for once, with the tokens of all."""
    text = row.texts()
    tokens = np.bincount(text, row.tokens, text.size).astype(np.int64)
    return Draw.of(strata_of(np.zeros_like(text), tokens, _EVEN), text[row.sequence(start, draws)])


def _starts(files: list[DataFile], documents: dict[str, pa.Table]) -> np.ndarray:
    return np.cumsum([0, *(documents[file.name].num_rows for file in files)])


def draw_name(files: list[DataFile], documents: dict[str, pa.Table], place: int) -> str:
    starts = _starts(files, documents)
    number = int(np.searchsorted(starts, place, side="right")) - 1
    row = documents[files[number].name].column("row")[place - int(starts[number])].as_py()
    return f"{files[number].name}#{row}"


def draw_lines(
    folder: Path,
    files: list[DataFile],
    documents: dict[str, pa.Table],
    places: NDArray[np.int64],
    certificate: Certificate,
    draw: str,
) -> list[dict[str, object]]:
    """One a document, in the order of the draw."""
    starts = _starts(files, documents)
    lines: dict[int, dict[str, object]] = {}
    columns = layouts(certificate, where=str(folder))
    for number, file in enumerate(files):
        here = (starts[number] <= places) & (places < starts[number + 1])
        inside = np.sort(places[here] - starts[number]).tolist()
        rows = documents[file.name].column("row").take(pa.array(inside, pa.int64())).to_pylist()
        texts: dict[int, str] = {}
        for layout in reversed(columns):
            for shard in file.shards:
                texts |= read_judged(shard, layout, np.array(rows, np.int64))
        for place, row in zip(inside, rows, strict=True):
            one: dict[str, object] = {
                "id": f"{file.name}#{row}",
                "text": texts.get(row, ""),
                "label": None,
                "draw": draw,
            }
            lines[place + int(starts[number])] = one
    return [lines[int(place)] for place in places]
