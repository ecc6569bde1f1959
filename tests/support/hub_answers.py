"""Answers of the Hub: repository info, trees in pages, files and where they lie, refs, discussions, commits."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote, unquote

from hub_repository import Repository, entry, git_oid, is_lfs

_NAME = r"(?P<name>[^/]+/[^/]+)"
_DAY = "2026-11-01T10:00:00.000Z"


class Serving(Protocol):
    """Parts of the server that answers need."""

    repositories: dict[str, Repository]
    tokens: tuple[str, ...]
    page: int
    writable: str

    @property
    def endpoint(self) -> str: ...

    @property
    def store(self) -> str: ...


@dataclass
class Answer:
    """A response; of a file the path by which its bytes are counted, and ranges of it may be asked for."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    path: str = ""
    is_file: bool = False


def as_json(value: object, headers: Mapping[str, str] | None = None) -> Answer:
    """A JSON answer."""
    return Answer(200, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})


def refused(status: int, code: str = "", message: str = "") -> Answer:
    """A refusal as the Hub words it: the code and the message are headers too."""
    headers = {name: value for name, value in (("X-Error-Code", code), ("X-Error-Message", message)) if value}
    return Answer(status, json.dumps({"error": message}).encode(), {"Content-Type": "application/json", **headers})


@dataclass
class _Asked:
    hub: Serving
    repository: Repository
    found: re.Match[str]
    query: dict[str, str]
    body: bytes
    method: str
    is_known: bool  # the caller has a right token

    def commit(self) -> str | None:
        return self.repository.resolve(unquote(self.found["revision"]))


def api(hub: Serving, method: str, path: str, query: dict[str, str], body: bytes, token: str) -> Answer:
    """The answer to a call that is not of the store."""
    if path == "/api/validate-yaml":
        return as_json({"errors": [], "warnings": []})
    if path == "/api/repos/create" and method == "POST":
        return _create(hub, body, token)
    for pattern, answer in _ROUTES:
        if found := re.fullmatch(f"{method} {pattern}", f"{method} {path}"):
            if token and token not in hub.tokens:
                return refused(401, "", "Invalid credentials in Authorization header")
            repository = hub.repositories.get(unquote(found["name"]))
            if why := _closed(repository, token, path):
                return why
            assert repository is not None
            return answer(_Asked(hub, repository, found, query, body, method, bool(token)))
    return refused(404, "", f"no such page: {path}")


def _create(hub: Serving, body: bytes, token: str) -> Answer:
    asked = json.loads(body)
    name = "/".join(filter(None, (asked.get("organization"), asked["name"])))
    if token not in hub.tokens or not name.startswith(hub.writable):
        return refused(403, "", "You don't have the rights to create a dataset under this namespace")
    is_private = bool(asked.get("private")) or asked.get("visibility") == "private"
    made = hub.repositories[name] = Repository(name, is_private=is_private)
    made.commit({".gitattributes": b"*.parquet filter=lfs\n"})
    return as_json({"url": f"{hub.endpoint}/datasets/{name}", "name": name, "id": "1"})


def _closed(repository: Repository | None, token: str, path: str) -> Answer | None:
    """Why a repository does not open: as the Hub does, a private one is as good as missing to a stranger."""
    if repository is None or (repository.is_private and not token):
        if not token:
            return refused(401, "", "Invalid username or password.")
        return refused(404, "RepoNotFound", "Repository not found")
    if repository.is_disabled:
        return refused(403, "", "Access to this resource is disabled.")
    if repository.is_gated and "/resolve/" in path:
        where = f"https://huggingface.co/datasets/{repository.name}"
        if not token:
            return refused(401, "GatedRepo", f"Access to dataset {repository.name} is restricted. See {where}")
        return refused(403, "GatedRepo", f"Access to dataset {repository.name} is restricted. Visit {where}")
    return None


def _info(asked: _Asked) -> Answer:
    name = asked.found.groupdict().get("revision") or "main"
    commit = asked.repository.resolve(unquote(name))
    if commit is None:
        return refused(404, "RevisionNotFound", f"Invalid rev id: {name}")
    siblings = [{"rfilename": path} for path in sorted(asked.repository.commits[commit])]
    return as_json(
        {
            "_id": "1", "id": asked.repository.name, "sha": commit, "private": asked.repository.is_private,
            "gated": "auto" if asked.repository.is_gated else False, "disabled": False, "downloads": 0, "likes": 0,
            "tags": [], "lastModified": _DAY, "createdAt": _DAY, "siblings": siblings,
        }
    )  # fmt: skip


