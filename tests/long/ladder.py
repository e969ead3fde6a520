"""Import every model of the ladder, in float64 and float32, with and without compiled kernels."""

from __future__ import annotations

import time

import click

DTYPES = {"float64": 1e-9, "float32": 1e-4}
BACKENDS = ("plain", "jit")
LARGEST = 200_000


@click.command("ladder")
@click.argument("names", nargs=-1)
def COMMAND(names: tuple[str, ...]) -> None:
    """Import the models of these NAMES, or all; say how far each agrees with PyTorch, and what the import took."""
    import torch

    from tests.importers.ladder.rungs import RUNGS
    from tests.importers.test_ladder import lab_of

    failed = 0
    for name in names or RUNGS:
        exporting = _export_time(RUNGS[name])
        for dtype, within in DTYPES.items():
            for backend in BACKENDS:
                began = time.process_time()
                lab = lab_of(name, getattr(torch, dtype), backend)
                took, size = time.process_time() - began, len(lab.scenario.document.source.text)
                ok = lab.verdict.ok and lab.verdict.worst <= within and size <= LARGEST
                failed += not ok
                mark = "✓" if ok else "✗"
                click.echo(
                    f"{mark} {name:13} {dtype} {backend:5} {took:6.1f} s (export {exporting:4.1f} s) {size:7,} characters"
                    f"  {lab.verdict.lines[0]}"
                )
    if failed:
        raise click.ClickException(f"{failed} imports do not agree")


def _export_time(make: object) -> float:
    """Return the seconds that `torch.export` alone takes."""
    import torch

    from gradlab.importers.torch._exported import quiet
    from gradlab.importers.torch.importing import step_of

    torch.manual_seed(1)
    rung = make()  # type: ignore[operator]
    step = step_of(rung.model, rung.args, rung.loss, rung.target, None, [])
    began = time.process_time()
    with quiet():
        torch.export.export(step.module(), step.batch, strict=False).run_decompositions({})
    return time.process_time() - began
