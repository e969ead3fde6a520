"""Check the gradients of all node tests of the package `onnx`, and the large models that it brings, with random weights."""

from __future__ import annotations

import click

from tests.importers.onnx.light import MODELS, difference
from tests.importers.onnx.nodes import cases, checked, is_known, table


@click.command("onnx")
@click.option("--models-only", is_flag=True, help="Leave the node tests out.")
def COMMAND(models_only: bool) -> None:
    """Open and compute the large models against onnxruntime, if it is installed, else onnx.reference; then check gradients."""
    failed = 0
    for name in MODELS:
        apart, outputs = difference(name)
        failed += not apart <= 1e-3
        click.echo(f"{name}: {outputs} numbers agree to {apart:.1e} of the largest")
    if not models_only:
        others = table()
        holding = [case for case in cases() if case.name not in others]
        wrong = [line for case in holding for line in checked(case)]
        known = [line for line in wrong if is_known(line)]
        for line in wrong:
            click.echo(f"{'known: ' if line in known else ''}{line}")
        click.echo(f"gradients of {len(holding):,} node tests by differences: {len(wrong) - len(known)} wrong")
        failed += len(wrong) - len(known)
    if failed:
        raise click.ClickException(f"{failed} do not hold")
