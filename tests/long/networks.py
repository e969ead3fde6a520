"""Check every network of `tests/networks`, the slow ones too."""

from __future__ import annotations

import click

from gradlab.commands._headless import check_file
from tests.networks.test_networks import NETWORKS


@click.command("networks")
@click.argument("names", nargs=-1)
def COMMAND(names: tuple[str, ...]) -> None:
    """Check the networks whose names begin with one of NAMES, or all; say how long each takes."""
    failed = 0
    for name, path in NETWORKS.items():
        if names and not name.startswith(names):
            continue
        report = check_file(name, path)
        failed += report.status != "ok"
        click.echo("\n".join([*report.lines(40), *([report.error] if report.error else [])]))
    if failed:
        raise click.ClickException(f"{failed} of the networks do not hold")
