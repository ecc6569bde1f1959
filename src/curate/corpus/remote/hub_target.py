"""A data set of the Hub that is written to, in one commit; the Hub's own client sends the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from hashlib import file_digest, sha1
from pathlib import Path
from typing import Any

from curate.corpus.remote.hub_calls import Reply, refusal
from curate.corpus.remote.hub_client import check_online, client, token, transport_error
from curate.corpus.remote.hub_paths import parse_hub
from curate.corpus.remote.hub_tree import HubFile, tree_of
from curate.errors import CurateError, DataError, MachineError, UsageError
from curate.visible import visible

_FORM = "-o hf://datasets/ORG/NAME"
_OF_HUB = frozenset((".gitattributes",))  # what the Hub puts into a new data set
_TITLE = "Add a training mix with a certificate of its human share"


class Place:
    """As `Target`."""

    def __init__(self, place: str) -> None:
        self._place = parse_hub(place)
        if self._place.inside or self._place.config or self._place.splits:
            raise UsageError("a mix is a data set of its own", where=f"-o {place}", hint=_FORM)
        self._parent: str | None = None  # the commit that was there before; None: no data set

    def check(self) -> None:
        """As `Target`, in two calls: a data set that is there holds no file but the Hub's own."""
        where = self._place.where
        check_online(where)
        if not token():
            raise UsageError("writing needs a token that may write", where=f"-o {where}", hint="set HF_TOKEN")
        found = self._tree()
        if others := [file.path for file in found if file.path not in _OF_HUB]:
            raise UsageError(
                f"the output is there already ({visible(others[0])[:80]}), and nothing is overwritten",
                where=f"-o {where}", hint=_FORM,
            )  # fmt: skip

    def send(self, files: Mapping[str, Path], last: str) -> Iterator[int]:
        """As `Target`. A data set that is not there is made, a private one."""
        del last  # all are there at once
        yield 0
        place = self._place
        with _told(place.where):
            client("utils").disable_progress_bars()
            add, api = client().CommitOperationAdd, client().HfApi(token=token())
            if self._parent is None:
                api.create_repo(place.repository, repo_type="dataset", private=True)
            done = api.create_commit(
                place.repository,
                [add(name, str(path)) for name, path in files.items()],
                commit_message=_TITLE,
                repo_type="dataset",
                revision=place.revision,
                parent_commit=self._parent,
            )
        self._place = replace(place, revision=str(done.oid))
        self._check(files)
        yield sum(path.stat().st_size for path in files.values())

    def written(self) -> str:
        """As `Target`, with the commit."""
        return self._place.where

    def _tree(self) -> tuple[HubFile, ...]:
        try:
            tree = tree_of(self._place)
        except DataError as error:
            if error.message != "is not on the Hub, or is private" or self._place.revision != "main":
                raise
            return ()
        self._parent = tree.commit
        return tree.files

    def _check(self, files: Mapping[str, Path]) -> None:
        """Raises DataError where the commit does not hold what was sent."""
        there = {file.path: file for file in tree_of(self._place).files}
        for name, path in files.items():
            found = there.get(name)
            if found is None or found.size != path.stat().st_size or not _is_same(found, path):
                raise DataError("the Hub does not hold what was sent", where=f"{self._place.where}/{name}")


def _is_same(found: HubFile, path: Path) -> bool:
    """Compare by SHA-256 what the Hub keeps beside git, and small files by the id that git gives a blob."""
    kind, _, oid = found.blob.partition(":")
    if kind == "sha256":
        with path.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest() == oid
    data = path.read_bytes()
    return sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest() == oid


@contextmanager
def _told(where: str) -> Iterator[None]:
    """Turn what the client raises into errors that say what to do."""
    errors: Any = client("errors")
    try:
        yield
    except (errors.HfHubHTTPError, transport_error(), OSError, RuntimeError, ValueError) as error:
        cause = error.__cause__ if isinstance(error, RuntimeError) else error  # of one file
        if isinstance(cause, errors.HfHubHTTPError) and cause.response is not None:
            raise _refused(cause.response, where) from error
        said = visible(str(cause or error) or type(error).__name__).splitlines()[0][:120]
        raise MachineError(f"cannot be sent: {said}", where=where, hint="try later") from error


def _refused(answer: Any, where: str) -> CurateError:
    if answer.status_code == 412:
        return DataError("somebody wrote to it meanwhile", where=where, hint="write to another data set")
    if answer.status_code in (401, 403, 409):
        hint = "give the token write access, and look whether the name is free"
        return DataError("the Hub does not let you write", where=where, hint=hint)
    if answer.status_code >= 500 or answer.status_code == 429:
        return MachineError(f"the Hub takes no files now ({answer.status_code})", where=where, hint="try later")
    return refusal(Reply(answer.status_code, answer.headers, b""), where)
