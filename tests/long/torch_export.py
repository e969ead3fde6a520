"""Export every lesson as a program for PyTorch, and compare loss, gradients and steps."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import click

from gradlab.errors import GradlabError
from tests.exporters.roundtrip import LESSONS, Trip, float64, there_and_back

SHOWN = 3
"""Errors of a lesson that are listed."""


@click.command("torch_export")
@click.argument("names", nargs=-1)
def COMMAND(names: tuple[str, ...]) -> None:
    """Compare the lessons whose names begin with one of NAMES, or all that have a gradient."""
    import torch

    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    done, short, failed = 0, 0, 0
    for name, path in LESSONS.items():
        if names and not name.startswith(names):
            continue
        trip = _trip(name, path)
        if trip is None:
            continue
        done, short, failed = done + 1, short + (not trip.whole), failed + bool(trip.wrong)
        for what, error in list(trip.wrong.items())[:SHOWN]:
            click.echo(f"{name}: {what} {error:.1e}")
    click.echo(f"{done} lessons, {failed} differ; of {short} only update 0, since a gradient there is nothing but rounding")
    if failed:
        raise click.ClickException("not all compute the same")


def _trip(name: str, path: Path) -> Trip | None:
    """Return what came out of a lesson; None for one in which nothing has a gradient."""
    lab = float64(path)
    with tempfile.TemporaryDirectory() as folder:
        try:
            return there_and_back(lab, Path(folder))
        except GradlabError as error:
            if "nothing has a gradient" in str(error):
                return None
            return Trip({f"{error}": float("inf")})
        except (RuntimeError, ValueError, TypeError, IndexError) as error:  # PyTorch cannot run the program
            return Trip({f"{type(error).__name__}: {error}": float("inf")})
