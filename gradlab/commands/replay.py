"""`gradlab replay`: a recording done again, and every line compared."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradlab.commands._backend import Backends
from gradlab.commands._memory import memory_options
from gradlab.commands._output import as_json, show, show_json
from gradlab.commands._progress import Share

if TYPE_CHECKING:
    from gradlab.recording.replay import ReplayVerdict


@click.command("replay")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--tol", type=click.FloatRange(0, 1e300), metavar="T", help="Compare numbers, to within T, instead of bits.")
@click.option("--backend", type=Backends(), help="Run the ops on another backend than the recorded one.")
@click.option("--data", type=click.Path(path_type=Path), metavar="DIR", help="Where its data files are.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a JUnit report, too.")
@memory_options
@as_json
def COMMAND(
    file: Path, tol: float | None, backend: str | None, data: Path | None, junit: Path | None, max_memory: int | None,
    budget: int | None, as_json: bool,
) -> int:  # fmt: skip
    """Do a recording FILE again, and compare every line with what was recorded: "41 of 41 lines, same bits".

    Its scenario is in it; data files are looked for beside it and compared by their hashes. It runs on the machine that it was
    made on, each stretch on its own. Of the first line that differs it says the position, the node, both numbers, how many
    differ and by how much, and what is otherwise here: backend, dtype, threads, BLAS, CPU, version, text. Then the exit code
    is 1. With --tol the few numbers that each line keeps are compared.

    The result of --json is {"name", "same": lines, "difference": null or {"number", "text", "at", "why", "node", "recorded",
    "here", "differing", "total", "largest"}, "elsewhere", "notes", "seconds"}.
    """
    from gradlab.commands._recorded import replayed, report_of
    from gradlab.commands._report import write_junit

    began = time.perf_counter()
    with Share(str(file)) as share:
        header, verdict = replayed(file, tol, backend or "", data, max_memory, budget, share)
    seconds = time.perf_counter() - began
    if junit:
        write_junit(junit, [report_of(str(file), header, verdict, seconds)])
    if as_json:
        show_json("replay", verdict.difference is None, [_record(file, verdict, seconds)])
    else:
        show("\n".join(verdict.lines()))
    return int(verdict.difference is not None)


def _record(file: Path, verdict: ReplayVerdict, seconds: float) -> dict[str, Any]:
    from dataclasses import asdict

    found = verdict.difference
    difference = None if found is None else {**asdict(found), "at": None if found.at is None else str(found.at)}
    return {
        "name": str(file), "same": verdict.same, "difference": difference, "elsewhere": list(verdict.elsewhere),
        "notes": list(verdict.notes), "seconds": round(seconds, 6),
    }  # fmt: skip
