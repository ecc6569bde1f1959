"""GitHub's runner and interface, as far as action.yml needs them: its own steps run, those of others are skipped."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

ACTION = Path(__file__).parents[2]
PER_PAGE = 100
PYTHON = f"""#!/bin/bash
# What setup-python gives, in a hurry: a virtual environment has the curate under test, and pip notes what it is asked.
if [ "$1 $2 $3" = "-I -m venv" ]; then
  mkdir -p "$4/bin"
  printf '#!/bin/bash\\necho "$@" >>"%s/pip.txt"\\n' "$4" >"$4/bin/python"
  printf '#!/bin/bash\\nexec "{sys.executable}" -m curate "$@"\\n' >"$4/bin/curate"
  chmod +x "$4/bin/python" "$4/bin/curate"
else
  exec "{sys.executable}" "$@"
fi
"""


@dataclass
class GitHub:
    """The comments of one pull request; `may_write` is what the token may."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    may_write: bool = True
    address: str = ""
    requests: list[str] = field(default_factory=list)

    def answer(self, method: str, path: str, body: str) -> tuple[int, Any]:
        self.requests.append(method)
        if method == "GET":
            page = int(re.search(r"[?&]page=(\d+)", path)[1])  # type: ignore[index]
            return 200, self.comments[(page - 1) * PER_PAGE : page * PER_PAGE]
        if not self.may_write:
            return 403, {"message": "Resource not accessible by integration"}
        text = json.loads(body)["body"]
        if method == "POST":
            self.add(text, "github-actions[bot]", "Bot")
            return 201, self.comments[-1]
        (comment,) = [one for one in self.comments if path.endswith(f"/{one['id']}")]
        comment["body"] = text
        return 200, comment

    def add(self, body: str, login: str, type: str) -> None:
        user = {"login": login, "type": type}
        url = f"https://github.example/{len(self.comments)}"
        self.comments.append(
            {"id": 100 + len(self.comments), "body": body, "user": user, "author_association": "NONE", "html_url": url}
        )


@contextmanager
def served(github: GitHub) -> Iterator[GitHub]:
    """On a port of this machine, for as long as the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            assert self.headers["Authorization"] == "Bearer a-token"
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            status, value = github.answer(self.command, self.path, body)
            answer = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PATCH = respond

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    github.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield github
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True)
class Ran:
    """Results of a run of the action: its exit code, log, summary, outputs, and the actions of others it would call."""

    code: int
    log: str
    summary: str
    outputs: dict[str, str]
    called: dict[str, dict[str, str]]
    pip: str


def run_action(workspace: Path, temp: Path, event: Mapping[str, Any], github: GitHub, **inputs: str) -> Ran:
    """action.yml step by step, as a job whose checkout is `workspace`."""
    action = yaml.safe_load((ACTION / "action.yml").read_text())
    temp.mkdir(parents=True, exist_ok=True)
    python = temp / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    (temp / "event.json").write_text(json.dumps(event))
    given = {name: spec.get("default", "") for name, spec in action["inputs"].items()}
    names = {name.replace("_", "-"): value for name, value in inputs.items()}
    assert names.keys() <= given.keys()
    state: dict[str, Any] = {
        "inputs": {**given, "token": "a-token", **names},
        "steps": {"python": {"outputs": {"python-path": str(python)}}},
        "github": {"event": event, "event_name": next(iter(event), "schedule"), "repository": "octo/data"},
        "runner": {"os": "Linux"},
    }
    files = {name: temp / name.lower() for name in ("GITHUB_STEP_SUMMARY", "GITHUB_PATH", "GITHUB_OUTPUT")}
    for file in files.values():
        file.write_text("")
    environment = {
        **os.environ, "GITHUB_ACTION_PATH": str(ACTION), "GITHUB_ACTIONS": "true", "RUNNER_TEMP": str(temp),
        "GITHUB_EVENT_PATH": str(temp / "event.json"), "GITHUB_REPOSITORY": "octo/data",
        "GITHUB_API_URL": github.address, **{name: str(file) for name, file in files.items()},
    }  # fmt: skip
    code, log, called = 0, "", {}
    for step in action["runs"]["steps"]:
        if "if" in step and not evaluated(step["if"], state):
            continue
        if "uses" in step:
            called[step["uses"].split("@")[0]] = {
                name: filled(str(value), state) for name, value in step.get("with", {}).items()
            }
            continue
        files["GITHUB_OUTPUT"].write_text("")
        paths = files["GITHUB_PATH"].read_text().split()
        own = {name: filled(str(value), state) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], cwd=workspace, check=False,
            env={**environment, **own, "PATH": os.pathsep.join([*paths, environment["PATH"]])},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="surrogateescape",
        )  # fmt: skip
        log += done.stdout
        written = files["GITHUB_OUTPUT"].read_text().splitlines()
        state["steps"][step.get("id", "")] = {"outputs": dict(line.split("=", 1) for line in written)}
        code = done.returncode
        if code:
            break
    outputs = {name: filled(spec["value"], state) for name, spec in action["outputs"].items()}
    pip = (temp / "curate-venv/pip.txt").read_text()
    return Ran(code, log, files["GITHUB_STEP_SUMMARY"].read_text(), outputs, called, pip)


def filled(text: str, state: Mapping[str, Any]) -> str:
    """The text with its expressions replaced by their values."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: str(evaluated(found[1], state)), text)


def evaluated(expression: str, state: Mapping[str, Any]) -> Any:
    """An expression of names, strings, == and !=, && and ||; a name that is not there is ''."""

    def value(found: re.Match[str]) -> str:
        here: Any = state
        for key in found[0].split("."):
            here = here.get(key, "") if isinstance(here, Mapping) else ""
        return repr(here)

    literal = r"'[^']*'"
    parts = re.split(f"({literal})", expression.replace("&&", " and ").replace("||", " or "))
    names = [p if re.fullmatch(literal, p) else re.sub(r"[a-z_]+(\.[\w-]+)+", value, p) for p in parts]
    return eval("".join(names).strip().replace("\n", " "), {"__builtins__": {}})


def log_commands(log: str) -> list[str]:
    """The workflow commands that GitHub's runner would obey in a log: none while it was told to stop."""
    obeyed, word = [], ""
    for line in re.split(r"\r\n|\r|\n", log):
        stripped = line.lstrip()
        if word:
            word = "" if stripped == f"::{word}::" else word
        elif stripped.startswith("::stop-commands::"):
            word = stripped.removeprefix("::stop-commands::")
        elif stripped.startswith("::") or "##[" in line:
            obeyed.append(line)
    return obeyed
