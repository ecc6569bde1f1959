"""Numbers sorted into partitions, on disk beyond a limit; it does not know what they mean."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray


class Spill:
    """Partitions of uint64 numbers: all are added first, then each is taken once; the order within one is undefined.

    Beyond `memory` bytes they go to one file in `folder` that has no name: nothing is left of it, whatever happens.
    """

    def __init__(self, partitions: int, memory: int, folder: Path | None) -> None:
        self._held: list[list[NDArray[np.uint64]]] = [[] for _ in range(partitions)]
        self._written: list[list[tuple[int, int]]] = [[] for _ in range(partitions)]  # offset, bytes
        self._bytes = 0
        self._memory = memory
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (closed by __exit__)
        self._end = 0

    def __enter__(self) -> Self:
        """Gives the space back when the block ends."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close the file, after an error too."""
        self._file.close()

    def add(self, partition: int, numbers: NDArray[np.uint64]) -> None:
        """Not from several threads at a time. The array is kept, not copied."""
        self._held[partition].append(numbers)
        self._bytes += numbers.nbytes
        if self._bytes > self._memory:
            self._write()

    def take(self, partition: int) -> NDArray[np.uint64]:
        """All numbers of a partition, a new array; from any thread."""
        held, self._held[partition] = self._held[partition], []
        read = [
            np.frombuffer(os.pread(self._file.fileno(), size, offset), np.uint64)
            for offset, size in self._written[partition]
        ]
        return np.concatenate([np.zeros(0, np.uint64), *read, *held])

    def _write(self) -> None:
        for partition, arrays in enumerate(self._held):
            if arrays:
                content = np.concatenate(arrays)
                self._file.write(content.data)
                self._written[partition].append((self._end, content.nbytes))
                self._end += content.nbytes
                arrays.clear()
        self._file.flush()
        self._bytes = 0
