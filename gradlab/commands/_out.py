"""The option that says where actions write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def out_option(command: F) -> F:
    """Add to a command `--out`, as `out`: a folder, or None."""
    kind = click.Path(file_okay=False, path_type=Path)
    help_text = "Where actions write; else a script's files go when it ends."
    return click.option("--out", type=kind, metavar="DIR", help=help_text)(command)
