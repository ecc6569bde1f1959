"""A small store on loopback that speaks enough of S3 for Arrow's client: listing, heads, ranges, refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import md5
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

from web_server import running

PAGE = 1000  # keys of an answer to a listing


@dataclass
class Bucket:
    """Objects of a bucket by key; refusals: codes of errors by key, or "" for all; asked: method, key and Range."""

    name: str = "data"
    objects: dict[str, bytes] = field(default_factory=dict)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    sent: int = 0
    written: datetime = datetime(2026, 11, 1, tzinfo=UTC)
    url: str = ""
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)  # of uploads that are not complete, by id
    order: list[str] = field(default_factory=list)  # keys as they became whole


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket: Bucket

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""

    def handle(self) -> None:
        """Until whoever asks has had enough."""
        with suppress(ConnectionError):
            super().handle()

    def do_HEAD(self) -> None:
        self._object(with_body=False)

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        if "list-type" in asked:
            self._list(asked)
        else:
            self._object(with_body=True)

    def do_PUT(self) -> None:
        body = self._body()
        there, asked, key = self.bucket, parse_qs(urlsplit(self.path).query), self._key("PUT")
        if refusal := there.refusals.get(f"PUT {key}") or there.refusals.get("PUT"):
            self._refuse(*refusal, with_body=True)
            return
        if "partNumber" in asked:
            there.parts[asked["uploadId"][0]][int(asked["partNumber"][0])] = body
        else:
            self._hold(key, body)
        self._say(200, b"", {"ETag": f'"{md5(body).hexdigest()}"'})

    def do_POST(self) -> None:
        body = self._body()
        query = urlsplit(self.path).query
        there, asked, key = self.bucket, parse_qs(query, keep_blank_values=True), self._key("POST")
        if "uploads" in asked:
            if refusal := there.refusals.get(f"PUT {key}") or there.refusals.get("PUT"):
                self._refuse(*refusal, with_body=True)
                return
            id = f"upload-{len(there.parts)}"
            there.parts[id] = {}
            said = f"<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>"
        elif "uploadId" in asked:
            parts = there.parts.pop(asked["uploadId"][0])
            self._hold(key, b"".join(parts[number] for number in sorted(parts)))
            said = "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>"
        else:
            for gone in re.findall(r"<Key>(.*?)</Key>", body.decode()):
                there.objects.pop(unescape(gone), None)
            said = "<DeleteResult></DeleteResult>"
        self._say(200, said.encode(), {"Content-Type": "application/xml"})

    def do_DELETE(self) -> None:
        key = self._key("DELETE")
        self.bucket.objects.pop(key, None)
        self._say(204, b"", {})

    def _body(self) -> bytes:
        """Return the content that was sent, also in chunks of HTTP that hold chunks of AWS."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        return _unchunked(body) if "aws-chunked" in self.headers.get("Content-Encoding", "") else body

    def _key(self, method: str) -> str:
        key = unquote(urlsplit(self.path).path).lstrip("/").partition("/")[2]
        self.bucket.asked.append((method, key, ""))
        return key

    def _hold(self, key: str, content: bytes) -> None:
        self.bucket.objects[key] = content
        self.bucket.order.append(key)

    def _object(self, *, with_body: bool) -> None:
        there = self.bucket
        name, _, key = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
        there.asked.append((self.command, key, self.headers.get("Range", "")))
        if refusal := there.refusals.get(key) or there.refusals.get(""):
            self._refuse(*refusal, with_body=with_body)
        elif name != there.name:
            self._refuse(404, "NoSuchBucket", with_body=with_body)
        elif not key:
            self._say(200, b"", {})
        elif key not in there.objects:
            self._refuse(404, "NoSuchKey", with_body=with_body)
        else:
            self._send(there.objects[key], with_body=with_body)

    def _send(self, content: bytes, *, with_body: bool) -> None:
        written = format_datetime(self.bucket.written, usegmt=True)
        headers = {"ETag": f'"{md5(content).hexdigest()}"', "Last-Modified": written}
        found = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if not found:
            self._say(200, content, headers, with_body=with_body)
            return
        start, stop = int(found[1]), min(int(found[2]) + 1, len(content))
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(content)}"
        self._say(206, content[start:stop], headers, with_body=with_body)

    def _list(self, asked: dict[str, list[str]]) -> None:
        there = self.bucket
        prefix, token = asked.get("prefix", [""])[0], asked.get("continuation-token", [""])[0]
        delimiter = asked.get("delimiter", [""])[0]
        there.asked.append(("LIST", prefix, token))
        if refusal := there.refusals.get(""):
            self._refuse(*refusal, with_body=True)
            return
        keys = sorted(key for key in there.objects if key.startswith(prefix) and key > token)
        most = min(PAGE, int(asked.get("max-keys", ["1000"])[0]))
        shown = keys[:most]
        more = len(keys) > len(shown)
        folders = sorted({prefix + key[len(prefix) :].split(delimiter)[0] + delimiter for key in shown
                          if delimiter and delimiter in key[len(prefix) :]})  # fmt: skip
        plain = [key for key in shown if not delimiter or delimiter not in key[len(prefix) :]]
        body = f"<ListBucketResult><Name>{there.name}</Name><KeyCount>{len(shown)}</KeyCount>"
        body += f"<IsTruncated>{str(more).lower()}</IsTruncated>"
        if more:
            body += f"<NextContinuationToken>{escape(shown[-1])}</NextContinuationToken>"
        for key in plain:
            body += f"<Contents><Key>{escape(key)}</Key><Size>{len(there.objects[key])}</Size><LastModified>"
            body += f"{there.written:%Y-%m-%dT%H:%M:%S.000Z}</LastModified></Contents>"
        for folder in folders:
            body += f"<CommonPrefixes><Prefix>{escape(folder)}</Prefix></CommonPrefixes>"
        self._say(200, (body + "</ListBucketResult>").encode(), {"Content-Type": "application/xml"})

    def _refuse(self, status: int, code: str, *, with_body: bool) -> None:
        body = f"<Error><Code>{code}</Code><Message>{code} was said</Message></Error>".encode()
        self._say(status, body, {"Content-Type": "application/xml"}, with_body=with_body)

    def _say(self, status: int, body: bytes, headers: dict[str, str], *, with_body: bool = True) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.bucket.sent += len(body)
            self.wfile.write(body)


def _unchunked(body: bytes) -> bytes:
    """Content of a body in chunks that are signed one by one."""
    found, rest = b"", body
    while rest:
        head, _, rest = rest.partition(b"\r\n")
        size = int(head.partition(b";")[0] or b"0", 16)
        if not size:
            break
        found, rest = found + rest[:size], rest[size + 2 :]
    return found


@contextmanager
def storing(bucket: Bucket) -> Iterator[Bucket]:
    """The bucket under its `url` while the block runs."""
    with running(type("Request", (_Request,), {"bucket": bucket})) as bucket.url:
        yield bucket
