"""The laboratory on a model of PyTorch, opened in the middle of a program, as `breakpoint` of Python opens a debugger."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradlab.importers.torch.importing import Imported
    from gradlab.torch.loading import TorchLab


def breakpoint(  # noqa: A001, it does what that of Python does
    model: Any, loss_fn: Callable[..., Any] | None = None, batch: Any = (), *, loss: Callable[..., Any] | None = None,
    target: Any = None, optimizer: Any = None, max_memory: int | None = None,
) -> TorchLab:  # fmt: skip
    """Open the laboratory on a model and a batch, and go on with the program when it is left.

    Without a terminal (a notebook, a test, a job) it is not shown: one line says so. Either way the laboratory is returned,
    where it was left. loss_fn(model, *batch) gives the loss; `loss=` and `target=` are short for loss(model(*batch), target).
    max_memory: bytes that values and gradients may take; None: 2 GiB.
    Where the model raises, the laboratory stands on what was computed up to there; without a terminal a snapshot of it is
    written. Then what was raised is raised as it is.
    Raises GradlabError for a model that cannot be read.
    """
    from gradlab.importers.torch.importing import imported
    from gradlab.torch.loading import laboratory
    from gradlab.torch.snapshots import as_it_was

    with as_it_was():
        found = imported(model, batch, loss, target, optimizer, loss_fn=loss_fn, broken=True, memory=max_memory)
        lab = laboratory(found, memory=max_memory)
    _show(found, lab)
    if found.error is not None:
        raise found.error
    return lab


def _show(found: Imported, lab: TorchLab) -> None:
    """Show the laboratory on a step until it is left; where there is no terminal, say that."""
    if has_terminal():
        from gradlab.tui.app import run_app

        run_app(None, None, lambda: lab)
    elif found.error is None:
        _say(f"{lab.title} at {lab.position}, no terminal to show it on: {lab.verdict.lines[0]}")
    else:
        from gradlab.torch.snapshots import free_path, written_step

        _say(f"no terminal to show it on: {written_step(free_path(Path(), 'breakpoint'), found)}")


def _say(text: str) -> None:
    print(f"gradlab: {text}")  # noqa: T201, where a program is that has no screen


def has_terminal() -> bool:
    """Whether a person sits at both ends, and Python's own loop of events does not run already, as it does in a notebook."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    if any(stream is None or stream.closed or not stream.isatty() for stream in streams) or os.environ.get("TERM") == "dumb":
        return False
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return True
    return False
