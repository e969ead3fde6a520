"""kill -9 at random moments: every deed that had ended is in the recording, and replays to the same bits.

A process that has loaded gradlab forks one child for each round. `python -m tests.long kills --number 1000`
"""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import click

from gradlab.errors import GradlabError
from gradlab.recording.reader import open_recording
from gradlab.recording.replay import replay
from tests.recording.making import neuron

ROOT = Path(__file__).resolve().parents[2]
LATEST = 0.15
"""Seconds after the first deed within which the signal comes."""
NURSERY = """
import os, random, sys
from pathlib import Path
from gradlab.recording.recorders import record_to
from gradlab.errors import GradlabError
from gradlab.session import load
from tests.long.cuts import ACTIONS

load(sys.argv[1], backend="plain").do("train 3")
for line in sys.stdin:
    path, seed = line.rstrip().split("\\t")
    child = os.fork()
    if child:
        print("PID", child, flush=True)
        os.waitpid(child, 0)
        print("END", flush=True)
        continue
    dice = random.Random(int(seed))
    lab = load(sys.argv[1], backend="plain")
    record_to(lab, Path(path))
    while True:
        try:
            lab.do(dice.choice(ACTIONS))
        except GradlabError:
            pass
        os.write(1, b"DID\\n")
"""


@dataclass
class Tally:
    """What came of the rounds. lost, other: a text for each that was not right."""

    rounds: int = 0
    lost: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)

    def take(self, path: Path, did: int) -> None:
        """Look at a recording of which so many deeds had ended."""
        self.rounds += 1
        try:
            found = open_recording(path)
            deeds = sum(line.kind == "do" for line in found.lines())
            if deeds < did:
                self.lost.append(f"{path.name}: {did} deeds had ended, {deeds} are there")
            verdict = replay(found)
            if verdict.difference is not None:
                self.other.append(f"{path.name}: {verdict.lines()}")
        except GradlabError as error:
            self.lost.append(f"{path.name}: {error}")

    def lines(self) -> list[str]:
        """Return the numbers, and whatever was not right."""
        head = f"{self.rounds} killed, {len(self.lost)} lost something, {len(self.other)} had other bits"
        return [head, *self.lost, *self.other]


class Nursery:
    """A process that forks children, each of which records until it is killed."""

    def __init__(self, scenario: Path) -> None:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", NURSERY, str(scenario)], stdin=-1, stdout=-1, env=environment, cwd=ROOT, bufsize=0
        )
        self._left = b""

    def round(self, path: Path, seed: int, delay: float) -> int:
        """Have a child record to a file, and kill it some seconds after its first deed; return how many had ended."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{path}\t{seed}\n".encode())
        child = int(self._line().split()[1])
        did = int(self._line() == b"DID")
        limit = monotonic() + delay
        while (left := limit - monotonic()) > 0:
            if b"\n" in self._left or self._ready(left):
                did += self._line() == b"DID"
        os.kill(child, signal.SIGKILL)
        while (line := self._line()) != b"END":
            did += line == b"DID"
        return did

    def _ready(self, seconds: float) -> bool:
        assert self.process.stdout is not None
        return bool(select.select([self.process.stdout], [], [], seconds)[0])

    def _line(self) -> bytes:
        assert self.process.stdout is not None
        while b"\n" not in self._left:
            data = os.read(self.process.stdout.fileno(), 1 << 16)
            assert data, "the process has ended"
            self._left += data
        line, _, self._left = self._left.partition(b"\n")
        return line

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def kill(number: int, seed: int) -> Tally:
    """Kill so many processes that record."""
    dice, tally = random.Random(seed), Tally()
    with tempfile.TemporaryDirectory() as folder:
        nursery = Nursery(neuron(Path(folder)))
        try:
            for count in range(number):
                path = Path(folder, f"{count}.gradlab")
                tally.take(path, nursery.round(path, dice.randrange(1 << 30), dice.uniform(0.0, LATEST)))
                path.unlink()
        finally:
            nursery.close()
    return tally


@click.command("kills", help=__doc__)
@click.option("--number", type=click.IntRange(1), default=1000, show_default=True, help="Of processes.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of their times.")
def COMMAND(number: int, seed: int) -> None:
    tally = kill(number, seed)
    click.echo("\n".join(tally.lines()))
    sys.exit(bool(tally.lost or tally.other))


if __name__ == "__main__":
    COMMAND()
