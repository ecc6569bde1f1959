"""Program text and markup without its comments, from folders: what code words are learned from and measured on."""

import ast
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

SUFFIXES = {
    "Python": ".py", "C header": ".h", "C source": ".c .cc .cpp .hpp .pyx", "SQL": ".sql", "Java": ".java",
    "TypeScript": ".ts .mts .tsx", "JavaScript": ".js .mjs .cjs .jsx", "CSS": ".css .scss", "shell": ".sh",
    "Perl": ".pl .pm", "Makefile": ".mk", "YAML": ".yaml .yml", "TOML": ".toml", "JSON": ".json", "XML": ".xml",
    "SVG": ".svg", "INI": ".ini .cfg .conf .service", "CSV": ".csv .tsv", "HTML": ".html .htm", "LaTeX": ".tex .sty",
    "log": ".log", "Rust": ".rs", "Go": ".go", "diff": ".diff .patch",
}  # fmt: skip
KINDS = {suffix: kind for kind, suffixes in SUFFIXES.items() for suffix in suffixes.split()}
_SLASHES = re.compile(r"/\*.*?\*/|(?<![:'\"\w])//[^\n]*", re.DOTALL)
_LINES = re.compile(r"(?m)^\s*#(?!!).*\n?")
_COMMENTS = {
    **dict.fromkeys(("C header", "C source", "TypeScript", "JavaScript", "CSS", "Java", "Rust", "Go"), _SLASHES),
    **dict.fromkeys(("shell", "Makefile", "YAML", "TOML", "INI"), _LINES),
    "Perl": re.compile(r"(?ms)^=\w+.*?^=cut|^__END__.*|^\s*#(?!!)[^\n]*"),
    "SQL": re.compile(r"(?s)/\*.*?\*/|--[^\n]*"),
    "XML": re.compile(r"(?s)<!--.*?-->"),
    "SVG": re.compile(r"(?s)<!--.*?-->"),
    "HTML": re.compile(r"(?s)<!--.*?-->"),
}
LONGEST, LARGEST = 20_000, 200_000  # characters of a text, bytes of a file


def bare_python(text: str) -> str:
    """The module without comments and docstrings, "" where it is none."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and docstring(node):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def docstring(node: ast.AST) -> str:
    """The string that stands first in a module, class or function; "" for none."""
    documented = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    return (ast.get_docstring(node) or "") if documented else ""


def bare(kind: str, text: str) -> str:
    """The text without comments."""
    if kind == "Python":
        return bare_python(text)
    return _COMMENTS[kind].sub("", text) if kind in _COMMENTS else text


def kind_of(path: Path) -> str:
    """The kind by the suffix, "" for none."""
    return "Makefile" if path.name == "Makefile" else KINDS.get(path.suffix.lower(), "")


def texts(folders: Iterable[Path], most: int, half: int | None = None) -> dict[str, list[tuple[Path, str]]]:
    """Up to `most` files of each kind, as they are, drawn by the hash of their content; of half 0 or 1 where given."""
    found: dict[str, dict[bytes, Path]] = defaultdict(dict)
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if kind_of(p) and p.is_file() and not p.is_symlink()):
            if path.stat().st_size <= LARGEST:
                key = hashlib.blake2b(path.read_bytes(), digest_size=8).digest()
                if half is None or key[0] % 2 == half:
                    found[kind_of(path)].setdefault(key, path)
    return {kind: read(dict(sorted(paths.items())).values(), most) for kind, paths in sorted(found.items())}


def read(paths: Iterable[Path], most: int) -> list[tuple[Path, str]]:
    """The first `most` files of UTF-8 that hold more than a few words."""
    out: list[tuple[Path, str]] = []
    for path in paths:
        text = path.read_bytes().decode("utf-8", "replace")
        if len(out) < most and "\ufffd" not in text and len(text.split()) >= 8:
            out.append((path, text))
    return out
