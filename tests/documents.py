"""What the tests of Markdown pages share: the fences of a page, and running its commands as a reader would."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^(?P<ticks>`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=ticks)$", re.MULTILINE | re.DOTALL)
MARKER = re.compile(r"<!-- (.+?) -->\n$")


@dataclass(frozen=True)
class Block:
    """A fence of a page with the words behind its ticks and the marker in front of it."""

    info: str
    text: str
    marker: str


def blocks(page: Path) -> tuple[Block, ...]:
    """Return all fences of a page."""
    text = page.read_text(encoding="utf-8")
    found = [(match, MARKER.search(text[: match.start()])) for match in FENCE.finditer(text)]
    return tuple(Block(match["info"].strip(), match["text"], marker[1] if marker else "") for match, marker in found)


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Return each command of a console block and the output that is written below it."""
    starts = [match.start() for match in re.finditer(r"^\$ ", text, re.MULTILINE)] + [len(text)]
    for start, stop in pairwise(starts):
        command, _, output = text[start + 2 : stop].partition("\n")
        yield command, output


def console(page: Path) -> list[tuple[str, str]]:
    """Return the commands of all console blocks of a page, each with its output, but those that need PyTorch."""
    found = [block for block in blocks(page) if block.info == "console" and block.marker != "torch"]
    return [pair for block in found for pair in commands(block.text)]


def pattern(output: str) -> re.Pattern[str]:
    """Return what matches the output: `…` stands for anything."""
    return re.compile(re.escape(output.rstrip()).replace("…", ".*?"), re.DOTALL)


def program(folder: Path, name: str) -> None:
    """Write `bin/NAME` into a folder: the module of that name, run by the Python that runs the tests."""
    path = folder / "bin" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {name} "$@"\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def run(command: str, folder: Path, checkout: Path = ROOT) -> tuple[int, str]:
    """Run a command line in a folder without a terminal; return its exit code and everything that it wrote."""
    path = os.pathsep.join((str(folder / "bin"), os.environ["PATH"]))
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(checkout)}
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, encoding="utf-8", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout
