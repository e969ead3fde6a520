"""`gradlab open`: the laboratory on a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradlab.commands import _completion
from gradlab.commands._depth import depth_option
from gradlab.commands._memory import memory_options
from gradlab.commands._out import out_option
from gradlab.commands._output import show, table
from gradlab.commands._terminal import has_terminal

if TYPE_CHECKING:
    from gradlab.session import Lab


LONGEST = 200
"""Nodes that the plain page lists."""


@click.command("open")
@click.argument("file", shell_complete=_completion.scenarios)
@click.option("--at", metavar="POS", help="Go to a position first, such as 0.b.3: UPDATE.PHASE.OP, with phase f, b or u.")
@click.option("--lang", metavar="CODE", envvar="GRADLAB_LANG", default="", help="The language of the prose, such as `de`.")
@click.option("--notes", is_flag=True, help="Show the teacher's notes in the lesson.")
@memory_options
@depth_option
@out_option
def COMMAND(
    file: str, at: str | None, lang: str, notes: bool, max_memory: int | None, budget: int | None, depth: int, out: Path | None
) -> int:
    """Open a scenario FILE, or the name of one that comes with gradlab, in the laboratory.

    Without a terminal it prints the nodes of the scenario, warnings about it, and what its script would do.
    """
    file = _in_language(file, lang)
    if has_terminal():
        from gradlab.tui.app import run_app

        return run_app(file, at, lambda: _load(file, notes, max_memory, budget, depth, out))
    lab = _load(file, notes, max_memory, budget, depth, out)
    if at:
        lab.do(f"goto {at}")
    show("\n".join(_page(lab)))
    return 0


def _in_language(file: str, language: str) -> str:
    """Return the file of a scenario in a language; what was given when there is none, or no such scenario."""
    from gradlab.scenario import shelf

    path = Path(file) if Path(file).is_file() else shelf.find(file)
    there = None if path is None else shelf.in_language(path, language)
    return file if there in (None, path) else str(there)


def _load(file: str, notes: bool, max_memory: int | None, budget: int | None, depth: int, out: Path | None) -> Lab:
    import gradlab
    from gradlab.lab.depth import look_at

    lab = gradlab.load(file, memory=max_memory, budget=budget, out=out)
    lab.notes_shown = notes
    look_at(lab, depth)
    return lab


def _page(lab: Lab) -> list[str]:
    """Return the scenario as plain text: its nodes, and what its script does."""
    snapshot = lab.snapshot()
    head = f"{lab.title}    {snapshot.dtype}, seed {snapshot.seed}, {snapshot.mode}, at {snapshot.position}"
    rows = [(node.name, node.op, "x".join(map(str, node.shape)) or "scalar", node.expression) for node in lab.nodes]
    more = f"    … and {len(rows) - LONGEST:,} more" if len(rows) > LONGEST else ""
    hidden = ("aside",) if lab.notes_shown else ("aside", "note")
    script = [f"    {role.text}" for role in lab.roles() if role.part not in hidden]
    warned = [f"{problem.render('warning')}\n" for problem in lab.warnings]
    rest = [*([more] if more else []), *(["", "script", *script] if script else [])]
    return [head, "", *warned, *table(rows[:LONGEST]), *rest]
