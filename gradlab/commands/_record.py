"""The options of commands that record what is done, and that give scripts a folder to write to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def record_options(command: F) -> F:
    """Add to a command `--record` and `--force`, as `record` and `force`."""
    command = click.option("--force", is_flag=True, help="Let --record write over a file that is there.")(command)
    return click.option("--record", type=click.Path(path_type=Path), metavar="OUT", help="Record what is done to a file.")(
        command
    )


def out_option(command: F) -> F:
    """Add to a command `--out`, as `out`: the folder that the script of a file may write to."""
    help_text = "The folder that scripts write to; without it what they write is thrown away."
    return click.option("--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help=help_text)(command)
