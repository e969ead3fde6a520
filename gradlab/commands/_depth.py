"""The option that says how deep layers are looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from gradlab.lab.depth import DEEPEST

F = TypeVar("F", bound=Callable[..., Any])


def depth_option(command: F) -> F:
    """Add to a command `--depth`, as `depth`: from 1, or None where the model says it."""
    help_text = "Layers within layers: 1 takes the outermost. Without it an imported model shows those that are in it."
    return click.option("--depth", type=click.IntRange(1, DEEPEST), metavar="N", help=help_text)(command)
