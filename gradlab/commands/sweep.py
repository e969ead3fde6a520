"""`gradlab sweep`: one scenario many times, and what comes of it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradlab import interruption
from gradlab.commands import _completion
from gradlab.commands._backend import backend_option
from gradlab.commands._look import ascii_option
from gradlab.commands._memory import Size
from gradlab.commands._output import as_json, show, show_error, show_json, table, tell
from gradlab.draw.glyphs import ASCII
from gradlab.errors import GradlabError

if TYPE_CHECKING:
    from gradlab.sweeps.question import AskedSweep
    from gradlab.sweeps.results import Done
    from gradlab.sweeps.sweeping import Sweeping

INTERRUPTED = 130
LEAST, WIDE, MOST = 40, 78, 120
"""Cells across a picture: at least, through a pipe, and at most."""


@click.command("sweep")
@click.argument("file", shell_complete=_completion.scenarios)
@click.option("--over", multiple=True, metavar="NAME=VALUES", required=True,
              help="What is set, to what: [a, b, c], lin(a, b, n), log(a, b, n).")  # fmt: skip
@click.option("--seeds", metavar="A..B", help="The seeds of each setting: 0..4, 3, or 0,2,5.")
@click.option("--updates", type=click.IntRange(0, 10**9), help="For how many updates each run trains.")
@click.option("--measure", multiple=True, metavar="EXPR", help="What is measured at the end; by default the loss.")
@click.option("--expect", multiple=True, metavar="EXPR", help="What is to hold at the end; else the point has failed.")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="OUT",
              help="The file of the results; a sweep that is there goes on.")  # fmt: skip
@click.option("--figure", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Draw what came of it, too: .svg, .pdf or .png; the extra `figures`.")  # fmt: skip
@click.option("--force", is_flag=True, help="Let the figure take the place of a file.")
@click.option("--random", type=click.IntRange(1, 10**9), metavar="N", help="Draw N settings; ranges are log(a, b), lin(a, b).")
@click.option("--sweep-seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, help="The seed of the drawing.")
@click.option("--halving", type=click.IntRange(2, 1000), metavar="K", help="The best K-th part goes on K times as long, …")
@click.option("--jobs", type=click.IntRange(1, 1024), help="Processes; by default as many as there are cores.")
@click.option("--dask", metavar="ADDRESS", help="The scheduler of a Dask cluster: tcp://host:8786.")
@click.option("--timeout", type=click.FloatRange(0.001, 10**6), metavar="S", help="Seconds for a point, not those of its head.")
@click.option("--max-memory", type=Size(), metavar="SIZE", help="What values and gradients of a point may take; 2G.")
@click.option("--open", "shown", is_flag=True, help="Run it on the screen of its results; it needs -o.")
@click.option("--yes", is_flag=True, help="Run more than 1,000,000 points.")
@backend_option
@ascii_option
@as_json
def COMMAND(
    file: str, *, over: tuple[str, ...], seeds: str | None, updates: int | None, measure: tuple[str, ...],
    expect: tuple[str, ...], out: Path | None, figure: Path | None, force: bool, random: int | None, sweep_seed: int,
    halving: int | None, jobs: int | None, dask: str | None, timeout: float | None, max_memory: int | None, shown: bool,
    yes: bool, backend: str, as_json: bool,
) -> int:  # fmt: skip
    """Run a scenario FILE for every setting and seed, show the best, and draw what came of it.

    Each --over sets an argument or a variable of the model, as `compare --with` does. The script of the file is not run: each
    run trains, and measures. A point that fails (a number that is not finite, an --expect, memory, time) is a result with its
    reason. With -o every result is kept as it comes; the same command goes on with the points that are missing. Ctrl-C ends
    with exit code 130, and what is done is kept. With --open it runs on the screen that `gradlab open OUT` shows.

    It draws curves over one name, a map of a grid of two, and of more names a table, with what each of them explains; --figure
    draws the same through matplotlib, all measures.

    The only result of --json is {"sweep", "rows": [{"values", "updates", "measured", "spread", "seeds", "failed", "why"}]},
    where "sweep" is the head of the file.
    """
    from gradlab.sweeps.asking import SweepWish, asked
    from gradlab.sweeps.function import cores
    from gradlab.sweeps.values import read_seeds

    wish = SweepWish(over, measure, expect, updates, None if seeds is None else read_seeds(seeds), random, sweep_seed, halving,
                backend, timeout, max_memory, yes)  # fmt: skip
    if shown and (out is None or as_json):
        raise click.UsageError("`--open` shows the file of the results: which one? `-o OUT`, and no `--json`")
    form = None if figure is None else _form(figure, file, force=force)
    sweep = asked(file, wish)
    if shown and out is not None:
        done, whole = _on_screen(sweep, out, jobs, dask)
    else:
        done, whole = _swept(sweep, out, jobs or cores(), dask)
    if as_json:
        show_json("sweep", whole, [_record(sweep, done)])
    else:
        _show(sweep, done)
        if out is None and not whole:
            show_error("note: without `-o OUT` nothing of it is kept")
    if figure is not None and form is not None:
        _draw(sweep, done, figure, form, force=force)
    return 0 if whole else INTERRUPTED


def _on_screen(sweep: AskedSweep, out: Path, jobs: int | None, dask: str | None) -> tuple[Done, bool]:
    """Run what is missing beside the screen of the results; return what is there when it is left, and whether that is all."""
    from gradlab.commands._sweeping import show_screen
    from gradlab.commands._terminal import has_terminal
    from gradlab.sweeps.opening import command_line
    from gradlab.sweeps.results import SweepFile, read_sweep

    if not has_terminal():
        raise GradlabError("error: `--open` needs a terminal; without it the sweep runs in any place")
    SweepFile(out, sweep).close()
    how = [*((f"--jobs={jobs}",) if jobs is not None else ()), *((f"--dask={dask}",) if dask is not None else ())]
    show_screen(out, command=command_line(sweep, out, how))
    done = read_sweep(out)[1]
    return done, len(done) >= sweep.plan.runs


def _form(figure: Path, file: str, *, force: bool) -> str:
    """Return the format of a figure that is to be written. Raises GradlabError where it could not be: before anything runs."""
    from gradlab.exporters._matplotlib import matplotlib
    from gradlab.exporters._sweep_figure import format_of
    from gradlab.outputs import refuse_existing

    refuse_existing(figure, force=force, read=file)
    form = format_of(figure)
    matplotlib()
    return form


def _draw(sweep: AskedSweep, done: Done, figure: Path, form: str, *, force: bool) -> None:
    """Draw what there is, if there is anything."""
    from gradlab.exporters._sweep_figure import write_sweep
    from gradlab.outputs import written

    if done:
        with written(figure, force=force) as beside:
            write_sweep(sweep, done, beside, form)


def _swept(sweep: AskedSweep, out: Path | None, jobs: int, dask: str | None) -> tuple[Done, bool]:
    """Run what is missing; return the results, and whether nothing broke it off."""
    from gradlab.commands._sweeping import SweepProgress
    from gradlab.sweeps.engines import engine_for
    from gradlab.sweeps.results import SweepFile
    from gradlab.sweeps.sweeping import Sweeping

    file = None if out is None else SweepFile(out, sweep)
    progress = SweepProgress(sweep.question.measures[0])
    sweeping = Sweeping(sweep, file, progress)
    if sweeping.standing.done:
        tell(f"{out}: {sweeping.standing.done:,} of {sweep.plan.runs:,} points are there, and are not run again")
    if file is not None and file.again:
        tell(f"{out}: {file.again:,} that failed by time or memory are run again, with the higher limit")
    try:
        with progress, engine_for(sweep, jobs, dask) as engine:
            return _run(sweeping, engine)
    finally:
        if file is not None:
            file.close()


def _run(sweeping: Sweeping, engine: Any) -> tuple[Done, bool]:
    try:
        sweeping.run(engine)
    except KeyboardInterrupt:
        interruption.forget()
        return sweeping.done, False
    return sweeping.done, True


def show_results(path: Path) -> int:
    """Show what a file has of the results of a sweep. Raises GradlabError."""
    from gradlab.sweeps.results import read_sweep

    _show(*read_sweep(path))
    return 0


def _show(sweep: AskedSweep, done: Done) -> None:
    from gradlab.sweeps.telling import SHOWN, summary, table_of

    for line in summary(sweep, done):
        show(line)
    rows = table_of(sweep, done)
    if len(rows) > 1:
        show("\n".join(["", *table(rows)]))
    settings = len({number // len(sweep.plan.seeds) for number, _ in done})
    if settings > SHOWN:
        show(f"… and {settings - SHOWN:,} more settings")
    if settings > 1:
        show(f"\n{_picture(sweep, done)}")


def _picture(sweep: AskedSweep, done: Done) -> str:
    """Return what came of it as a picture of the first measure, in the width of the terminal."""
    from gradlab.draw.ink import dump
    from gradlab.sweeps.pictures import picture_of, sweep_page

    terminal = sys.stdout is not None and sys.stdout.isatty()
    width = min(MOST, max(LEAST, shutil.get_terminal_size().columns - 1)) if terminal else WIDE
    return dump(sweep_page(picture_of(sweep, done), width, "ascii" if os.environ.get(ASCII) else "plain"))


def _record(sweep: AskedSweep, done: Done) -> dict[str, Any]:
    from gradlab.sweeps.results import head_of
    from gradlab.sweeps.table import rows_of

    measures = sweep.question.measures
    rows = [
        {
            "values": dict(row.values), "updates": row.updates, "measured": dict(zip(measures, row.means, strict=True)),
            "spread": dict(zip(measures, row.spreads, strict=True)), "seeds": row.count, "failed": row.failed, "why": row.why,
        }
        for row in sorted(rows_of(sweep, done), key=lambda row: row.rank)
    ]  # fmt: skip
    head = {key: value for key, value in head_of(sweep).items() if key != "text"}
    return {"sweep": head, "rows": rows}
