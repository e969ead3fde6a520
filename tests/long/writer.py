"""`python -m tests.long writer`: real lessons, random keys and sizes; what the terminal shows is what is drawn from scratch."""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Sequence

import click
import pytest

import gradlab
from tests.tui.emulated import emulated, know_the_driver
from tests.tui.test_writer import SIZES, walk

LESSONS = ("circuits/sigmoid-neuron", "mlp/xor-trained")


@click.command("writer", help=__doc__)
@click.argument("lessons", nargs=-1)
@click.option("--seed", default=0, show_default=True)
@click.option("--keys", default=200, show_default=True, help="Random keys a lesson and size.")
def COMMAND(lessons: Sequence[str], seed: int, keys: int) -> None:
    """Walk through the lessons, and end with 1 at the first cell that differs."""
    with pytest.MonkeyPatch.context() as patch:
        know_the_driver(patch)
        for name in lessons or LESSONS:
            for size in SIZES[:3]:
                found = asyncio.run(walked(name, size, seed, keys))
                print(name, "{}x{}".format(*size), *(found or ["all cells as drawn from scratch"]), sep="\n  ", flush=True)
                if found:
                    sys.exit(1)


async def walked(name: str, size: tuple[int, int], seed: int, keys: int) -> list[str]:
    """Return what differs after some of the keys, and the keys, or nothing."""
    async with emulated(lambda: gradlab.load(name), size) as (shown, _):
        return shown.differences() or await walk(shown, random.Random(f"{name} {size} {seed}"), keys)
