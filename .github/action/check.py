"""Runs `curate check` once; its summary, annotations and outputs all come from that one run."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from pathlib import Path

from runner import asked, lines, say, set_output

ENDINGS = {"json": "json", "markdown": "md", "github": "txt", "sarif": "sarif", "junit": "xml"}
OPTIONS = ("baseline", "config", "text-column", "fail-on")
REPEATED = {"policy": "--policy", "rules": "--rules"}


def main() -> None:
    """Never fails the step: the exit code of the check is the output `code`, so that the comment comes first."""
    folder = Path(os.environ["RUNNER_TEMP"]) / "curate-check"
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: folder / f"check.{ending}" for name, ending in ENDINGS.items()}
    for file in files.values():
        file.unlink(missing_ok=True)  # of an earlier check in this job
    code = run_quoted(command(files))
    if all(file.is_file() for file in files.values()):
        report(files)
    else:
        say("error", f"no verdict: the check itself ended with exit code {code}; the log says why")
        append_summary(f"### curate check: no verdict\n\nThe check ended with exit code {code}; the log says why.\n")
        set_output(status="error")
        code = code or 4
    set_output(code=str(code))


def command(files: dict[str, Path]) -> list[str]:
    """The one call; paths come last, after `--`, so that none of them is read as an option."""
    given = [f"--{name}={asked(name)}" for name in OPTIONS if asked(name)]
    given += [f"{flag}={value}" for name, flag in REPEATED.items() for value in lines(name)]
    formats = [f"--format={name}={file}" for name, file in files.items()]
    return ["curate", "check", "--no-progress", "--format=text", *formats, *given, "--", *(lines("paths") or ["."])]


def run_quoted(call: list[str]) -> int:
    """The exit code; the runner obeys nothing that is printed meanwhile: the log shows texts of strangers."""
    word = secrets.token_hex(16)
    print(f"::stop-commands::{word}", flush=True)
    try:
        return subprocess.run(call, check=False).returncode
    finally:
        print(f"\n::{word}::", flush=True)


def report(files: dict[str, Path]) -> None:
    """Annotations, summary and outputs of a check that came to a verdict."""
    print(files["github"].read_text(encoding="utf-8"), end="", flush=True)
    append_summary(files["markdown"].read_text(encoding="utf-8"))
    verdict = json.loads(files["json"].read_text(encoding="utf-8"))
    change = verdict["change"] or {}
    share, repeats = change.get("machine_share") or {}, change.get("duplicates") or {}
    known = share.get("if_known_kinds") or {}
    figures = [share.get("estimate"), share.get("low"), share.get("high"), repeats.get("token_share")]
    figures += [known.get(name) for name in ("estimate", "low", "high")]
    estimate, low, high, copies, *reads = ["" if figure is None else f"{figure:.4f}" for figure in figures]
    set_output(
        status=verdict["level"], machine_share=estimate, machine_share_low=low, machine_share_high=high,
        reads_as_machine=reads[0], reads_as_machine_low=reads[1], reads_as_machine_high=reads[2],
        duplicate_share=copies, report_path=str(files["markdown"]), json_path=str(files["json"]),
        sarif_path=str(files["sarif"]), junit_path=str(files["junit"]),
    )  # fmt: skip


def append_summary(markdown: str) -> None:
    """What the page of the job shows; it needs no token, so a fork has it too."""
    with Path(os.environ["GITHUB_STEP_SUMMARY"]).open("a", encoding="utf-8") as file:
        file.write(markdown + "\n")


if __name__ == "__main__":
    main()