def _tree(asked: _Asked) -> Answer:
    commit = asked.commit()
    if commit is None:
        return refused(404, "RevisionNotFound", f"Invalid rev id: {asked.found['revision']}")
    folder = unquote((asked.found["path"] or "").lstrip("/"))
    recursive = asked.query.get("recursive", "false").lower() in ("true", "1")
    entries = asked.repository.entries(commit, folder, recursive=recursive)
    if folder and not entries:
        return refused(404, "EntryNotFound", f"{folder} does not exist on {asked.found['revision']}")
    start = int(asked.query.get("cursor", "0"))
    page = 50 if asked.query.get("expand", "false").lower() == "true" else asked.hub.page
    headers = {}
    if start + page < len(entries):
        place = f"{asked.hub.endpoint}/api/datasets/{asked.repository.name}/tree/{asked.found['revision']}"
        place += asked.found["path"] or ""
        headers["Link"] = f'<{place}?recursive={asked.query.get("recursive")}&cursor={start + page}>; rel="next"'
    return as_json(entries[start : start + page], headers)


def _resolve(asked: _Asked) -> Answer:
    commit = asked.commit()
    if commit is None:
        return refused(404, "RevisionNotFound", f"Invalid rev id: {asked.found['revision']}")
    path = unquote(asked.found["path"])
    data = asked.repository.commits[commit].get(path)
    if data is None:
        return Answer(404, b"Entry not found", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": commit})
    headers = {"X-Repo-Commit": commit, "ETag": f'"{git_oid(data)}"'}
    if not is_lfs(path, data):
        return Answer(200, data, headers, path, is_file=True)
    oid = hashlib.sha256(data).hexdigest()
    place = f"{asked.hub.store}/{asked.repository.name}/{oid}?path={quote(path)}&Signature=s3cret"
    linked = {"X-Linked-Size": str(len(data)), "X-Linked-ETag": f'"{oid}"', "Location": place}
    return Answer(302, f"Found. Redirecting to {place}".encode(), {**headers, **linked})


def stored(repositories: dict[str, Repository], path: str, method: str, body: bytes) -> Answer:
    """A file by its sha256, as the store gives it; or a file that is put there."""
    _, _, owner, name, oid = path.split("/", 4)
    repository = repositories[f"{owner}/{name}"]
    if method == "PUT":
        repository.uploads[oid] = body
        return Answer(200, b"", {"ETag": f'"{oid}"'})
    for files in repository.commits.values():
        for place, data in files.items():
            if is_lfs(place, data) and hashlib.sha256(data).hexdigest() == oid:
                return Answer(200, data, {"ETag": f'"{oid}"'}, place, is_file=True)
    return Answer(403, b"<Error>AccessDenied</Error>")


def _refs(asked: _Asked) -> Answer:
    def named(prefix: str) -> list[dict[str, str]]:
        found = [(ref, oid) for ref, oid in asked.repository.refs.items() if ref.startswith(prefix)]
        return [{"name": ref.removeprefix(prefix), "ref": ref, "targetCommit": oid} for ref, oid in found]

    heads = [(ref, oid) for ref, oid in asked.repository.refs.items() if not ref.startswith("refs/")]
    branches = [{"name": ref, "ref": f"refs/heads/{ref}", "targetCommit": oid} for ref, oid in heads]
    return as_json(
        {
            "branches": branches, "converts": named("refs/convert/"), "tags": named("refs/tags/"),
            "pullRequests": named("refs/pr/"),
        }
    )  # fmt: skip


def _paths(asked: _Asked) -> Answer:
    commit = asked.commit()
    if commit is None:
        return refused(404, "RevisionNotFound", f"Invalid rev id: {asked.found['revision']}")
    wanted = [unquote(one.partition("=")[2].replace("+", " ")) for one in asked.body.decode().split("&")]
    files = asked.repository.commits[commit]
    return as_json([entry(path, files[path]) for path in wanted if path in files])


def _discussion(asked: _Asked) -> Answer:
    number = int(asked.found["number"])
    if number not in asked.repository.comments:
        return refused(404, "", "Discussion not found")
    return as_json(
        {
            "title": "Add rows", "num": number, "author": {"name": "someone"}, "createdAt": _DAY, "status": "open",
            "repo": {"name": asked.repository.name, "type": "dataset"}, "isPullRequest": True,
            "changes": {"base": "refs/heads/main"}, "filesWithConflicts": [],
            "events": [_event(one) for one in asked.repository.comments[number]],
        }
    )  # fmt: skip


def _event(comment: dict[str, str]) -> dict[str, object]:
    latest = {"raw": comment["content"], "html": "", "updatedAt": _DAY}
    data = {"edited": False, "hidden": False, "latest": latest, "history": []}
    return {
        "id": comment["id"], "type": "comment", "createdAt": _DAY, "author": {"name": comment["author"]}, "data": data,
    }  # fmt: skip


def _comment(asked: _Asked) -> Answer:
    if not asked.is_known:
        return refused(401, "", "Invalid username or password.")
    found = asked.repository.comments.setdefault(int(asked.found["number"]), [])
    found.append({"id": f"{len(found) + 1:024x}", "author": "me", "content": json.loads(asked.body)["comment"]})
    return as_json({"newMessage": _event(found[-1])})


def _edit(asked: _Asked) -> Answer:
    if not asked.is_known:
        return refused(401, "", "Invalid username or password.")
    for comment in asked.repository.comments.get(int(asked.found["number"]), []):
        if comment["id"] == asked.found["comment"]:
            comment["content"] = json.loads(asked.body)["content"]
            return as_json({"updatedComment": _event(comment)})
    return refused(404, "", "Comment not found")


def _preupload(asked: _Asked) -> Answer:
    files = json.loads(asked.body)["files"]
    modes = ["lfs" if is_lfs(one["path"], b"\0" * min(one["size"], 1)) else "regular" for one in files]
    found = [
        {"path": one["path"], "uploadMode": mode, "shouldIgnore": False} for one, mode in zip(files, modes, strict=True)
    ]
    return as_json({"files": found})


def _batch(asked: _Asked) -> Answer:
    place = f"{asked.hub.store}/{asked.repository.name}"
    objects = [
        {**one, "authenticated": True, "actions": {"upload": {"href": f"{place}/{one['oid']}", "header": {}}}}
        for one in json.loads(asked.body)["objects"]
    ]
    return as_json({"transfer": "basic", "objects": objects})


def _commit(asked: _Asked) -> Answer:
    if not asked.is_known:
        return refused(401, "", "Invalid username or password.")
    files: dict[str, bytes | None] = {}
    ref = unquote(asked.found["revision"])
    for line in map(json.loads, asked.body.splitlines()):
        value = line["value"]
        if line["key"] == "header":
            if value.get("parentCommit", asked.repository.refs.get(ref)) != asked.repository.refs.get(ref):
                return refused(412, "", "A commit has happened since. Please refresh and try again.")
        elif line["key"] == "file":
            files[value["path"]] = base64.b64decode(value["content"])
        elif line["key"] == "lfsFile":
            files[value["path"]] = asked.repository.uploads[value["oid"]]
        elif line["key"] == "deletedFile":
            files[value["path"]] = None
        elif line["key"] == "deletedFolder":
            held = asked.repository.commits[asked.repository.refs[ref]]
            files.update(dict.fromkeys(path for path in held if path.startswith(value["path"].rstrip("/") + "/")))
    oid = asked.repository.commit(files, ref)
    place = f"{asked.hub.endpoint}/datasets/{asked.repository.name}/commit/{oid}"
    return as_json({"success": True, "commitOid": oid, "commitUrl": place, "pullRequestUrl": None})


_API = f"/api/datasets/{_NAME}"
_REVISION = "(?P<revision>[^/]+)"
_NUMBER = r"/discussions/(?P<number>\d+)"
_ROUTES: tuple[tuple[str, Callable[[_Asked], Answer]], ...] = (
    (rf"{_API}", _info),
    (rf"{_API}/revision/{_REVISION}", _info),
    (rf"{_API}/tree/{_REVISION}(?P<path>/.*)?", _tree),
    (rf"{_API}/refs", _refs),
    (rf"{_API}/paths-info/{_REVISION}", _paths),
    (rf"{_API}{_NUMBER}", _discussion),
    (rf"{_API}{_NUMBER}/comment", _comment),
    (rf"{_API}{_NUMBER}/comment/(?P<comment>[0-9a-f]+)/edit", _edit),
    (rf"{_API}/preupload/{_REVISION}", _preupload),
    (rf"{_API}/commit/{_REVISION}", _commit),
    (rf"/datasets/{_NAME}/resolve/{_REVISION}/(?P<path>.+)", _resolve),
    (rf"/datasets/{_NAME}\.git/info/lfs/objects/batch", _batch),
)
