"""The options that open a scenario as one of its variants: changes to its model, and another seed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

seed_option = click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), help="The seed of the run, instead of the one in the file."
)


def changes_option(command: F) -> F:
    """Add to a command `--with`, as `changes`: of a scenario's model, each `NAME=EXPR`."""
    help_text = "Change the model: init=he, lr=0.5, a variable."
    return click.option("--with", "changes", multiple=True, metavar="NAME=EXPR", help=help_text)(command)
