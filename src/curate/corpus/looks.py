"""Does a file that is not read look like data? Decided by its name and its first bytes; in doubt it does."""

from __future__ import annotations

import codecs
import re
from fnmatch import translate
from functools import cache
from pathlib import PurePosixPath

from curate.corpus.magic import LFS, is_media, magic_kind
from curate.corpus.suffixes import data_suffix

SEEN_BYTES = 1 << 16
_COMPRESSED = (".gz", ".bz2", ".xz", ".zst", ".zstd", ".lz4", ".br", ".sz", ".snappy", ".lzma", ".z")
_DATA: dict[str, str] = {
    ".txt": "plain text", ".text": "plain text", ".csv": "CSV", ".tsv": "CSV", ".psv": "CSV", ".tab": "CSV",
    ".html": "HTML", ".htm": "HTML", ".xhtml": "HTML", ".pdf": "a PDF", ".epub": "a book", ".mbox": "mail",
    ".eml": "mail", ".warc": "WARC", ".wet": "WARC", ".wat": "WARC", ".rtf": "a document", ".doc": "a document",
    ".docx": "a document", ".odt": "a document", ".xls": "a spreadsheet", ".xlsx": "a spreadsheet",
    ".ods": "a spreadsheet", ".pkl": "a Python pickle", ".pickle": "a Python pickle", ".npy": "a numpy array",
    ".npz": "a numpy archive", ".pt": "a torch file", ".pth": "a torch file", ".sqlite": "a data base",
    ".sqlite3": "a data base", ".db": "a data base", ".duckdb": "a data base", ".mdb": "a data base",
    ".tar": "an archive", ".tgz": "an archive", ".zip": "an archive", ".7z": "an archive", ".rar": "an archive",
    ".orc": "ORC", ".avro": "Avro", ".feather": "Feather", ".h5": "HDF5", ".hdf5": "HDF5", ".tfrecord": "TFRecord",
    ".tfrecords": "TFRecord", ".bin": "binary data", ".msgpack": "msgpack", ".cbor": "CBOR", ".bson": "BSON",
    ".rds": "an R file", ".rdata": "an R file", ".mds": "an MDS shard", ".jsonlines": "JSON lines",
    ".jsonl": "JSON lines", ".ndjson": "JSON lines", ".parquet": "Parquet", ".pq": "Parquet", ".arrow": "Arrow",
    ".ipc": "Arrow", ".arrows": "Arrow",
}  # fmt: skip
_UNSURE = (".json", ".txt", ".md")
_CODE = frozenset((
    ".py", ".pyi", ".pyx", ".pyc", ".ipynb", ".sh", ".bash", ".zsh", ".ps1", ".bat", ".js", ".mjs", ".ts", ".tsx",
    ".jsx", ".css", ".scss", ".c", ".h", ".cc", ".cpp", ".hpp", ".cu", ".rs", ".go", ".java", ".kt", ".scala", ".rb",
    ".pl", ".php", ".r", ".jl", ".lua", ".swift", ".toml", ".cfg", ".ini", ".conf", ".env", ".properties",
    ".lock", ".dvc", ".cff", ".bib", ".mk", ".cmake", ".gradle", ".dockerfile", ".proto", ".svg", ".md5", ".sha1",
    ".sha256", ".sha512", ".crc", ".sig", ".asc", ".pem", ".so", ".whl", ".metadata",
))  # fmt: skip
_PAGES = (".md", ".markdown", ".mdx", ".rst", ".adoc", ".tex")
_PAGE_NAMES = re.compile(
    r"(readme|licen[sc]e|copying|notice|authors|contributors|maintainers|changelog|contributing|code_of_conduct|"
    r"citation|acknowledge?ments|requirements|constraints|robots|cmakelists|checksums|sha\d+sums|md5sums)([-_.].*)?"
)
_PAGE_ENDS = ("", ".txt", ".html", *_PAGES)
_READ_ALONG = re.compile(
    r"(changes|history|news|security|support|todo|index|roadmap|datasheet)|(data|dataset|model)[-_]?card|"
    r"(data|dataset|model)sheet"
)
_NAMES = (
    "codeowners", "makefile", "dockerfile*", "pipfile", "procfile", "justfile", "py.typed", "_success", "version",
    "thumbs.db", "desktop.ini", ".ds_store", ".gitattributes", ".gitignore", ".gitmodules", ".gitkeep", ".keep",
    ".editorconfig", ".mailmap", ".dockerignore", ".dvcignore", ".flake8", ".pylintrc", ".npmrc", ".coveragerc",
    ".prettierrc*", ".eslintrc*", ".pre-commit-config.yaml", ".gitlab-ci.yml", ".travis.yml", ".readthedocs.y*ml",
    ".zenodo.json", ".envrc", ".python-version", "_config.yml", "mkdocs.yml", "action.y*ml", "codecov.yml",
    "environment.y*ml", "docker-compose*.y*ml", "dvc.yaml", "params.yaml", "dataset_infos.json", "dataset_info.json",
    "dataset_dict.json", "state.json", "croissant.json", "datapackage.json", "codemeta.json", "package.json",
    "package-lock.json", "tsconfig*.json", "manifest.json", "certificate.json", "rules.json", "scan.json",
)  # fmt: skip
_PAGE_FOLDERS = frozenset(("docs", "doc", ".github", ".circleci", ".gitlab", "node_modules", "__pycache__"))
_PAGE_BYTES = 1 << 20  # a page that people read is shorter
_LETTER = r"[A-Za-z\u00aa-\u1fff\u2c00-\U0010ffff]"  # with the marks that Indic words are full of
_SIX_WORDS = rf"(?<!{_LETTER})(?:{_LETTER}{{1,30}}[,;:.!?'\"’”)(-]{{0,3}}[ \t\r\n]+){{5}}{_LETTER}"
_NO_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]{10}")


