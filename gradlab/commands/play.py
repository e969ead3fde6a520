"""`gradlab play`: a lesson or a recording that plays by itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradlab.commands import _completion
from gradlab.commands._look import ascii_option, theme_option
from gradlab.commands._memory import memory_options
from gradlab.commands._output import show, show_error, spoken
from gradlab.commands._record import out_option
from gradlab.commands._terminal import has_terminal
from gradlab.errors import GradlabError

if TYPE_CHECKING:
    from gradlab.session import Lab

FAILED = 1
WIDTH = 80
SPEED = click.FloatRange(0.1, 20)


@click.command("play")
@click.argument("file", shell_complete=_completion.scenarios)
@click.option("--speed", type=SPEED, default=1.0, show_default=True, help="How much faster than a person reads.")
@click.option("--until", metavar="MARK", default="", help="Play to the line `mark MARK`, and stand there.")
@click.option("--plain", is_flag=True, help="Print the lesson as lines, without waiting.")
@out_option
@memory_options
@theme_option
@ascii_option
def COMMAND(
    file: str,
    speed: float,
    until: str,
    plain: bool,
    out: Path | None,
    max_memory: int | None,
    budget: int | None,
    theme: str | None,
) -> int:
    """Play a scenario or a recording FILE, or the name of a scenario that comes with gradlab.

    A paragraph stands for the time that it takes to read, a line of the script for 0.8 s, `pause 2` for 2 s; at a question it
    waits for the answer. Space stops and goes on, PageDown and PageUp go a stop forth and back, `:speed 2` changes the speed,
    `q` leaves. All other keys of the laboratory work.

    Without a terminal, and with --plain, the lesson is printed; then the exit code is 1 when an assertion failed.
    """
    if plain or not has_terminal():
        return _print(_open(file, out, until, max_memory, budget), until)
    from gradlab.tui.app import run_app
    from gradlab.tui.screens.playing import Playing

    def screen(make: Callable[[], Lab], title: str) -> Playing:
        return Playing(make, title, speed, until)

    return run_app(file, make=lambda: _open(file, out, until, max_memory, budget), screen=screen, theme=theme or "")


def _open(file: str, out: Path | None, until: str, memory: int | None, budget: int | None) -> Lab:
    from gradlab.commands._recorded import given_of
    from gradlab.exporters._lesson import lesson_of
    from gradlab.recording.performance import Performance

    lab = lesson_of(Performance(file, given_of(memory=memory, budget=budget)))
    lab.outputs.given = out
    marks = [statement.rest.text for statement in lab.script if statement.word == "mark"]
    if until and until not in marks:
        made = f"it makes {', '.join(marks)}" if marks else "it makes none"
        raise GradlabError(f"error: `{until}` is no mark of this script: {made}")
    return lab


def _print(lab: Lab, until: str) -> int:
    """Print the lesson stop by stop; return the exit code."""
    from gradlab.draw.ink import dump
    from gradlab.draw.prose import prose

    code = 0
    for problem in lab.warnings:
        show_error(problem.render("warning"))
    while (place := lab.ahead()) is not None and until not in lab.marks:
        if place[0] == "page":
            lab.turn()
            if text := lab.page_text(place[1]):
                show(f"{dump(prose(text, WIDTH))}\n")
        else:
            code = max(code, _line(lab, place[1]))
    return code


def _line(lab: Lab, number: int) -> int:
    """Do a statement of the script, and print it with what it said; return the exit code."""
    from gradlab.lab.outcome import joined

    role = lab.roles()[number]
    outcome = joined([lab.next_line(), lab.skip_question()])
    if role.part not in ("aside", "note"):
        show(f"> {role.text}")
    for line in outcome.lines:
        show(spoken(line))
    return 0 if outcome.ok else FAILED
