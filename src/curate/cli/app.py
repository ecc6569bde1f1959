"""The `curate` command: keeps stdout for the answer, maps errors to sentences and exit codes. Loads nothing heavy."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Callable
from typing import NoReturn

from curate.cli.streams import NobodyReads, flush, open_streams
from curate.errors import CurateError

INTERRUPTED, TERMINATED = 130, 143
_ADDRESSES = 2_500 << 20  # bytes of address space: with 2.0 GB libraries abort, with 3.0 GB all commands run
# Objects made before cycles are looked for: at Python's 700, loading modules takes half as long again; and one search
# through all that is loaded takes a tenth of a second, in which no thread of a scan runs Python.
_GARBAGE = 1_000_000


class _WithoutPandas:
    """Arrow imports pandas, where it is installed, at its first array: a quarter of a second, for nothing here.

    `datasets` cannot do without it: once that is being loaded, pandas may be too.
    """

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        del path, target
        if name == "pandas" and "datasets" not in sys.modules:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Entry point: runs the command and ends the process with the contract's code.

    At once: worker threads may sit in kernels that cannot be told to stop, and taking all modules and arrays apart one
    by one costs a quarter of a second after the last word is said. Files are atomic, folders closed by now.
    """
    os._exit(command(arguments))


def command(arguments: list[str] | None = None) -> int:
    """As `main`, for who has something to say afterwards: the exit code, all output written."""
    open_streams()
    prepare()
    ended = _end_on_sigterm()
    code = run(arguments)
    return flush(TERMINATED if ended and code == INTERRUPTED else code)


def _end_on_sigterm() -> list[int]:
    """SIGTERM, by which systems end a job, is an interrupt: what is half-written is removed. Holds the signal then."""
    ended: list[int] = []

    def end(number: int, frame: object) -> NoReturn:
        del frame
        signal.signal(number, signal.SIG_DFL)  # a second one does not wait
        ended.append(number)
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, end)
    return ended


def prepare() -> None:
    """Make the process fit for a command, before anything heavy is loaded."""
    sys.meta_path.insert(0, _WithoutPandas())
    if not sys.warnoptions:  # nobody has asked Python for them
        warnings.simplefilter("ignore")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more only wait for each other: our matrices are small
    gc.set_threshold(_GARBAGE)


def run(arguments: list[str] | None = None) -> int:
    """The exit code of one command; prints every error but never a traceback, except for our own bugs."""
    from curate.cli.commands import Interrupt, UsageProblem, app  # after `open_streams`: libraries may print
    from curate.corpus.remote.hidden import hide

    arguments = [hide(one) for one in (sys.argv[1:] if arguments is None else arguments)]
    limit = _address_space(_ADDRESSES)
    if limit and not {"--help", "--version"} & set(arguments):
        _complain("the libraries need more address space than there is", limit)
        return 4
    try:
        result = _result(app, arguments, Interrupt)
        if result == INTERRUPTED:  # Typer has caught it
            raise KeyboardInterrupt  # noqa: TRY301 (one place says what that means)
        return result if isinstance(result, int) else 0
    except CurateError as error:
        _complain(str(error), error.hint)
        return error.exit_code
    except UsageProblem as error:
        message = str(error.format_message()) if hasattr(error, "format_message") else str(error)
        if message.strip():  # empty: no command was given, and the help has been printed
            _complain(message, _usage_hint(error))
        return 2
    except (KeyboardInterrupt, Interrupt):
        _complain("interrupted", "the same command goes on where this one stopped")
        return INTERRUPTED
    except NobodyReads:
        return 0
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> int:
    """Say what failed of the machine, or what is our own bug; 4."""
    if isinstance(error, MemoryError):
        _complain("out of memory", _address_space() or "give fewer workers (-j 1)")
    elif isinstance(error, OSError):
        _complain(f"{error.filename or 'the system'}: {error.strerror or error}", _way_out())
    else:
        _show_bug()
        _complain("this is a bug in curate", "please report it with the lines above")
    return 4


def _way_out() -> str:
    """After the system has refused something, what most likely helps."""
    try:
        os.getcwd()  # noqa: PTH109 (pathlib is not loaded here)
    except FileNotFoundError:
        return "the folder you are in has been deleted: call curate from another one"
    return _address_space() or "is there room, and may you write there?"


def _address_space(least: int = sys.maxsize) -> str:
    """Return what lifts a bound on it below `least`: libraries fail to load then, or abort the process."""
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    bounded = soft not in (resource.RLIM_INFINITY, -1) and soft < least
    return f"raise the limit on address space, which is {soft >> 20:,} MiB: ulimit -v unlimited" if bounded else ""


def _show_bug() -> None:
    """The traceback on stderr; its messages may quote the data."""
    from curate.cli.plain import visible

    for line in traceback.format_exc().splitlines():
        print(visible(line), file=sys.stderr)


def _result(app: Callable[..., object], arguments: list[str] | None, interrupt: type[Exception]) -> object:
    """Run the command. Typer takes the end of a file for an interrupt by the user; here it is an error."""
    try:
        return app(args=arguments, standalone_mode=False)
    except interrupt as error:
        if isinstance(error.__cause__, EOFError):
            raise error.__cause__ from None
        raise


def _complain(message: str, hint: str) -> None:
    from curate.cli.plain import shortened, visible

    print(f"curate: {visible(shortened(message))}", file=sys.stderr)
    if hint:
        print(f"  try: {visible(shortened(hint))}", file=sys.stderr)


def _usage_hint(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    return f"{context.command_path if context else 'curate'} --help"
