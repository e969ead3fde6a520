"""A step of a training in PyTorch as a file, which opens without it: model, batch, optimizer, and the gradients of PyTorch."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.errors import GradlabError
from gradlab.importers.building import write_folder
from gradlab.importers.program import Leaf, Program
from gradlab.importers.torch._checking import need_torch
from gradlab.importers.torch.importing import Imported, imported
from gradlab.importers.writing import write
from gradlab.lab.archive import write_npz
from gradlab.lab.beside.agreeing import Agreement
from gradlab.lab.outcome import Outcome
from gradlab.op import Array
from gradlab.outputs import refuse_existing
from gradlab.recording.packing import pack
from gradlab.scenario.reading.packed import TEXT
from gradlab.session import Lab
from gradlab.torch.loading import TorchLab, from_torch
from gradlab.torch.tools import Tools

REFERENCE = "torch.npz"
"""The file of torch's loss and gradients, by their names in the laboratory."""


@dataclass(frozen=True, slots=True)
class SnapshotWritten:
    """A file that was written. lab: at the end of its script.   said: what came of the script."""

    path: Path
    lab: Lab
    said: tuple[Outcome, ...]

    def __str__(self) -> str:
        """What is told of it in a line."""
        found = next((one.found for one in self.said if isinstance(one.found, Agreement)), None)
        agreed = "" if found is None else f", {found}"
        cause = next((line.text for one in self.said for line in one.lines if line.kind == "finding"), "")
        ops = sum(not node.is_leaf and node.phase == "f" for node in self.lab.graph.nodes)
        return f"{self.path}: {ops:,} ops{agreed}{f'; {cause}' if cause else ''}"


def snapshot(
    path: str | Path, model: Any, loss_fn: Callable[..., Any] | None = None, batch: Any = (), *,
    loss: Callable[..., Any] | None = None, target: Any = None, optimizer: Any = None, memory: int | None = None,
    quiet: bool = False,
) -> Path:  # fmt: skip
    """Write a model, its batch and its optimizer to a file, and return it: `gradlab open bad.gradlab.zip` stands on that step.

    loss_fn(model, *batch) gives the loss; `loss=` and `target=` are short for loss(model(*batch), target). The model, random
    numbers and gradients that are there stay as they are. memory: bytes that values and gradients may take; None: 2 GiB.
    quiet: whether the line is not printed that says how far the numbers agree with those of torch.
    Raises GradlabError: where the file is there already, without torch, and with all that stands in the way of an import.
    """
    given = {"loss": loss, "target": target} if loss_fn is None else {}
    if loss_fn is not None and (loss is not None or target is not None):
        raise GradlabError("error: give `loss_fn`, or `loss` and `target`")
    notes = () if optimizer is None else Tools(optimizer).notes()
    found = write_step(Path(path), model, loss_fn, batch, optimizer, notes=notes, memory=memory, **given)
    if not quiet and sys.stderr is not None:
        print(f"gradlab: {found}", file=sys.stderr)  # noqa: T201, it is always told
    return found.path


def write_step(
    path: Path, model: Any, loss_fn: Callable[..., Any] | None, batch: Any, optimizer: Any, *, why: str = "",
    notes: Sequence[str] = (), clip: float | None = None, steps: int = 0, memory: int | None = None, **given: Any,
) -> SnapshotWritten:  # fmt: skip
    """Write a step to a file.

    why: what made it worth that.   notes: what stands in the file.   clip: norm of the gradients.   steps: that the optimizer
    has made, where it does not count them itself.
    """
    refuse_existing(path)
    if not path.parent.is_dir():
        raise GradlabError(f"error: cannot write `{path}`: there is no folder `{path.parent}`")
    with as_it_was():
        found = imported(model, batch, optimizer=optimizer, loss_fn=loss_fn, memory=memory, **given)
    program = found.built.program
    program.title = f"{program.title}, {why}" if why else program.title
    program.steps = program.steps or steps
    program.notes, program.clip = [*notes, *program.notes], clip if program.groups else None
    with tempfile.TemporaryDirectory(prefix="gradlab-") as place:
        folder = Path(place)
        text = write_folder(program, folder, TEXT)
        with text.open("a", encoding="utf-8", newline="\n") as file:
            file.write(script(program))
        write_npz(folder / REFERENCE, reference_arrays(found))
        lab, said = pack(folder, path, about(), memory=memory)
    return SnapshotWritten(path, lab, said)


def script(program: Program) -> str:
    """Return the script of a step: it is run, compared with torch, and the optimizer moves the weights."""
    lines = ["forward", "backward", f"agree {REFERENCE}", *(["update"] if any(one.params for one in program.groups) else [])]
    return "\n".join(("", "```lab", *lines, "```", ""))


def reference_arrays(found: Imported) -> dict[str, Array]:
    """Return the loss and the gradients of the parameters as torch gives them, by their names in the laboratory."""
    program, names = found.built.program, write(found.built.program).names
    arrays = {} if program.root is None else {names[program.root]: np.asarray(float(found.reference.recorded.loss.detach()))}
    for item in program.items:
        if isinstance(item, Leaf) and item.kind == "parameter" and (grad := found.reference.params.get(item.key)) is not None:
            arrays[f"grad({names[item]})"] = grad
    return arrays


def about() -> dict[str, str]:
    """Return what the head of the file says of where it comes from."""
    import torch

    return {"torch": str(torch.__version__)}


@contextmanager
def as_it_was() -> Iterator[None]:
    """Let gradients be computed in the block whatever holds around it. Raises GradlabError without torch."""
    torch = need_torch()
    with torch.inference_mode(False), torch.enable_grad():
        yield


def laboratory(
    model: Any, loss_fn: Callable[..., Any] | None, batch: Any, *, loss: Callable[..., Any] | None, target: Any, optimizer: Any
) -> TorchLab:  # fmt: skip
    """Return a laboratory on a step. Raises GradlabError."""
    with as_it_was():
        return from_torch(model, batch, loss, target, optimizer, loss_fn=loss_fn, quiet=True)