def data_in(name: str, head: bytes, size: int, later: bytes = b"") -> str:
    """Kind of data that a file seems to hold ("CSV", "a zip archive"); "" for what no corpus is made of.

    name: path from the root or the folder named; head: its first SEEN_BYTES, or all; size: bytes of the file; later:
    pieces of what follows, so that no blank beginning hides text.
    """
    if not size:
        return ""
    if data_suffix(name) not in ("", *_UNSURE):
        return "data"
    if kind := _by_suffix(name):
        return "" if _is_known(name, size) and not _is_rows(head) else kind
    if head.startswith(LFS):
        return "a Git LFS pointer"
    if kind := magic_kind(head):
        return kind
    if is_media(head):
        return ""
    if b"\0" in head:
        return "" if PurePosixPath(name).suffix.lower() in _CODE else "binary data of an unknown kind"
    return _in_text(name, head, size, later)


def is_data_name(name: str) -> bool:
    """Tell whether the name, a path from the root or the folder named, is that of a file to be read.

    Pages for people and settings have the suffixes of text and JSON too; the contents decide where `needs_look`.
    """
    suffix = data_suffix(name)
    return bool(suffix) and not (suffix in _UNSURE and _is_known(name, 0))


def needs_look(name: str) -> bool:
    """Tell whether the contents of a file decide that it is data, not its name alone."""
    return data_suffix(name) in _UNSURE


def holds_data(name: str, head: bytes) -> bool:
    """Tell whether text holds anything, and JSON begins as an array of objects does, or lines of objects."""
    begin = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if data_suffix(name) != ".json":
        return bool(begin)
    return _is_rows(head) or (begin.startswith(b"[") and begin[1:].lstrip().startswith(b"{"))


def suffix_of(name: str) -> str:
    """The end of a name that says its format, compression and all, in lower case: ".jsonl.bz2"; "" for none."""
    suffixes = [one.lower() for one in PurePosixPath(name).suffixes[-2:]]
    return "".join(suffixes if suffixes and suffixes[-1] in _COMPRESSED else suffixes[-1:])


def _by_suffix(name: str) -> str:
    suffix = suffix_of(name)
    inner, _, packed = suffix.rpartition(".")
    if f".{packed}" in _COMPRESSED:
        return f"compressed {_DATA.get(inner, 'data')}"
    return _DATA.get(suffix, "")


def _is_known(name: str, size: int) -> bool:
    """A file that repositories have beside their data, or a page for people."""
    path = PurePosixPath(name.lower())
    if size > _PAGE_BYTES:
        return False
    if path.suffix in _PAGE_ENDS and _PAGE_NAMES.fullmatch(path.name):
        return True
    if path.suffix in _PAGES and (_READ_ALONG.fullmatch(path.stem) or _PAGE_FOLDERS.intersection(path.parts[:-1])):
        return True
    return _known_names().match(path.name) is not None


@cache
def _known_names() -> re.Pattern[str]:
    return re.compile("|".join(map(translate, _NAMES)))  # seldom asked for, and milliseconds of every start


def _in_text(name: str, head: bytes, size: int, later: bytes) -> str:
    suffix = PurePosixPath(name.lower()).suffix
    if _is_rows(head) or _is_rows(later):
        return "JSON lines"
    begin = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if suffix not in _CODE and begin.startswith(b"[") and begin[1:].lstrip().startswith((b"{", b"[", b'"')):
        return "a JSON array"
    if suffix in _CODE or _is_known(name, size):
        return ""
    is_settings = suffix in (".yml", ".yaml")
    if is_settings and _PAGE_FOLDERS.intersection(PurePosixPath(name).parts[:-1]):
        return ""
    if begin.startswith(b"{") and suffix in ("", ".json", ".jsonc", ".json5", ".geojson"):
        return "JSON" if size > SEEN_BYTES or _has_text(head) else ""
    if _is_table(head):
        return "a table of separated values"
    if is_settings:
        head = b"\n".join(line for line in head.split(b"\n") if not line.lstrip().startswith(b"#"))
    return "text" if _has_text(head) or _has_text(later) or size > _PAGE_BYTES else ""


def _is_rows(head: bytes) -> bool:
    """Two lines, and half of them all, that begin and end as a JSON object does."""
    lines = [line.strip() for line in head.split(b"\n", 64)[:64] if line.strip()]
    rows = [line for line in lines if line.startswith(b"{") and line.endswith(b"}")]
    return len(rows) >= 2 and 2 * len(rows) >= len(lines)


def _is_table(head: bytes) -> bool:
    """Three lines or more with as many tabs, commas, semicolons or bars each."""
    lines = [line for line in head.split(b"\n", 8)[:8] if line.strip()][:5]
    counts = ([line.count(mark) for line in lines] for mark in b"\t,;|")
    return len(lines) >= 3 and any(min(each) >= 1 and len(set(each)) == 1 for each in counts)


def _has_text(head: bytes) -> bool:
    """Six words in a row, or ten letters of a writing without spaces."""
    text = head.decode(errors="replace")
    return bool(_six_words().search(text) or _NO_SPACES.search(text))


@cache
def _six_words() -> re.Pattern[str]:
    return re.compile(_SIX_WORDS)  # as seldom
