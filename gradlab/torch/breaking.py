"""The laboratory on a model of PyTorch, opened in the middle of a program, as `breakpoint` of Python opens a debugger."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradlab.torch.loading import TorchLab


def breakpoint(  # noqa: A001, it does what that of Python does
    model: Any, loss_fn: Callable[..., Any] | None = None, batch: Any = (), *, loss: Callable[..., Any] | None = None,
    target: Any = None, optimizer: Any = None,
) -> TorchLab:  # fmt: skip
    """Open the laboratory on a model and a batch, and go on with the program when it is left.

    Without a terminal (a notebook, a test, a job) it is not shown: one line says so. Either way the laboratory is returned,
    where it was left. loss_fn(model, *batch) gives the loss; `loss=` and `target=` are short for loss(model(*batch), target).
    Raises GradlabError for a model that cannot be read.
    """
    from gradlab.torch.snapshots import laboratory

    lab = laboratory(model, loss_fn, batch, loss=loss, target=target, optimizer=optimizer)
    if has_terminal():
        from gradlab.tui.app import run_app

        run_app(None, None, lambda: lab)
    else:
        print(f"gradlab: {lab.title} at {lab.position}, no terminal to show it on: {lab.verdict.lines[0]}")  # noqa: T201
    return lab


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
