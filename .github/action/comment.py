"""Keeps one comment under a pull request: it is replaced when the check runs again, and left out without permission."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runner import asked, event, say

MOST_PAGES = 30  # of a hundred comments each
OURS = {"OWNER", "MEMBER", "COLLABORATOR"}  # a token of a person; that of a job is a bot's
REFUSED = {401, 403, 404}


def main() -> None:
    """Never fails the step: the summary of the job says the same, and a fork's token may only read."""
    number = event().get("pull_request", {}).get("number")
    report = asked("report-path")
    if not number or not report:
        return
    body = Path(report).read_text(encoding="utf-8")
    try:
        say_where(write_comment(number, body))
    except urllib.error.HTTPError as error:
        if error.code in REFUSED:
            say(
                "notice", "no comment: this token may not write one (as from a fork); the summary of the job has it all"
            )
        else:
            say("warning", f"no comment: GitHub answers {error.code}; the summary of the job has it all")
    except OSError as error:
        say("warning", f"no comment: {error}; the summary of the job has it all")


def write_comment(number: int, body: str) -> str:
    """Replace the comment that begins with the same hidden line, or add one; its address."""
    marker = body.splitlines()[0]
    repository = f"repos/{os.environ['GITHUB_REPOSITORY']}"
    for comment in comments(repository, number):
        if (comment["body"] or "").startswith(marker) and is_ours(comment):
            return call("PATCH", f"{repository}/issues/comments/{comment['id']}", body)["html_url"]
    return call("POST", f"{repository}/issues/{number}/comments", body)["html_url"]


def comments(repository: str, number: int) -> Iterator[dict[str, Any]]:
    """All comments of a pull request, oldest first."""
    for page in range(1, MOST_PAGES + 1):
        found = call("GET", f"{repository}/issues/{number}/comments?per_page=100&page={page}")
        yield from found
        if len(found) < 100:
            return


def is_ours(comment: dict[str, Any]) -> bool:
    """Whether a stranger cannot have written it: theirs, with our marker on top, would keep its author's name."""
    return comment["user"]["type"] == "Bot" or comment.get("author_association") in OURS


def call(method: str, path: str, body: str | None = None) -> Any:
    """One request to GitHub's interface; raises HTTPError with its status."""
    headers = {
        "Authorization": f"Bearer {os.environ.get('GITHUB_TOKEN', '')}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    data = None if body is None else json.dumps({"body": body}).encode()
    root = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    request = urllib.request.Request(f"{root}/{path}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def say_where(address: str) -> None:
    """Where the comment stands, for whoever reads the log."""
    print(f"comment: {address}")


if __name__ == "__main__":
    main()
