"""Finds the commit that a change is compared with, and fetches it: a checkout has one commit unless asked for more."""

from __future__ import annotations

import re
import subprocess

from runner import asked, event, say, set_output

SHA = re.compile(r"[0-9a-f]{40,64}")


def main() -> None:
    """Outputs `baseline`, "" for none, and `commit`, what it is, for the key of the cache."""
    baseline = asked("baseline-ref") or base_of(event())
    if baseline.startswith("-"):
        raise SystemExit(f"baseline-ref is no revision: {baseline!r}")
    commit = commit_of(baseline) or fetched(baseline) if baseline else ""
    if baseline and not commit:
        say("warning", f"the baseline {baseline} could not be fetched")
    set_output(baseline=baseline, commit=commit)


def base_of(payload: dict) -> str:
    """The commit that a pull request is merged into, the one before a push; "" for any other event."""
    if "pull_request" in payload:
        return merged_into() or payload["pull_request"]["base"]["sha"]
    if "merge_group" in payload:
        return payload["merge_group"]["base_sha"]
    before = payload.get("before") or ""
    return before if SHA.fullmatch(before) and before.strip("0") else ""


def merged_into() -> str:
    """The first parent of the merge that GitHub checks out for a pull request; "" where HEAD is no merge.

    The commit that the event names may be older than that, and what others did since would count as the change.
    """
    head = git("cat-file", "commit", "HEAD").stdout.split("\n\n")[0]  # a shallow clone knows the names of parents
    parents = re.findall(r"^parent ([0-9a-f]+)$", head, re.MULTILINE)
    if len(parents) != 2:
        return ""
    if not commit_of(parents[0]):  # fetched with HEAD, so that git knows where HEAD left it
        git("fetch", "--quiet", "--no-tags", "--depth=2", "origin", commit_of("HEAD"))
    return parents[0]


def commit_of(name: str) -> str:
    """The hash of a revision that is here already, "" if it is not."""
    for candidate in (name, f"refs/remotes/origin/{name}"):
        found = git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{candidate}^{{commit}}")
        if found.returncode == 0:
            return found.stdout.strip()
    return ""


def fetched(name: str) -> str:
    """The hash of a revision after fetching it alone, "" where that failed; a branch becomes origin's."""
    branch = name.removeprefix("origin/")
    into = "" if SHA.fullmatch(name) else f"+{branch}:refs/remotes/origin/{branch}"
    done = git("fetch", "--quiet", "--no-tags", "--depth=1", "origin", into or name)
    return commit_of(name) if done.returncode == 0 else ""


def git(*arguments: str) -> subprocess.CompletedProcess[str]:
    """One git command; what it prints is never handed to a shell."""
    return subprocess.run(["git", *arguments], capture_output=True, text=True, errors="replace", check=False)


if __name__ == "__main__":
    main()
