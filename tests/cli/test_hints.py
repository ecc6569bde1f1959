"""Every way out that a refusal names: it is tried through the command line, or listed as advice that no test can take.

A hint is known by its longest literal words in the code (see hints.py), so that a new one has to be added here.
"""

from __future__ import annotations

import gzip
import json
import re
import shlex
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.main import get_command

from corpora import Outcome, made_up_texts, write_jsonl
from curate.cli.commands import app
from hints import hints

Curate = Callable[..., Outcome]
MIX = "mix in --human-ratio 0.5 --label-column origin"
FEW = '[[rule]]\nid = "too-few-tokens"\nmeasure = "tokens"\nat_least = 1\nthen = "remove"\nsource = "o"\nwhy = "w"\n'
RULE = '[[rule]]\nid = "mine"\nthen = "flag"\nmeasure = "tokens"\nat_most = 3\nwhy = "x"\nsource = "own"\n'
SOURCE = '[[evidence]]\nid = "e"\ncolumn = "source"\nequals = "s0"\nsays = "human"\nwhy = "x"\nsource = "own"\n'
GATE = '[[gate]]\nid = "g"\nmetric = "tokens"\nat_least = 1\nthen = "fail"\n'

# Words of the hint; the refused command; commands that follow the hint, of which each has to end well. Files that the
# commands need stand in `world` below. A command of two paths that begins with "mv" renames.
TRIED: list[tuple[str, str, list[str]]] = [
    # cli
    ("name the folder to write: -o mix/", MIX, [f"{MIX} -o mix/"]),
    ("curate mix corpus/ --human-ratio 0.7 -o mix/", "mix in", [f"{MIX.replace('0.5', '0.7')} -o mix/"]),
    ("--engine threads", "scan in --engine spark", ["scan in --engine threads"]),
    ("did you mean", "scan in -c typed.toml", ["scan in -c right.toml"]),
    ("--role assistant", "scan in --role robot", ["scan in --role assistant"]),
    ("--txt lines", "scan in --txt words", ["scan in --txt lines"]),
    ("--role all reads every turn", "scan asked.jsonl --role assistant", ["scan asked.jsonl --role all"]),
    ("--text-column without [...] reads every turn", "scan asked.jsonl --text-column messages[role=x].content", [
        "scan asked.jsonl --text-column messages.content"]),
    ("', or the text column alone", "scan asked.jsonl --role all --text-column messages[role=user].content", [
        "scan asked.jsonl --role all --text-column messages.content",
        "scan asked.jsonl --text-column messages[role=user].content"]),
    ("settings are named like options, without --", "scan in -c dashes.toml", ["scan in -c right.toml"]),
    ("give it a value, or leave it out", 'scan in --text-column ""', ["scan in --text-column text", "scan in"]),
    ("check -c/--config", "scan in -c absent.toml", ["scan in -c right.toml", "scan in"]),
    ("name the file to write: -o labels.jsonl", "audit draw in", ["audit draw in -o labels.jsonl"]),
    ("-o labels.jsonl", "audit draw in -o labels.txt", ["audit draw in -o labels.jsonl"]),
    ("curate audit agree", "scan in --labels known.jsonl --labels known2.jsonl", [
        "audit agree known.jsonl known2.jsonl -o both.jsonl", "scan in --labels both.jsonl"]),
    ("curate audit agree a.jsonl b.jsonl", "audit agree known.jsonl", ["audit agree known.jsonl known2.jsonl"]),
    ("--html labels.html", "audit label labels2.jsonl --html page.txt", [
        "audit draw in -o l.jsonl", "audit label l.jsonl --html labels.html"]),
    ("--html NEW.html", "audit label labels2.jsonl --html page.html", [
        "audit draw in -o l.jsonl", "audit label l.jsonl --html NEW.html"]),
    ("name a file of `curate audit draw`:", "audit label known.parquet", []),
    ("curate audit draw PATH -o NEW.jsonl writes one with texts", "audit label known.jsonl", [
        "audit draw in -o NEW.jsonl"]),
    ("-o NEW.jsonl", "audit draw in -o labels2.jsonl", ["audit draw in -o NEW.jsonl"]),
    ("leave it out", "audit draw in -o l.jsonl --tokenizer bytes", ["audit draw in -o l.jsonl"]),
    ("leave one out", "mix in --human-ratio 0.2 --label-column origin --trust detected --strict -o O", [
        "mix in --human-ratio 0.2 --label-column origin --strict -o O"]),
    ("-n, or neither", "audit draw M -o l.jsonl --width 0.2", [
        "audit draw M -o l.jsonl -n 5", "audit draw M -o k.jsonl"]),
    ("curate audit apply mix/ --labels labels.jsonl", "audit apply M", [
        "audit draw M -o labels.jsonl -n 5", "audit apply M --labels labels.jsonl"]),
    ("=FILE writes one of them to a file", "check in --format json --format text", [
        "check in --format json=a.json --format text"]),
    ("NAME prints it, NAME=FILE writes it to a file", "check in --format yaml", [
        "check in --format json", "check in --format json=a.json"]),
    ("--inputs PATH: what the mix was made of", "verify M --rules rule.toml", ["verify M --inputs in"]),
    ("add labels first, then verify", "verify M --labels labels2.jsonl --inputs in", [
        "audit draw M -o l.jsonl -n 5", "verify M --labels l.jsonl", "verify M --inputs in"]),
    ("verify it first, then add labels", "verify M --labels labels2.jsonl --digest abcdef12", [
        "verify M", "audit draw M -o l.jsonl -n 5", "verify M --labels l.jsonl"]),
    # corpus
    ("columns are", "scan in --id-column uid", ["scan in --id-column id", "scan in --id-column site"]),
    ("; did you mean", "scan in --source-column sit", ["scan in --source-column site"]),
    ("name a column of one value a row: --", "scan lists.jsonl --label-column who", [
        "scan lists.jsonl --label-column origin"]),
    ("unpack them as docs/formats.md shows; --text-column", "scan packed.jsonl", [
        "scan packed.jsonl --text-column messages"]),
    ("name one: --text-column NAME", "scan short.jsonl", ["scan short.jsonl --text-column q"]),
    (", or both joined: --text-column", "scan two.jsonl", [
        "scan two.jsonl --text-column question", "scan two.jsonl --text-column question+reply"]),
    ("name a level, or all: --text-column", "scan tree.jsonl", [
        "scan tree.jsonl --text-column prompt.text+prompt.replies.text"]),
    ("write a row for each text with its label, as docs/formats.md shows, or name one class: --text-column",
     "scan classes.jsonl", ["scan classes.jsonl --text-column human_answer"]),
    ("name it .parquet", "scan named.jsonl", ["mv named.jsonl named.parquet", "scan named.parquet"]),
    ("name it .", "scan gz.parquet", ["mv gz.parquet gz.jsonl.gz", "scan gz.jsonl.gz"]),
    (", which holds it, or leave it out: --drop-column", f"{MIX.replace('in', 'nan', 1)} --format jsonl -o O", [
        f"{MIX.replace('in', 'nan', 1)} --format parquet -o O",
        f"{MIX.replace('in', 'nan', 1)} --format jsonl --drop-column extra -o P"]),
    (", which holds it, or leave it out: --drop-column", f"{MIX.replace('in', 'kinds', 1)} -o O", [
        f"{MIX.replace('in', 'kinds', 1)} --format jsonl -o O",
        f"{MIX.replace('in', 'kinds', 1)} --drop-column extra -o P"]),
    ("mix with --format jsonl, mix the files apart, or give the column one type in all files",
     f"{MIX.replace('in', 'times', 1)} --source-column extra -o O", [
         f"{MIX.replace('in', 'times', 1)} --source-column extra --format jsonl -o O",
         f"{MIX.replace('in', 'times/a.parquet', 1)} --source-column extra -o A"]),
    ("mix with --format jsonl, or leave the column out: --drop-column", f"{MIX.replace('in', 'spans', 1)} -o O", [
        f"{MIX.replace('in', 'spans', 1)} --format jsonl -o O",
        f"{MIX.replace('in', 'spans', 1)} --drop-column extra -o P"]),
    ("write WORD=human, WORD=machine or WORD=unknown, such as gpt-4=machine",
     "scan in --label-column origin --label-map x=y", ["scan in --label-column origin --label-map x=machine"]),
    ("one entry a word", "scan in --label-column origin --label-map x=human --label-map x=machine", [
        "scan in --label-column origin --label-map x=human"]),
    ("write human, machine or nothing, or say what it means: --label-map WORD=machine",
     "scan in --labels words.jsonl", ["scan in --labels words.jsonl --label-map WOMBAT=machine"]),
    ("curate audit draw PATH -o labels.jsonl", "scan in --labels absent.jsonl", [
        "audit draw in -o labels.jsonl", "scan in --labels labels.jsonl"]),
    ("one row a document, with id and label", "scan in --labels empty.jsonl", ["scan in --labels known.jsonl"]),
    ("each row needs a column id and a column label", "scan in --labels nolabel.jsonl", [
        "scan in --labels known.jsonl"]),
    ("name the folder that was scanned", "scan RUN", ["scan in"]),
    ("--follow-links", "scan links", ["scan links --follow-links"]),
    ("write elsewhere with -o", "scan in -o file/run", ["scan in -o elsewhere"]),
    # jobs
    ("--source-column NAME", f"{MIX} --rules source.toml --dry-run", [
        f"{MIX} --rules source.toml --source-column site --dry-run"]),
    ("name the column of its text: FILE:COLUMN, or FILE:question+answer", f"{MIX} --exclude two.jsonl --dry-run", [
        f"{MIX} --exclude two.jsonl:question --dry-run", f"{MIX} --exclude two.jsonl:question+reply --dry-run"]),
    ("curate scan OLD --index", f"{MIX} --index idx --dry-run", [
        "scan links --follow-links --index idx", f"{MIX} --index idx --dry-run --no-progress"]),
    ("say what its words mean, such as",
     "scan in --label-column site", ["scan in --label-column site --label-map s0=human"]),
    ("ids are those of the corpus; --id-column names their column", "scan in --labels known.jsonl --id-column site", [
        "scan in --labels known.jsonl --id-column id"]),
    ("mix with --trust declared or detected, then `curate audit draw OUT` and `verify OUT --labels`, or label a draw"
     " from the corpus and give --labels", f"{MIX} --trust audited -o O", [
         f"{MIX} --trust declared -o O", "audit draw O -o l.jsonl -n 5", "verify O --labels l.jsonl"]),
    ("curate compare BEFORE AFTER", "compare in", ["compare in later"]),
    ("it makes the baseline the human reference", "check in --human-baseline", ["check in"]),
    ("-o NEW", f"{MIX} -o M", [f"{MIX} -o NEW"]),
    ("-o FOLDER beside the input, or name the input's files: 'corpus/*.parquet'", f"{MIX} -o in/out", [
        f"{MIX} -o out", f"{MIX.replace('in', 'in/*.jsonl', 1)} -o in/out"]),
    ("--seed 42", "scan in --seed -1", ["scan in --seed 42"]),
    ("leave --detector out for the shipped one", "scan in --detector absent.npz", ["scan in"]),
    ("curate train --human PATH --machine PATH -o my.npz", "train -o my.npz --human in", []),
    ("-o my.npz", "train -o my.bin --human in --machine two", []),
    ("leave --tokenizer out", f"{MIX} --tokenizer bytes --labels known.jsonl --dry-run", [f"{MIX} --dry-run"]),
    ("a tokenizer.json, or bytes", f"{MIX} --tokenizer absent.json --dry-run", [f"{MIX} --tokenizer bytes --dry-run"]),
    # mixing
    ("would work; or", f"{MIX} --budget 5000000 --dry-run", ["HINT"]),
    ("label drawn documents, the cheapest proof (`curate audit draw PATH -o labels.jsonl`, then --labels labels.jsonl);"
     " or say what is known to be human: a column (--label-column), a date (--date-column), a provenance rule"
     " (--rules)",
     "mix in --human-ratio 0.5 --trust declared --dry-run", [
         f"{MIX} --trust declared --dry-run"]),
    ("leave --exclude out", "mix in --human-ratio 0 --exclude in/a.jsonl --dry-run", [
        "mix in --human-ratio 0 --dry-run"]),
    ("in --rules mine.toml replaces that rule", "mix few.jsonl --human-ratio 0 --dry-run", [
        "mix few.jsonl --human-ratio 0 --rules few.toml --dry-run"]),
    ("is the most that is supported", f"{MIX} --budget 3 --dry-run", ["HINT"]),
    ("write 50M, 1.5B, 200K or 50000000", f"{MIX} --budget lots --dry-run", [f"{MIX} --budget 0.2K --dry-run"]),
    ("% of the tokens written are human", "mix in --human-ratio 30 --dry-run", [
        "mix in --human-ratio 0.3 --label-column origin --dry-run"]),
    ("% of the rare words may be lost", f"{MIX} --max-tail-loss 5 --dry-run", []),
    ("1 keeps natural shares, 3 evens them out, 100 makes sources all but equal", f"{MIX} --temperature 0 --dry-run", [
        f"{MIX} --temperature {n} --source-column site --budget 300 --dry-run" for n in (1, 3, 100)]),
    ("add --budget 50M", f"{MIX} --max-repeat 2 --dry-run", [f"{MIX} --max-repeat 2 --budget 1K --dry-run"]),
    ("web=0.7,books=0.3", f"{MIX} --weights web --dry-run", [
        f"{MIX} --source-column site --weights s0=0.7,s1=0.3 --dry-run"]),
    ("; --source-column names their column", f"{MIX} --weights s0=0.7,s1=0.3 --dry-run", [
        f"{MIX} --source-column site --weights s0=0.7,s1=0.3 --dry-run"]),
    ("would work with these weights",
     f"{MIX} --source-column site --weights s0=0.9,s1=0.1 --budget 1100 --dry-run", ["HINT"]),
    # neardup
    ("--threshold 0.7", "scan in --threshold 0", ["scan in --threshold 0.7"]),
    (", or a higher --threshold", "scan in --threshold 0.05 --num-perm 16", [
        "scan in --threshold 0.7 --num-perm 16"]),
    # rulebook
    ("measures are", "scan in --rules measure.toml", ["scan in --rules rule.toml"]),
    ("write [[gate]] above each, with an id and a metric", "check in --policy none.toml", [
        "check in --policy gate.toml"]),
    ("--policy default --policy YOURS keeps the default", "check in --policy allow.toml", [
        "check in --policy default --policy allow.toml"]),
    ("write [unread], below it allow = [\".csv\"]", "check in --policy flat.toml", [
        "check in --policy default --policy allow.toml"]),
    ("figures removed.* are on = \"removed\"", "check in --policy on.toml", ["check in --policy removed.toml"]),
    ("figures are named as in `curate scan --json`: machine_share.low", "check in --policy nofigure.toml", [
        "check in --policy gate.toml"]),
    ("known are", "scan in --rules key.toml", ["scan in --rules rule.toml"]),
    ("]] above each", "scan in --rules single.toml", ["scan in --rules rule.toml"]),
    ("RE2 has no look-around and no back-references", "scan in --rules look.toml", ["scan in --rules rule.toml"]),
]  # fmt: skip
# What no test can take: it needs git's remotes, another machine, other files or a person; or names no command at all.
ADVICE = {
    "a file of git": ("git ls-tree -r", "git fetch, then the same command", "git fsck", "git status", "git fetch",
                      "git log names the commits that there are", "git status says what is ignored",
                      "git fetch --refetch --no-filter", "git config --edit", "renew git",
                      "install git, or compare with a folder: --baseline FOLDER", "name a path under",
                      "--baseline names what was there before", "is the path, heads/",
                      "give it on the command line: --baseline",
                      "merge it first, or name a file that git does not track",
                      "merge it first, or name data that git does not track", "trust it: -c",
                      "name it on the command line (--"),
    "a data set of the Hub": (
        "unset HF_HUB_OFFLINE, or name the copy in the cache of the Hub's client", "check the name;",
        "pip install", "pip install -U",
        "hf auth login, or set HF_TOKEN anew", "the token may lack access to it", "if it is private, set HF_TOKEN",
        "the same command, once the network or the Hub is well; what is done is kept", ", then set HF_TOKEN",
        "name a branch, a tag, refs/pr/N or a commit", "look at the list of files of the data set",
        "give the token read access to this repository", "try later; with HF_TOKEN set the limit is higher",
        "; there are", "--config-name", "name the files: .../*.parquet", "there are", "leave --config-name out",
        "data_dir", "copy it first: hf buckets sync", "data sets begin with", "datasets/", "--baseline",
        "hf://datasets/ORG/NAME[@REVISION][/FILE, FOLDER or GLOB]", "run the same command again",
        "name a folder of it", "--post posts under hf://datasets/ORG/NAME@refs/pr/N", "set HF_TOKEN",
    ),
    "tables of datasets": (
        ", or say what the numbers mean in all of them:", "--label-map",
    ),
    "a remote store": (
        "name one file: .../train.parquet", "check the address: https://HOST/FILE",
        "is the host written right, and is there a network?",
        "are host and port written right, and does its server run?",
        "look at HTTP_PROXY, HTTPS_PROXY and ALL_PROXY",
        "save it as a file first, and name that", "the same command goes on",
        "is the address written as the server has it?",
        "user:password@ before the host, a line for it in ~/.netrc, or a new signed address",
        "quote it, and try a name less", "is it written as the store has it?", "copy it to a folder; read are",
        "the same command later; it goes on where this one stopped", "s3://BUCKET/FOLDER",
        "aws s3 ls names yours", "free some space, or name another disk: XDG_CACHE_HOME=FOLDER", "name a local path",
        "aws configure, or AWS_PROFILE, or AWS_SKIP_SIGNATURE=true for a public bucket",
        "aws sso login, or new ones in the environment", "AWS_REGION=REGION, the one of the bucket",
        "AWS_REGION=REGION, or new credentials", "is AWS_ENDPOINT_URL_S3 right? The same command goes on",
    ),
    "a mix in a store": (
        "give the token write access, and look whether the name is free", "write to another data set", "try later",
        "-o hf://datasets/ORG/NAME", "-o NEW; what a killed command left has no certificate.json and may be removed",
        "write to a folder, s3://BUCKET/FOLDER or hf://datasets/ORG/NAME", "the whole mix is kept in",
        "look at the disk", "mix-not-sent-", "name a place that `curate mix` wrote to", "copy the mix to a folder",
    ),
    "files to fetch or to make again": (
        "fetch the file again", "fetch the files again", "fetch the folder again", "fetch the file again, or mix again",
        "download the data set again", "start again", "scan again", "scan the corpus again",
        "the same command, once it rests", "remove the folder and scan its corpora anew",
        "leave the column out (--drop-column NAME), or the file", "remove it: rm", "rm -r",
        "leave it out: --drop-column", ", so no format holds both",
        "leave the column out, for no mix holds a union: --drop-column ",
        "leave it out of --drop-column, or name other columns to read",
        "name a whole column, as it is called in the data",
        "write rows with a column of text, such as {\"text\": \"...\"}",
        "name one, such as", "mix the files apart, or rename the column"),
    "a machine": (
        "install it anew",
        "--memory", "a machine with", "set XDG_CACHE_HOME to a folder of yours",
        "free some space, or {elsewhere}", "{elsewhere}, or change the folder's permissions", "{elsewhere}",
        "this disk is read-only; {elsewhere}", "a part of this path is a file; {elsewhere}",
        "a file stands where a folder is needed; {elsewhere}",
        "raise the limit on the size of files: ulimit -f unlimited", "raise the limit on open files: ulimit -n 1024",
        "lies where it is called from, whatever -o of a mix says", "wait for it, or use -o", "--cache-dir NEW",
        "pip install wordfreq", "fasttext is not installed", "pip install 'corpus-curate[fasttext]'",
        "pip install 'corpus-curate[crosscheck]'",
        "run this with Python", "pip install tokenizers; or --tokenizer bytes", "please report this",
        "use a Python that has its library as .py files", "install the whole of Python's standard library"),
    "another program": (
        "convert it:", "save it as UTF-8: a spreadsheet calls it CSV UTF-8",
        "iconv -f UTF-16 -t UTF-8 FILE", "iconv -f UTF-32 -t UTF-8 FILE",
        "a .bin or .ftz that fastText has saved", "a supervised classifier, saved by fastText", "quantize it (.ftz)",
        "curate train --calibrate-only", "--data names the folder of"),
    "labels of a person": (
        "one draw a file", "draw another round", "ids are those of the draw", "one label a document", "curate verify",
        "curate audit draw", "; keep the columns path and row of the draw",
        "ids must name one document; or keep the columns path and row of the draw",
        "scan what it was drawn from with the same options, or draw again", "labels of other documents go apart",
        "; `curate audit draw PATH -o labels.jsonl` draws them", "fill in the column label, or leave --labels out",
        "write human or machine into its column label",
        "call it from a shell without pipes, or write human and machine into the file's column label",
        "the same command again shows what the file holds now", "the same command again",
        "every label but the last is in the file, wherever it is now",
        "name a folder that `curate mix` wrote",
        "name the column that holds the text: --text-column, or leave the file out"),
    "a demonstration, a detector, an index or a large mix, which take long to make": (
        "curate demo another-folder",
        "name the file to write: -o my.npz", "-o NEW.npz", "each text on one side only",
        "of each; more make a better detector", "curate train writes one", "--index NEW", "leave --index out",
        "--index NEW, and scan its corpora into it; or use the curate that made it",
        "--index NEW, and scan its corpora into it", ", or --index NEW and scan its corpora into it",
        "-o NEW, or an earlier run", "a larger --budget, or leave --max-tail-loss out",
        "; a larger --budget makes it surer", "; or a larger --budget, other --weights, a higher --temperature",
        "is kept for sure", "leave", "give that --tokenizer", "--tokenizer FILE", "give its tokenizer.json",
        "as `mix` had it", ": a row is read by the first that has text", "--ngram-size 5", "--num-perm 128"),
    "no command": (
        "curate scan FOLDER", "name a file, a folder or a glob", "every row is listed in",
        ", all but the first two also with .",
        "other weights, or", "more", "hint", "write", "flag",
        "default", "snapshots", ".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet", ".curate"),
}  # fmt: skip
ROWS, LATER = (
    [{"id": f"d{n}", "text": text, "origin": "human", "site": f"s{n % 2}"} for n, text in enumerate(texts)]
    for texts in (made_up_texts(24)[:12], made_up_texts(24)[12:])
)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All files that the commands of TRIED name."""
    monkeypatch.chdir(tmp_path)
    write_jsonl(Path("in/a.jsonl"), ROWS)
    texts = {
        "typed.toml": "sede = 3\n", "right.toml": "seed = 3\n", "dashes.toml": '"--xyzzy" = 3\n', "rule.toml": RULE,
        "source.toml": SOURCE, "gate.toml": GATE, "none.toml": "", "allow.toml": '[unread]\nallow = [".csv"]\n',
        "flat.toml": 'unread = [".csv"]\n', "on.toml": GATE.replace('"tokens"', '"removed.tokens"') + 'on = "change"\n',
        "removed.toml": GATE.replace('"tokens"', '"removed.tokens"') + 'on = "removed"\n' + GATE.replace('"g"', '"h"'),
        "nofigure.toml": GATE.replace('"tokens"', '"xyzzy"'), "measure.toml": RULE.replace('"tokens"', '"xyzzy"'),
        "key.toml": RULE + "xyzzy = 1\n", "single.toml": RULE.replace("[[rule]]", "[rule]"),
        "look.toml": RULE.replace('measure = "tokens"\nat_most = 3', 'pattern = "(?=x)y"'), "file": "", "page.html": "",
        "few.toml": FEW, "few.jsonl": '{"text": "two words"}\n',
        "labels2.jsonl": '{"id": "d0", "label": "human"}\n', "empty.jsonl": "", "nolabel.jsonl": '{"id": "d0"}\n',
    }  # fmt: skip
    for name, text in texts.items():
        Path(name).write_text(text)
    writers = ["human", "machine"] * 6
    write_jsonl(Path("known.jsonl"), [{"id": row["id"], "label": w} for row, w in zip(ROWS, writers, strict=True)])
    Path("known2.jsonl").write_bytes(Path("known.jsonl").read_bytes())
    words = ["WOMBAT", "human"] * 6
    write_jsonl(Path("words.jsonl"), [{"id": row["id"], "label": w} for row, w in zip(ROWS, words, strict=True)])
    other = made_up_texts(30)[12:]
    levels = [{"prompt": {"text": a, "replies": [{"text": a}]}} for a in other[:9]]
    write_jsonl(Path("tree.jsonl"), levels)
    write_jsonl(Path("classes.jsonl"), [{"human_answer": a, "ai_answer": a[::-1]} for a in other[:9]])
    write_jsonl(Path("two.jsonl"), [{"question": a, "reply": b} for a, b in zip(other[:9], other[9:], strict=True)])
    write_jsonl(Path("lists.jsonl"), [{**row, "who": ["human"]} for row in ROWS])
    Path("two").mkdir()
    write_jsonl(Path("two/a.jsonl"), [{"question": one} for one in other])
    pq.write_table(pa.Table.from_pylist([{"id": "d0", "text": "a", "label": None}]), "known.parquet")
    prompts = [{"messages": [{"role": "user", "content": one}]} for one in other]
    write_jsonl(Path("asked.jsonl"), prompts)
    chats = [[{"role": "user", "content": text}] for text in other[:9]]
    write_jsonl(Path("packed.jsonl"), [{"messages": json.dumps(chat)} for chat in chats])
    write_jsonl(Path("short.jsonl"), [{"q": "yes", "r": n} for n in range(12)])
    spans = pa.nulls(12, pa.month_day_nano_interval())
    for folder, column in (("nan", pa.array([float("nan")] * 12)), ("spans", spans)):
        Path(folder).mkdir()
        pq_or_arrow(Path(folder), pa.Table.from_pylist(ROWS).append_column("extra", column))
    times = pa.array([datetime(2020, 1, 1, tzinfo=UTC)] * 12)
    for folder, first, second in (
        ("kinds", pa.array([2**60 + 1] * 12), pa.array([0.5] * 12)),
        ("times", times, pa.array(["x"] * 12).cast(pa.dictionary(pa.int8(), pa.string()))),
    ):
        Path(folder).mkdir()
        for name, rows, values in (("a", ROWS, first), ("b", LATER, second)):
            pq.write_table(pa.Table.from_pylist(rows).append_column("extra", values), f"{folder}/{name}.parquet")
    Path("later").mkdir()
    write_jsonl(Path("later/a.jsonl"), LATER)
    pq.write_table(pa.Table.from_pylist(ROWS), "named.jsonl")
    write_gz(Path("gz.parquet"), ROWS)
    Path("links").mkdir()
    write_jsonl(Path("elsewhere.jsonl"), [{"text": one} for one in other])
    Path("links/a.jsonl").symlink_to(Path("elsewhere.jsonl").resolve())
    return tmp_path


def pq_or_arrow(folder: Path, table: pa.Table) -> None:
    with pa.OSFile(str(folder / "a.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def write_gz(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))


def told(outcome: Outcome) -> str:
    """The hint, on one line."""
    return " ".join(outcome.err.split()).partition("try: ")[2]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("words", "refused", "works"), TRIED, ids=[one[0][:40] for one in TRIED])
def test_the_way_out_that_a_refusal_names_is_one(curate: Curate, words: str, refused: str, works: list[str]) -> None:
    if " M" in refused:
        assert curate(*f"{MIX} -o M -q".split()).code == 0
    if "RUN" in refused:
        assert curate("scan", "in", "-o", "RUN", "-q").code == 0
    outcome = curate(*shlex.split(refused))
    assert outcome.code in (1, 2, 3, 4), outcome.out
    assert "bug in curate" not in outcome.err
    hint = told(outcome) or outcome.err
    assert " ".join(words.split()) in " ".join(hint.split())
    for command in works if works != ["HINT"] else followed(refused, hint):
        if command.startswith("mv "):
            Path(command.split()[1]).rename(command.split()[2])
            continue
        for name in re.findall(r"--labels (\S+)", command):  # as the drawn lines ask
            Path(name).write_text(Path(name).read_text().replace('"label": null', '"label": "human"'))
        found = curate(*shlex.split(command))
        assert found.code == 0, (command, found.err)


def followed(refused: str, hint: str) -> list[str]:
    """The refused command once for each option with a value that the hint names, with that in its place."""
    commands = []
    for option, value in re.findall(r"(--[a-z-]+) ([0-9.]+)", hint.partition("; or say")[0]):
        changed = re.sub(rf"{option} \S+", f"{option} {value}", refused)
        commands.append(changed if option in refused else f"{changed} {option} {value}")
    assert commands, hint
    return commands


def test_a_union_and_rows_without_columns_are_refused_without_a_way_that_is_none(curate: Curate, world: Path) -> None:
    texts = [str(row["text"]) for row in ROWS]
    parts = [pa.array(range(12)), pa.array(texts)]
    union = pa.UnionArray.from_sparse(pa.array([0, 1] * 6, pa.int8()), parts)
    for column in (union, pa.StructArray.from_arrays([union], ["x"])):
        pq_or_arrow(world / "two", pa.table({"text": texts, "extra": column, "origin": ["human"] * 12}))
        for form in ("parquet", "jsonl"):
            found = curate(*f"mix two/a.arrow --human-ratio 0 --trust declared -o U --format {form}".split())
            assert found.code == 3
            assert "no mix holds a union" in told(found)
            assert "--format" not in told(found)
    write_gz(world / "none.jsonl.gz", [{}] * 3)
    for more in ([], ["--label-column", "who"]):
        found = curate("scan", "none.jsonl.gz", *more)
        assert "no row holds a column" in " ".join(found.err.split())
        assert "such as" in told(found)


def test_every_hint_is_tried_or_is_listed_as_advice() -> None:
    known = {words for words, _, _ in TRIED} | {words for listed in ADVICE.values() for words in listed}
    assert {words: file for words, file in hints().items() if words not in known} == {}
    assert known - set(hints()) == set()


def test_every_option_and_command_that_a_hint_names_is_there() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    options = {name for command in walked(commands.values()) for one in command.params for name in one.opts}
    for words, file in hints().items():
        named = re.findall(r"--[a-z][a-z-]+", words)
        assert set(named) <= options | {"--data", "--long", "--gate", "--refetch", "--no-filter", "--edit"}, (
            words,
            file,
        )
        verbs = re.findall(r"\bcurate ([a-z]+)\b", words)
        assert set(verbs) <= {*commands, "that"}, (words, file)


def walked(commands):  # type: ignore[no-untyped-def]
    for command in commands:
        yield command
        yield from walked(getattr(command, "commands", {}).values())
