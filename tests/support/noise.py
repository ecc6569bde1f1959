"""A site folder whose libraries print on stdout, from C and Python, at import, from a thread, at the end."""

from __future__ import annotations

from pathlib import Path

SITE = """
import atexit, ctypes, logging, os, sys, threading, time

LOUD = {"highspy", "numba", "numpy", "pyarrow", "rich", "scipy", "shellingham", "typer", "wordfreq"}
C = ctypes.CDLL(None)
first = sys.stdout


def shout(word):
    C.puts(b"NOISE puts")
    C.printf(b"NOISE printf without a line break")
    C.fflush(None)
    os.write(1, b"NOISE write\\n")
    print("NOISE print", word, end="")
    for stream in (sys.stdout, sys.__stdout__, first):
        if stream is not None:
            stream.write("NOISE stream\\n")
            stream.flush()
    with open("/dev/stdout", "w") as stream:
        stream.write("NOISE device\\n")
    os.system("echo NOISE child")
    C.puts(b"NOISE left in the buffer of C")


def go_on():
    while True:
        time.sleep(0.01)
        os.write(1, b"NOISE thread\\n")
        print("NOISE thread", flush=True)


class Loud:
    heard = set()

    def find_spec(self, name, path, target=None):
        library = name.partition(".")[0]
        if library in LOUD - self.heard and "curate.errors" in sys.modules:
            if library == "pyarrow":
                threading.Thread(target=go_on, daemon=True).start()
                logging.basicConfig(stream=sys.stdout, level=0)
                atexit.register(shout, "at the end")
            self.heard.add(library)
            shout(library)


sys.meta_path.insert(0, Loud())
"""


def loud_site(folder: Path) -> Path:
    """Make the folder; with it on PYTHONPATH, a process of curate is loud from the first library it loads."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(SITE)
    return folder
