"""The option that says how deep layers are looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def depth_option(command: F) -> F:
    """Add to a command `--depth`, as `depth`: from 1."""
    kind = click.IntRange(1, 100)
    return click.option("--depth", type=kind, default=1, metavar="N", help="Layers within layers: 1 takes the outermost.")(
        command
    )
