"""`gradlab sweep`: one scenario many times, and what comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gradlab import interruption
from gradlab.commands import _completion
from gradlab.commands._backend import backend_option
from gradlab.commands._memory import Size
from gradlab.commands._output import as_json, show, show_error, show_json, table, tell
from gradlab.errors import GradlabError

if TYPE_CHECKING:
    from gradlab.sweeps.question import AskedSweep
    from gradlab.sweeps.results import Done
    from gradlab.sweeps.sweeping import Sweeping

INTERRUPTED = 130


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
@as_json
def COMMAND(
    file: str, *, over: tuple[str, ...], seeds: str | None, updates: int | None, measure: tuple[str, ...],
    expect: tuple[str, ...], out: Path | None, random: int | None, sweep_seed: int, halving: int | None, jobs: int | None,
    dask: str | None, timeout: float | None, max_memory: int | None, shown: bool, yes: bool, backend: str, as_json: bool,
) -> int:  # fmt: skip
    """Run a scenario FILE for every setting and seed, and show the best.

    Each --over sets an argument or a variable of the model, as `compare --with` does. The script of the file is not run: each
    run trains, and measures. A point that fails (a number that is not finite, an --expect, memory, time) is a result with its
    reason. With -o every result is kept as it comes; the same command goes on with the points that are missing. Ctrl-C ends
    with exit code 130, and what is done is kept. With --open it runs on the screen that `gradlab open OUT` shows.

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
    sweep = asked(file, wish)
    if shown and out is not None:
        return _on_screen(sweep, out, jobs, dask)
    done, whole = _swept(sweep, out, jobs or cores(), dask)
    if as_json:
        show_json("sweep", whole, [_record(sweep, done)])
    else:
        _show(sweep, done)
        if out is None and not whole:
            show_error("note: without `-o OUT` nothing of it is kept")
    return 0 if whole else INTERRUPTED


def _on_screen(sweep: AskedSweep, out: Path, jobs: int | None, dask: str | None) -> int:
    """Run a sweep on the screen of its results; say, when it is left, what is there."""
    from gradlab.commands._sweeping import show_screen
    from gradlab.commands._terminal import has_terminal
    from gradlab.sweeps.opening import command_line
    from gradlab.sweeps.results import SweepFile, read_sweep

    if not has_terminal():
        raise GradlabError("error: `--open` needs a terminal; without it the sweep runs in any place")
    SweepFile(out, sweep).close()
    how = [*((f"--jobs={jobs}",) if jobs is not None else ()), *((f"--dask={dask}",) if dask is not None else ())]
    code = show_screen(out, command=command_line(sweep, out, how))
    found, done = read_sweep(out)
    _show(found, done)
    return code or (0 if len(done) >= found.plan.runs else INTERRUPTED)


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
    from gradlab.sweeps.telling import SHOWN, reasons, summary, table_of

    for line in summary(sweep, done):
        show(line)
    rows = table_of(sweep, done)
    if len(rows) > 1:
        show("\n".join(["", *table(rows)]))
    settings = len({number // len(sweep.plan.seeds) for number, _ in done})
    if settings > SHOWN:
        show(f"… and {settings - SHOWN:,} more settings")
    for reason, count in reasons(done)[:3]:
        show(f"failed {count:,}: {reason}")


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
