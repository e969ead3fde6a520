"""The command line: it prepares the streams, runs one command, and turns whatever went wrong into a text and an exit code.

    0    done                                     2    bad usage or a bad file: the error is on stderr
    1    an `expect` failed                       70   our own mistake; GRADLAB_TRACEBACK=1 shows where
    130  interrupted                              141  whoever read our output went away

The commands are in `gradlab.commands`, one file each. Nothing is imported here before `main` runs, so that an interruption
during the imports ends like any other.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

FAILED, BAD, INTERNAL, INTERRUPTED, PIPE_BROKEN = 1, 2, 70, 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command in the arguments (default: those of the process) and give its exit code."""
    try:
        from gradlab import interruption

        with interruption.hushed():  # until what was broken off is gone, which the exception holds
            return _whole(sys.argv[1:] if arguments is None else list(arguments))
    except KeyboardInterrupt:
        return INTERRUPTED


def program() -> NoReturn:
    """Be the process `gradlab`: once the command has ended, nothing is left to interrupt, nor to complain of it."""
    code = main()
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if code == INTERRUPTED:
        sys.unraisablehook = lambda report: None
    sys.exit(code)


def _whole(arguments: list[str]) -> int:
    """Run one command and empty the streams; return the exit code, also of one that was interrupted or has no reader."""
    from gradlab import interruption

    try:
        with interruption.listening():
            _use_utf8()
            code = _run(arguments)
            _tell_of_plugins()
            _flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return PIPE_BROKEN
    return code


def _run(arguments: list[str]) -> int:
    import click

    from gradlab import interruption
    from gradlab.collecting import held_back

    with held_back():
        from gradlab.commands import group
        from gradlab.commands._completion import complete, wanted
    from gradlab.errors import GradlabError

    _silence_numbers()
    try:
        if wanted():
            return complete(group)
        with group.make_context("gradlab", arguments) as context:
            return int(group.invoke(context) or 0)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        return _bad(_usage(error))
    except GradlabError as error:
        return _bad(str(error))
    except BrokenPipeError:
        raise
    except OSError as error:
        return _bad(_describe(error))
    except Exception as error:  # noqa: BLE001  the last line of defence: nobody else is left to catch it
        interruption.look()  # what an interruption broke is no mistake of ours
        return _internal(error)


def _bad(text: str) -> int:
    from gradlab.commands._output import show_error

    show_error(text)
    return BAD


def _usage(error: Exception) -> str:
    """Return a usage error with the usage line of the command that it is about."""
    import click

    assert isinstance(error, click.ClickException)
    lead = ""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        lead = f"\n{error.ctx.get_usage()}\ntry `{error.ctx.command_path} --help`"
    return f"error: {error.format_message()}{lead}"


def _describe(error: OSError) -> str:
    place = f" `{error.filename}`" if error.filename else ""
    return f"error:{place} {error.strerror or error}"


def _internal(error: Exception) -> int:
    """Report what should not have happened, on one line, or with the traceback when it is asked for."""
    from gradlab.commands._output import show_error

    if os.environ.get("GRADLAB_TRACEBACK"):
        import traceback

        show_error("".join(traceback.format_exception(error)).rstrip())
    what = " ".join(f"{type(error).__name__}: {error}".split())
    show_error(f"internal error: {what} (set GRADLAB_TRACEBACK=1 for the traceback)")
    return INTERNAL


def _tell_of_plugins() -> None:
    """Say on stderr what was left out of the plug-ins that the command came upon."""
    plugins = sys.modules.get("gradlab.plugins")
    for one in plugins.untold() if plugins is not None else ():
        from gradlab.commands._output import show_error

        show_error(f"note: plug-in {one.giver}, {one.group}: {one.problem}")


def _silence_numbers() -> None:
    """Leave NumPy's warnings out: a NaN or an infinity is a finding, which the laboratory tells."""
    import warnings

    warnings.simplefilter("ignore", RuntimeWarning)


def _use_utf8() -> None:
    """Write UTF-8 whatever the locale says, and an escape for what no encoding has. A closed stream is None."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if sys.stdin is not None and hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")


def _flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _discard_output() -> None:
    """Send what is still in the buffers nowhere, or Python complains about the pipe when it ends."""
    sink = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(sink, stream.fileno())
