"""A lock for who imports yaml, or a library that does: while the compiler is loaded there is none, for all threads."""

from __future__ import annotations

from threading import RLock

YAML = RLock()
