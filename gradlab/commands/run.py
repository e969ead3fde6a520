"""`gradlab run`: actions on a scenario, one after the other, without a screen."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradlab import interruption
from gradlab.commands import _completion
from gradlab.commands._backend import backend_option
from gradlab.commands._changed import changes_option, seed_option
from gradlab.commands._depth import depth_option
from gradlab.commands._look import ascii_option
from gradlab.commands._memory import memory_options
from gradlab.commands._output import as_json, show, show_error, show_json, spoken, tell
from gradlab.commands._progress import Progress, standing
from gradlab.commands._record import out_option, record_options
from gradlab.errors import ActionError, GradlabError

if TYPE_CHECKING:
    from gradlab.session import Lab

FAILED, BAD, INTERRUPTED = 1, 2, 130
LONGEST = 1 << 20
"""Characters of a line of stdin."""


@click.command("run")
@click.argument("file", shell_complete=_completion.scenarios)
@click.argument("actions", nargs=-1, metavar="['ACTION' | -]...", shell_complete=_completion.actions)
@changes_option
@seed_option
@backend_option
@memory_options
@depth_option
@record_options
@out_option
@as_json
@ascii_option
def COMMAND(
    file: str, actions: tuple[str, ...], *, changes: tuple[str, ...], seed: int | None,
    backend: str, max_memory: int | None, budget: int | None,
    depth: int | None, record: Path | None, force: bool, out: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Run actions on a scenario FILE (or the name of one that comes with gradlab), each given as one argument.

    With `-`, or without an action when stdin is no terminal, the actions are the lines of stdin. The script in the file is not
    run; `gradlab check` does that. Warnings about the model go to stderr. The first action that cannot be done ends the run
    with exit code 2; an interruption ends it with 130, and with the position and the loss that it came to. What --record has
    kept `gradlab replay` does again.

    A result of --json is {"action", "ok", "position", "lines": [{"kind", "text"}]}; of an action that cannot be done it is
    {"action", "ok": false, "error"}.
    """
    lines = _actions(actions)
    import gradlab
    from gradlab.lab.depth import look_at
    from gradlab.outputs import Outputs
    from gradlab.recording.kind import kind_of
    from gradlab.recording.recorders import recording

    if Path(file).is_file() and kind_of(Path(file)) == "recording":
        raise GradlabError(
            f"error: `{file}` is a recording: `gradlab open` goes on from its end, `gradlab replay` does it again"
        )
    lab = gradlab.load(file, seed=seed, backend=backend, memory=max_memory, budget=budget, changes=changes)
    lab.outputs = Outputs(out)
    look_at(lab, depth)
    for problem in lab.warnings:
        show_error(problem.render("warning"))
    results: list[dict[str, Any]] = []
    code = 0
    with recording(lab, record, force=force, read=file):
        try:
            for result in _results(lab, lines, quiet=as_json):
                results.append(result)
                code = max(code, BAD if "error" in result else 0 if result["ok"] else FAILED)
        except KeyboardInterrupt:
            code = _interrupted(lab)
    if not results and code != INTERRUPTED:
        tell("nothing was run: stdin holds no action; `gradlab check` runs the script of a file")
    if as_json:
        show_json("run", code == 0, results)
    return code


def _interrupted(lab: Lab) -> int:
    """Say how far it came, and return the exit code."""
    interruption.forget()
    tell(f"interrupted {standing(lab)}")
    return INTERRUPTED


def _actions(given: tuple[str, ...]) -> Iterator[str]:
    """Return the actions one by one: those given, and for `-` those on stdin. Raises UsageError when there is none."""
    if not given or (sys.stdin is None and "-" in given):
        if sys.stdin is None or sys.stdin.isatty():
            raise click.UsageError("no action given: write one, as in 'forward', or pipe them in")
        given = ("-",)
    return _each(given)


def _each(given: Iterable[str]) -> Iterator[str]:
    for text in given:
        source = _lines_of_stdin() if text == "-" else text.splitlines()
        yield from (line for line in map(str.strip, source) if line and not line.startswith("#"))


def _lines_of_stdin() -> Iterator[str]:
    """Return the lines as they come. Raises GradlabError for one that does not end."""
    number = 0
    while line := sys.stdin.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            raise GradlabError(f"line {number} of stdin is longer than {LONGEST:,} characters")
        yield line


def _results(lab: Lab, actions: Iterable[str], *, quiet: bool) -> Iterator[dict[str, Any]]:
    """Do the actions, say what each said, and return it; the first that cannot be done is the last."""
    for action in actions:
        lab.on_chunk = progress = Progress(lab, action)
        try:
            outcome = lab.do(action)
        except ActionError as error:
            progress.close()
            show_error(str(error))
            yield {"action": action, "ok": False, "error": str(error)}
            return
        finally:
            progress.close()
        if not quiet:
            for line in outcome.lines:
                show(spoken(line))
        lines = [{"kind": line.kind, "text": line.text} for line in outcome.lines]
        yield {"action": action, "ok": outcome.ok, "position": str(lab.position), "lines": lines}
