"""SIGINT at random times: every command ends soon, says so in its own words, and no interruption is lost.

Most rounds run in a process that calls the command line again and again and forgets its kernels in between, so that they are
loaded, or compiled, anew; every tenth is a process of its own. `python -m tests.long.interrupts --number 1000`
"""

from __future__ import annotations

import os
import pty
import random
import select
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import click

ROOT = Path(__file__).resolve().parents[2]
SOON, LOST = 2.0, 30.0
"""Seconds in which a command has to end, and after which nobody waits any more."""
NOISE = ("Traceback", "Exception ignored", "internal error", "Warning")
MODEL = """```python model
x = const([[1.0, -2.0, 3.0], [0.5, 0.25, -0.125]])
h = tanh(dense(x, 4, init=normal(0.5)))
loss = mean(square(dense(h, 1, init=normal(0.5)) - 1.0))
minimize(loss, adam(lr=0.001))
```

```lab
train 1000000000
```
"""
TRAIN = ("train 1000000000", "expect 1 < 2")
COMMANDS = {
    "run, plain": ("run", "FILE", "--backend", "plain", *TRAIN),
    "run, kernels kept": ("run", "FILE", "--backend", "jit", *TRAIN),
    "run, kernels compiled": ("run", "FILE", "--backend", "jit", *TRAIN),
    "check": ("check", "FILE"),
    "check, time limit": ("check", "FILE", "--timeout", "SECONDS"),
    "open": ("open", "FILE"),
}
LATEST = {"run, kernels kept": 0.5, "run, kernels compiled": 1.5, "open": 2.0}
"""Seconds after the beginning within which the signal comes; others get it within 0.2 s."""
AGAIN = """
import sys
from gradlab.cli import main
from gradlab.kernels import cache
import gradlab.kernels.jit

lines, sys.stdin = sys.stdin, None
for line in lines:
    arguments = line.rstrip().split("\\t")
    for name in [name for name in sys.modules if name.startswith("gradlab_")]:
        del sys.modules[name]
    if arguments.pop(0) == "compile":
        cache.wipe()
    print("BEGIN", flush=True)
    try:
        code = main(arguments)
    except KeyboardInterrupt:
        code = 130
    print("END", code, flush=True)
"""


@dataclass
class Tally:
    """What came of the signals. slow, wrong: a text for each round that was."""

    ended: Counter[str] = field(default_factory=Counter)
    longest: dict[str, float] = field(default_factory=dict)
    slow: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def take(self, kind: str, delay: float, seconds: float | None, code: int | None, said: str) -> None:
        """Count one round. seconds: from the signal to the end; None when it never came."""
        what = f"{kind}, {delay:.3f} s after the beginning"
        if seconds is None:
            self.lost.append(f"{what}:\n{said}")
            return
        self.ended[kind] += 1
        self.longest[kind] = max(self.longest.get(kind, 0.0), seconds)
        if seconds > SOON:
            self.slow.append(f"{what}: {seconds:.1f} s")
        if code not in (1 if kind.endswith("limit") else 130, -signal.SIGINT) or any(word in said for word in NOISE):
            self.wrong.append(f"{what}: exit {code}\n{said}")

    def lines(self) -> list[str]:
        """Return the numbers, and whatever was not right."""
        rows = [f"{kind:24}{count:5} ended, the slowest after {self.longest[kind]:.2f} s" for kind, count in self.ended.items()]
        bad = [*self.lost, *self.wrong, *self.slow]
        return [*rows, f"{len(self.lost)} lost, {len(self.wrong)} with another end, {len(self.slow)} above {SOON:g} s", *bad]


