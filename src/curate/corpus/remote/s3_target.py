"""A folder of a bucket that is written to: files one by one, the one that makes them whole at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from pyarrow import fs

from curate.corpus.remote.s3 import parts_of, system, told
from curate.errors import DataError, UsageError

_PIECE = 8 << 20  # bytes; S3 takes parts of 5 MiB and more


class Place:
    """As `Target`."""

    def __init__(self, place: str) -> None:
        bucket, key = parts_of(place)
        self._place = place.rstrip("/")
        self._folder = f"{bucket}/{key}".rstrip("/")
        self._bucket = bucket

    def check(self) -> None:
        """As `Target`, in two requests."""
        with told(self._place):
            store = system(self._bucket)
            if store.get_file_info(self._bucket).type != fs.FileType.Directory:
                raise UsageError("there is no such bucket", where=f"-o {self._place}", hint="aws s3 ls names yours")
            there = store.get_file_info(self._folder)
            if there.type == fs.FileType.Directory:
                found = store.get_file_info(fs.FileSelector(self._folder, recursive=True, allow_not_found=True))
                if all(one.type == fs.FileType.Directory for one in found):
                    return
            elif there.type == fs.FileType.NotFound:
                return
        raise UsageError(
            "the output is there already, and nothing is overwritten",
            where=f"-o {self._place}",
            hint="-o NEW; what a killed command left has no certificate.json and may be removed",
        )

    def send(self, files: Mapping[str, Path], last: str) -> Iterator[int]:
        """As `Target`. What was sent is taken away again where the rest cannot be; Arrow leaves empty folders."""
        sent: list[str] = []
        done = 0
        try:
            for name in [*(name for name in files if name != last), last]:
                sent.append(name)
                for count in self._write(files[name], name):
                    done += count
                    yield done
                self._check_size(files[name], name)
        except BaseException:
            for name in reversed(sent):
                with suppress(OSError):
                    system(self._bucket).delete_file(f"{self._folder}/{name}")
            raise

    def written(self) -> str:
        """As `Target`."""
        return self._place

    def _write(self, path: Path, name: str) -> Iterator[int]:
        with (
            told(self._place),
            path.open("rb") as source,
            system(self._bucket).open_output_stream(f"{self._folder}/{name}", compression=None) as sink,
        ):
            while piece := source.read(_PIECE):
                sink.write(piece)
                yield len(piece)

    def _check_size(self, path: Path, name: str) -> None:
        with told(self._place):
            found = system(self._bucket).get_file_info(f"{self._folder}/{name}")
        if found.type != fs.FileType.File or found.size != path.stat().st_size:
            raise DataError("the store does not hold what was sent", where=f"{self._place}/{name}")
