"""The command `gradlab hello`."""

from __future__ import annotations

import click


@click.command("hello")
def COMMAND() -> int:
    """Greet."""
    click.echo("hello from outside")
    return 0
