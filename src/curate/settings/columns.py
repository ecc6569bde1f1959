"""Settings of what is read of the data: its columns, turns of chats, parts of data sets."""

from __future__ import annotations

from curate.settings.kinds import ENTRIES, TEXT, TEXTS
from curate.settings.setting import DATA, Setting

TEXT_COLUMN = Setting(
    "--text-column",
    TEXT,
    "Read the text from this column (default: found by name and content). a.b is nested, a+b joins two, a|b takes the "
    "first with text.",
    metavar="COLUMN",
    panel=DATA,
    aliases=("--text-key", "--text-field"),
)
ROLE = Setting(
    "--role",
    TEXT,
    "Read these turns of a chat: assistant, user or all (default: all, but the assistant's for the share).",
    metavar="ROLE",
    panel=DATA,
)
TXT = Setting(
    "--txt",
    TEXT,
    "Take each of these for a document of plain text: {choices} (default {default}).",
    default="file",
    metavar="UNIT",
    panel=DATA,
    choices=("file", "lines", "paragraphs"),
)
CONFIG_NAME = Setting(
    "--config-name",
    TEXT,
    "Read this config of data sets on the Hub (default: the card's only or default one).",
    metavar="NAME",
    panel=DATA,
)
SPLIT = Setting(
    "--split",
    TEXTS,
    "Read this split of data sets on the Hub, such as train; repeatable (default: all of them).",
    default=(),
    metavar="NAME",
    panel=DATA,
)
ID_COLUMN = Setting(
    "--id-column",
    TEXT,
    "Take document ids from this column (default: id, else file and row).",
    metavar="COLUMN",
    panel=DATA,
)
SOURCE_COLUMN = Setting(
    "--source-column",
    TEXT,
    "Take source names from this column (default: the file name).",
    metavar="COLUMN",
    panel=DATA,
)
LABEL_COLUMN = Setting(
    "--label-column",
    TEXT,
    "Take declarations of human or machine from this column (default: none).",
    metavar="COLUMN",
    panel=DATA,
)
LABEL_MAP = Setting(
    "--label-map",
    ENTRIES,
    "Say what a label means, such as gpt-4=machine or student=human; repeatable.",
    default=(),
    metavar="WORD=WRITER",
    panel=DATA,
)
DATE_COLUMN = Setting(
    "--date-column",
    TEXT,
    "Take dates from this column (default: found by name, unless it holds bare years).",
    metavar="COLUMN",
    panel=DATA,
)
