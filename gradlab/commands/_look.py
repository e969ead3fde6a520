"""How a command draws and writes: the theme of the screen, and whether only ASCII is written."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from gradlab.draw.glyphs import ASCII, usual_glyphs
from gradlab.draw.themes import THEMES

F = TypeVar("F", bound=Callable[..., Any])


def _write_ascii(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    """Write ASCII alone while the command runs, if that is asked for or the terminal has nothing else."""
    if not os.environ.get(ASCII) and (wanted or usual_glyphs(os.environ) == "ascii"):
        os.environ[ASCII] = "1"
        ctx.call_on_close(lambda: os.environ.pop(ASCII, None))


def ascii_option(command: F) -> F:
    """Add to a command `--ascii`."""
    return click.option(
        "--ascii", is_flag=True, expose_value=False, callback=_write_ascii,
        help="Draw and write ASCII alone; a locale without UTF-8 does the same.",
    )(command)  # fmt: skip


def theme_option(command: F) -> F:
    """Add to a command `--theme`, as `theme`: None for the one of the settings."""
    return click.option("--theme", type=click.Choice(list(THEMES)), help="The colours.")(command)
