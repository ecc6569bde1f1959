"""Settings that a change may not set for itself: files of the repository are taken as the baseline has them."""

from __future__ import annotations

import glob
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from curate.corpus.git import Repository, compared_with, find_repository
from curate.corpus.git_files import blob_at, is_tracked
from curate.corpus.remote.store import is_remote
from curate.corpus.write import write_atomic
from curate.errors import UsageError
from curate.jobs.check.job import CheckPlan
from curate.kernels.user_cache import cache_folder


@dataclass(frozen=True, slots=True)
class BaseSettings:
    """The revision whose files count; edited: what the change has otherwise, a sentence each."""

    repository: Repository
    commit: str
    edited: list[str] = field(default_factory=list)

    def found(self, path: Path) -> Path | None:
        """A settings file found by its name, as the baseline has it; None where only the change has it."""
        if self._is_users_own(path):
            return path
        content = blob_at(self.repository, self.commit, path)
        if content is None:
            self.edited.append(f"{path} comes with the change and is not used")
            return None
        return self._as_it_was(path, content)

    def named(self, path: Path) -> Path:
        """A file named by an option, as the baseline has it. Raises UsageError where only the change has it."""
        if not path.exists() and blob_at(self.repository, self.commit, path) is None:
            return path  # the name of a shipped book, or a mistake that its reader explains
        if self._is_users_own(path):
            return path
        content = blob_at(self.repository, self.commit, path)
        if content is None:
            raise UsageError(
                "comes with the change, and a change does not decide how it is checked", where=str(path),
                hint="merge it first, or name a file that git does not track",
            )  # fmt: skip
        return self._as_it_was(path, content)

    def own_labels(self, path: Path) -> Path | None:
        """Labels of a file that git does not track; those of the repository are of other rows than the new ones."""
        if self._is_users_own(path):
            return path
        self.named(path)
        self.edited.append(f"labels of {path} are of rows that were there: that new rows have their ids is a claim")
        return None

    def unchanged(self, path: str) -> str:
        """Data named by an option. Raises UsageError where the change edits it."""
        for one in _files_of(path):
            if not self._is_users_own(one) and blob_at(self.repository, self.commit, one) != one.read_bytes():
                raise UsageError(
                    "is edited by the change that it would help to check", where=str(one),
                    hint="merge it first, or name data that git does not track",
                )  # fmt: skip
        return path

    def _is_users_own(self, path: Path) -> bool:
        """Return whether the file is no part of the repository: a change brings only what git tracks."""
        place = path.absolute().parent.resolve() / path.name
        if not place.is_relative_to(self.repository.root.resolve()):
            return True
        return not is_tracked(self.repository, place) and blob_at(self.repository, self.commit, path) is None

    def _as_it_was(self, path: Path, content: bytes) -> Path:
        if path.is_file() and not path.is_symlink() and path.read_bytes() == content:
            return path
        self.edited.append(f"{path} is edited by the change; the baseline's decides")
        digest = hashlib.blake2b(content, digest_size=16).hexdigest()
        kept = cache_folder() / "settings" / digest / path.name
        write_atomic(kept, content)
        return kept


def base_settings(baseline: str) -> BaseSettings | None:
    """Of a revision of the repository that the working folder lies in; None for a path, or no baseline."""
    if not baseline or is_remote(baseline) or Path(baseline).exists() or glob.glob(baseline):  # noqa: PTH207
        return None
    repository = find_repository(Path.cwd())
    if repository is None:
        return None
    return BaseSettings(repository, compared_with(repository, baseline).commit)


def same_baseline(asked: str, settled: str) -> None:
    """Check that no setting of the change itself chose the baseline that it is compared with. Raises UsageError."""
    if asked != settled:
        raise UsageError(
            f"the settings of {asked} name {settled or 'no baseline'}", where="--baseline",
            hint=f"give it on the command line: --baseline {asked}",
        )  # fmt: skip


def as_the_baseline_has_them(plan: CheckPlan, base: BaseSettings | None) -> CheckPlan:
    """Return the plan with every file it names taken from the baseline. Raises UsageError as `BaseSettings` does."""
    if base is None:
        return plan
    scan = plan.scan
    reference = tuple(base.unchanged(path) for path in scan.human_reference)
    scan = replace(
        scan,
        rules=_named(base, scan.rules),
        detector=scan.detector and base.named(scan.detector),
        labels=scan.labels and base.own_labels(scan.labels),
        human_reference=reference,
    )
    policies = _named(base, plan.policies)
    return replace(plan, scan=scan, policies=policies, remarks=tuple(base.edited))


def _named(base: BaseSettings, paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(base.named(path) for path in paths)


def _files_of(path: str) -> list[Path]:
    places = [Path(path)] if Path(path).exists() else [Path(one) for one in glob.glob(path, recursive=True)]  # noqa: PTH207
    return [one for place in places for one in (place.rglob("*") if place.is_dir() else [place]) if one.is_file()]
