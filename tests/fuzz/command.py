"""Run many cases in several processes, and say what broke.

An input is a model, a scenario, a data file, a line of a script or an expression. Each is either taken or refused with a text;
anything else is a fault: another exception, a warning, an object of the program in a text, more than 5 s of computing without
a turn for others, more than 2 GiB of memory, the end of the process. A case is found again by its name: case `S.N` is
`--seed S --first N --number 1`.
"""

from __future__ import annotations

import faulthandler
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click
import threadpoolctl

from gradlab.graph.threads import one_thread
from tests.fuzz.trial import Case, Fault, Tally

SECONDS = 5.0
"""Computing time that an input may take, or work that was asked for between two turns of others."""
LONGEST = 60.0
"""Computing time of such work, and of what has to be compiled."""
MOST_MEMORY = 2 << 30
LEAST_TAKEN = 0.3
CHUNK = 50
_BEGINNING = 30
"""Lines of a fault that are shown."""


class TooLong(BaseException):
    """An input takes too long. No `Exception`, so that nobody on the way takes it for a failure of theirs."""


@contextmanager
def _limited() -> Iterator[None]:
    def over(number: int, frame: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, over)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def tried(seed: int, number: int, jit_share: float, *, again: bool = True) -> Tally:
    """Run one case under the limit. What takes too long is tried once more: what had to be compiled is there then."""
    case, latest, began = Case(seed, number, jit_share), [""], [0.0]

    def watched(text: str) -> None:
        if text:
            latest[0], began[0] = text, time.process_time()
        elif time.process_time() - began[0] > LONGEST:
            raise TooLong
        signal.setitimer(signal.ITIMER_PROF, SECONDS if case.backend == "plain" else LONGEST)  # what is compiled takes time

    try:
        with _limited():
            return case.run(watched)
    except TooLong:
        if again:
            return tried(seed, number, jit_share, again=False)
        case.tally.faults.append(
            Fault(case.name, "time", f"more than {SECONDS:g} s", latest[0][:200], "\n".join(case.said[-12:]))
        )
        return case.tally


def _worked(seed: int, numbers: range, jit_share: float, trail: Path) -> tuple[Tally, int]:
    """Return what happened in some cases, and the largest memory of this process in bytes."""
    tally = Tally()
    faulthandler.enable()
    one_thread()
    threadpoolctl.threadpool_limits = lambda *_, **__: None  # it is said: to say it again takes 7 ms, twice a case
    for number in numbers:
        trail.write_text(f"{seed}.{number}", encoding="utf-8")
        tally.add(tried(seed, number, jit_share))
    return tally, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


@click.command("fuzz", help=__doc__)
@click.option("--number", default=1_000, show_default=True, help="How many cases.")
@click.option("--seed", default=0, show_default=True, help="Which ones.")
@click.option("--first", default=0, show_default=True, help="The number of the first.")
@click.option("--jit-share", default=0.1, show_default=True, help="The share of the cases that run compiled.")
@click.option("--processes", default=2, show_default=True, help="How many at the same time.")
def COMMAND(number: int, seed: int, first: int, jit_share: float, processes: int) -> None:
    began, tally, peak = time.monotonic(), Tally(), 0
    chunks = [range(at, min(at + CHUNK, first + number)) for at in range(first, first + number, CHUNK)]
    for place, (part, memory) in enumerate(_parts(chunks, seed, jit_share, processes), 1):
        known = {fault.key for fault in tally.faults}
        tally.add(part)
        peak = max(peak, memory)
        for fault in part.faults:
            if fault.key not in known:
                known.add(fault.key)
                click.echo(_told(fault))
        if place % 20 == 0:
            click.echo(_summary(tally, peak, began))
            sys.stdout.flush()
    click.echo(_summary(tally, peak, began))
    for key, count in Counter(fault.key for fault in tally.faults).most_common():
        click.echo(f"{count:6,} × {key}")
    raise SystemExit(bool(tally.faults) or peak > MOST_MEMORY or tally.accepted < LEAST_TAKEN)


def _parts(chunks: list[range], seed: int, jit_share: float, processes: int) -> Iterator[tuple[Tally, int]]:
    """Return what each chunk gives; a process that ended before its time is a fault of the case that it was at."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        waiting = chunks
        while waiting:
            trails = {chunk: Path(folder) / str(chunk.start) for chunk in waiting}
            with ProcessPoolExecutor(processes) as pool:
                running = {pool.submit(_worked, seed, chunk, jit_share, trail): chunk for chunk, trail in trails.items()}
                lost: list[range] = []
                for one in as_completed(running):
                    try:
                        yield one.result()
                    except BrokenProcessPool:
                        lost.append(running[one])
            begun = [chunk for chunk in lost if trails[chunk].exists()]
            for chunk in begun:
                at = trails[chunk].read_text(encoding="utf-8")
                yield Tally(faults=[Fault(at, "process", "the process ended", at, "")]), 0
            waiting = [chunk for chunk in lost if chunk not in begun]


def _told(fault: Fault) -> str:
    text = "\n".join(f"    {line}" for line in fault.text.splitlines()[-_BEGINNING:])
    return f"case {fault.case}, {fault.kind}: {fault.what}\n    at {fault.where}\n{text}"


def _summary(tally: Tally, peak: int, began: float) -> str:
    kinds = ", ".join(f"{kind} {tally.taken[kind]:,} of {count:,}" for kind, count in tally.tried.items())
    return (
        f"{tally.inputs:,} inputs, {tally.accepted:.0%} taken ({kinds}); {len(tally.faults):,} faults;"
        f" {peak / 2**20:,.0f} MiB; {time.monotonic() - began:.0f} s"
    )
