"""Files of S3 and of what speaks its language, through Arrow: credentials come by the chain that all its tools know."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, lru_cache

import pyarrow as pa
from pyarrow import fs

from curate.corpus.remote.store import Entry, NotThere
from curate.errors import DataError, UsageError

_READ_BYTES = 1 << 20
_ASKED_AT_ONCE = 16
_TRIES = 6
_CODE = re.compile(r"AWS Error ([A-Z_]+)(?: \(HTTP status (\d+)\))?")
_SAID = {
    "NO_SUCH_BUCKET": "there is no such bucket",
    "ACCESS_DENIED": "is refused to you",
    "403": "is refused to you",
    "INVALID_ACCESS_KEY_ID": "the store does not know your access key",
    "SIGNATURE_DOES_NOT_MATCH": "the secret key does not fit your access key",
    "EXPIRED_TOKEN": "your credentials have expired",
    "INVALID_CLIENT_TOKEN_ID": "your credentials are not valid",
    "301": "the bucket lies in another region",
    "400": "the store does not take the request, perhaps for another region",
    "429": "the store answers too many requests, and after many tries too",
    "SLOW_DOWN": "the store answers too many requests, and after many tries too",
    "500": "the store is out of order, and after many tries too",
    "503": "the store is out of order or overrun, and after many tries too",
    "NETWORK_CONNECTION": "the store cannot be reached",
}
_WAYS = {
    "NO_SUCH_BUCKET": "aws s3 ls names yours",
    **dict.fromkeys(
        ("ACCESS_DENIED", "403", "INVALID_ACCESS_KEY_ID", "SIGNATURE_DOES_NOT_MATCH", "INVALID_CLIENT_TOKEN_ID"),
        "aws configure, or AWS_PROFILE, or AWS_SKIP_SIGNATURE=true for a public bucket",
    ),
    "EXPIRED_TOKEN": "aws sso login, or new ones in the environment",
    "301": "AWS_REGION=REGION, the one of the bucket",
    "400": "AWS_REGION=REGION, or new credentials",
    "NETWORK_CONNECTION": "is AWS_ENDPOINT_URL_S3 right? The same command goes on",
}


class Files:
    """As `Store`."""

    def entries(self, place: str) -> list[Entry]:
        """One request for a file, for a folder one for each thousand of its files."""
        bucket, key = parts_of(place)
        with told(place):
            store = system(bucket)
            there = store.get_file_info(f"{bucket}/{key}".rstrip("/"))
            if there.type == fs.FileType.File:
                found = [there]
            elif there.type == fs.FileType.Directory:
                found = store.get_file_info(fs.FileSelector(there.path, recursive=True))
            else:
                return []
            files = [one for one in found if one.type == fs.FileType.File and not one.path.endswith("/")]
            before = there.path.rpartition("/")[0] if found == [there] else there.path
            with ThreadPoolExecutor(_ASKED_AT_ONCE) as pool:
                return list(pool.map(lambda one: _entry(one, len(before) + 1), files))

    def read(self, entry: Entry, start: int, stop: int) -> Iterator[bytes]:
        """As `Store`; torn answers are asked for again by Arrow."""
        with told(entry.path):
            file = _open(entry.path, entry.tag)
            while start < stop and (piece := file.read_at(min(_READ_BYTES, stop - start), start)):
                start += len(piece)
                yield piece

    def changed(self, entries: Sequence[Entry]) -> list[Entry]:
        """As `Store`."""
        gone: list[Entry] = []
        with told(entries[0].path):
            for bucket in {parts_of(one.path)[0] for one in entries}:
                mine = [one for one in entries if parts_of(one.path)[0] == bucket]
                now = system(bucket).get_file_info(["/".join(parts_of(one.path)) for one in mine])
                gone += [was for was, found in zip(mine, now, strict=True) if _tag(found) != was.tag]
        return gone


def _entry(found: fs.FileInfo, before: int) -> Entry:
    path = f"s3://{found.path}"
    content = ""
    if path.lower().endswith(".parquet"):  # of which not all is read
        said = {key.lower(): value for key, value in (_open(path, _tag(found)).metadata() or {}).items()}
        etag = said.get("etag", b"").decode(errors="replace")
        content = f"{path} {etag} {found.size}" if etag else ""
    return Entry(path, found.path[before:], found.size, _tag(found), content)


def _tag(found: fs.FileInfo) -> str:
    return f"{found.mtime_ns} {found.size}" if found.type == fs.FileType.File else ""


def parts_of(place: str) -> tuple[str, str]:
    """Bucket and key, in which every character stands for itself."""
    bucket, _, key = place.partition("://")[2].partition("/")
    if not bucket:
        raise UsageError("names no bucket", where=place, hint="s3://BUCKET/FOLDER")
    if "@" in bucket:
        raise DataError("names no bucket; keys of access do not belong there", where=place, hint="s3://BUCKET/FOLDER")
    return bucket, key


@lru_cache(maxsize=256)
def _open(path: str, tag: str) -> pa.NativeFile:
    """A file of one state, open; several threads may read of it at once."""
    del tag
    bucket, key = parts_of(path)
    return system(bucket).open_input_file(f"{bucket}/{key}")


@cache
def system(bucket: str) -> fs.S3FileSystem:
    """Region, endpoint and signing as the usual variables have them."""
    said = os.environ
    endpoint = said.get("AWS_ENDPOINT_URL_S3") or said.get("AWS_ENDPOINT_URL") or None
    region = said.get("AWS_REGION") or said.get("AWS_DEFAULT_REGION")
    if region is None and endpoint is None:
        region = fs.resolve_s3_region(bucket)
    return fs.S3FileSystem(
        anonymous=said.get("AWS_SKIP_SIGNATURE", "").lower() in ("1", "true"),
        region=region, endpoint_override=endpoint, connect_timeout=20, request_timeout=60,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=_TRIES),
    )  # fmt: skip


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turn refusals of the store into errors that say what to do."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotThere("is not there", where=place, hint="is it written as the store has it?") from error
    except (OSError, pa.ArrowException) as error:
        code = _code(str(error))
        told = _SAID.get(code) or "cannot be read: " + str(error).rpartition("operation: ")[2].splitlines()[0][:200]
        raise DataError(told, where=place, hint=_WAYS.get(code, "the same command goes on")) from error


def _code(error: str) -> str:
    """The name of what went wrong, or the status where there is no name."""
    found = _CODE.search(error)
    return "" if not found else found[1] if found[1] in _SAID else found[2] or ""