class Patient:
    """A process that runs one command line after the other."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", AGAIN], stdin=-1, stdout=-1, stderr=subprocess.STDOUT, env=environment, cwd=ROOT, bufsize=0
        )
        self.left = b""

    def round(self, arguments: list[str], compiled: bool, delay: float | None) -> tuple[float | None, int | None, str]:
        """Run a command and send it a signal, if there is a delay; return seconds until its end, exit code and output."""
        assert self.process.stdin is not None
        self.process.stdin.write(
            "\t".join(
                [
                    "compile" if compiled else "keep",
                    *arguments,
                ]
            ).encode()
            + b"\n"
        )
        before = self._until(b"BEGIN\n")
        if before is None:
            self.close()
            return None, None, self.left.decode(errors="replace")
        sleep(delay or 0.0)
        began = monotonic()
        if delay is not None:
            self.process.send_signal(signal.SIGINT)
        said = self._until(b"END ")
        code = self._until(b"\n") if said is not None else None
        if said is None or code is None:
            self.close()
            return None, None, self.left.decode(errors="replace")
        return monotonic() - began, int(code), said.decode(errors="replace")

    def _until(self, mark: bytes) -> bytes | None:
        assert self.process.stdout is not None
        limit = monotonic() + LOST
        while mark not in self.left:
            if monotonic() > limit:  # also of one that says something all the time
                return None
            ready = select.select([self.process.stdout], [], [], max(0.0, limit - monotonic()))[0]
            data = os.read(self.process.stdout.fileno(), 1 << 16) if ready else b""
            if not data:
                return None
            self.left += data
        found, _, self.left = self.left.partition(mark)
        return found

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()


def alone(arguments: list[str], environment: dict[str, str], delay: float) -> tuple[float | None, int, str]:
    """Run a command as a process of its own in a terminal, and send it a signal."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(ROOT)
        os.execve(sys.executable, [sys.executable, "-m", "gradlab", *arguments], environment)
    said, sent, limit, status = b"", 0.0, monotonic() + delay, None
    while status is None:
        if select.select([terminal], [], [], 0.01)[0]:
            try:
                said += os.read(terminal, 1 << 16)
            except OSError:  # nobody writes any more
                sleep(0.01)
        ended, found = os.waitpid(process, os.WNOHANG)
        status = found if ended else None
        if status is None and monotonic() > limit:
            os.kill(process, signal.SIGKILL if sent else signal.SIGINT)
            sent, limit = sent or monotonic(), monotonic() + LOST
    seconds = monotonic() - (sent or monotonic())
    os.close(terminal)
    code = os.waitstatus_to_exitcode(status)
    return (None if code == -signal.SIGKILL else seconds), code, said.decode(errors="replace")


def interrupt(number: int, seed: int, kinds: tuple[str, ...] = tuple(COMMANDS), every: int = 10) -> Tally:
    """Send so many signals to commands of these kinds; every so many-th is a process of its own, 0: none."""
    dice, tally = random.Random(seed), Tally()
    with tempfile.TemporaryDirectory() as folder, _patients(Path(folder)) as (patient, environment):
        file = Path(folder, "net.md")
        file.write_text(MODEL, encoding="utf-8")
        for count in range(number):
            kind = kinds[count % len(kinds)]
            delay = dice.uniform(0.0, LATEST.get(kind, 0.2))
            words = {"FILE": str(file), "SECONDS": f"{delay + 0.01:.3f}"}
            arguments = [words.get(word, word) for word in COMMANDS[kind]]
            rings = kind.endswith("limit")
            if kind == "open" or (every and count % every == 0 and not rings):
                tally.take(kind, delay, *alone(arguments, environment, 0.2 + 2 * delay))
                continue
            result = patient().round(arguments, kind.endswith("compiled"), None if rings else delay)
            tally.take(kind, delay, *result)
    return tally


@contextmanager
def _patients(folder: Path) -> Iterator[tuple[Callable[[], Patient], dict[str, str]]]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "GRADLAB_CACHE": str(folder / "cache"), "TERM": "xterm-256color"}
    living: list[Patient] = []

    def patient() -> Patient:
        if not living or living[-1].process.poll() is not None:
            living.append(Patient(environment))
        return living[-1]

    try:
        yield patient, environment
    finally:
        for one in living:
            one.close()


@click.command("interrupts", help=__doc__)
@click.option("--number", type=click.IntRange(1), default=1000, show_default=True, help="Of signals.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of their times.")
def COMMAND(number: int, seed: int) -> None:
    tally = interrupt(number, seed)
    click.echo("\n".join(tally.lines()))
    sys.exit(bool(tally.lost or tally.wrong or tally.slow))


if __name__ == "__main__":
    COMMAND()
