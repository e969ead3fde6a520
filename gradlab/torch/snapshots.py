"""A step of a training in PyTorch as a file, which opens without it: model, batch, optimizer, and the gradients of PyTorch."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.collecting import held_back
from gradlab.errors import GradlabError
from gradlab.importers.building import write_folder
from gradlab.importers.program import Leaf, Program
from gradlab.importers.torch._broken import told
from gradlab.importers.torch._checking import allowed_memory, need_torch
from gradlab.importers.torch._numbers import array_of
from gradlab.importers.torch.importing import Imported, imported
from gradlab.importers.writing import head_of, write
from gradlab.lab.archive import write_npz
from gradlab.lab.beside.agreeing import TOLERANCES, Agreement
from gradlab.lab.outcome import Outcome
from gradlab.op import Array
from gradlab.outputs import refuse_existing
from gradlab.recording.packing import retell, run_script, write_packed
from gradlab.scenario.reading.packed import TEXT
from gradlab.session import Lab
from gradlab.torch.first_words import first_words
from gradlab.torch.loading import laboratory
from gradlab.torch.tools import Tools
from gradlab.torch.verdict import Disagreement

ENDING = ".gradlab.zip"
ANEW = "give another name, or remove it first"
REFERENCE = "torch.npz"
"""The file of torch's loss and gradients, by their names in the laboratory."""
READ = 4
"""How many times the allowed memory a file may take that was just written: its arrays are read beside values and gradients."""


@dataclass(frozen=True, slots=True)
class SnapshotWritten:
    """A file that was written.

    lab: at the end of its script.   said: what came of the script.   error: that the step was broken off by.   parting: where
    its numbers and those of PyTorch part first, if they do.   rounding: whether what is apart in float32 agrees in float64.
    first: what stands first in the file, see `first_words`.
    """

    path: Path
    lab: Lab
    said: tuple[Outcome, ...]
    error: Exception | None = None
    parting: Disagreement | None = None
    rounding: bool = False
    first: str = ""

    def __str__(self) -> str:
        """What is told of it in a line."""
        found = _agreement(self.said)
        agreed = "" if found is None else f", {found if self.parting is None else found.counted}"
        agreed += ", which is rounding: in float64 all agree" if self.rounding else ""
        agreed += f"; {self.parting}" if self.parting is not None else ""
        if self.error is not None:
            agreed += f", up to where it raised {told(self.error)}"
        ops = sum(not node.is_leaf and node.phase == "f" for node in self.lab.graph.nodes)
        return f"{self.path}: {ops:,} op{'s' * (ops != 1)}{agreed}{f'; {self.first}' if self.first else ''}"


def snapshot(
    path: str | Path, model: Any, loss_fn: Callable[..., Any] | None = None, batch: Any = (), *,
    loss: Callable[..., Any] | None = None, target: Any = None, optimizer: Any = None, max_memory: int | None = None,
    accumulated: bool = False, opaque: bool = False, quiet: bool = False,
) -> Path:  # fmt: skip
    """Write a model, its batch and its optimizer to a file, and return it: `gradlab open bad.gradlab.zip` stands on that step.

    loss_fn(model, *batch) gives the loss; `loss=` and `target=` are short for loss(model(*batch), target). The model, random
    numbers and gradients that are there stay as they are. max_memory: bytes that values and gradients may take; None: 2 GiB.
    accumulated: whether the gradients that the parameters have are those of earlier batches, to which this one's are added.
    opaque: operators without a mapping become one node that holds what PyTorch computed for this batch, instead of an error.
    quiet: whether the line is not printed that says how far the numbers agree with those of torch.
    Where the model raises, the file has what was computed up to there, and then what was raised is raised as it is.
    Raises GradlabError: where the file is there already, without torch, and with all that stands in the way of an import.
    """
    given: dict[str, Any] = {"loss": loss, "target": target} if loss_fn is None else {}
    if loss_fn is not None and (loss is not None or target is not None):
        raise GradlabError("give `loss_fn`, or `loss` and `target`")
    notes = Tools(optimizer).notes() if hasattr(optimizer, "param_groups") else ()
    given |= {"scale": 1.0 if accumulated else None, "opaque": opaque}
    found = write_step(Path(path), model, loss_fn, batch, optimizer, notes=notes, memory=max_memory, **given)
    if not quiet and sys.stderr is not None:
        print(f"gradlab: {found}", file=sys.stderr)  # noqa: T201, it is always told
    if found.error is not None:
        raise found.error
    return found.path


def write_step(
    path: Path, model: Any, loss_fn: Callable[..., Any] | None, batch: Any, optimizer: Any, *, why: str = "",
    notes: Sequence[str] = (), clip: float | None = None, steps: int = 0, memory: int | None = None, moves: bool = True,
    **given: Any,
) -> SnapshotWritten:  # fmt: skip
    """Write a step to a file.

    why: what made it worth that.   notes: what stands in the file.   clip: norm of the gradients.   steps: that the optimizer
    has made, where it does not count them itself.   moves: whether it moves the parameters in this step.
    given: for `gradlab.importers.torch.importing.imported`.
    """
    refuse_existing(path, way=ANEW)
    if not path.parent.is_dir():
        raise GradlabError(f"cannot write `{path}`: there is no folder `{path.parent}`")
    with held_back():  # the first snapshot of a process imports `torch.export`: a tenth of its time
        with as_it_was():
            found = imported(model, batch, optimizer=optimizer, loss_fn=loss_fn, memory=memory, broken=True, **given)
        return written_step(path, found, why=why, notes=notes, clip=clip, steps=steps, memory=memory, moves=moves)


def written_step(
    path: Path, found: Imported, *, why: str = "", notes: Sequence[str] = (), clip: float | None = None, steps: int = 0,
    memory: int | None = None, moves: bool = True,
) -> SnapshotWritten:  # fmt: skip
    """Write a step that was read to a file. See `write_step`."""
    program = found.built.program
    program.title = f"{program.title}, {why}" if why else program.title
    program.steps = program.steps or steps
    program.notes, program.clip = [*notes, *program.notes], clip if program.groups else None
    refuse_existing(path, way=ANEW)
    arrays, rounding, parting = reference_arrays(found), found.rounding, None
    with tempfile.TemporaryDirectory(prefix="gradlab-") as place:
        folder = Path(place) / "step"
        lines, head = script(program, compared=bool(arrays), moves=moves, rounding=rounding), head_of(program)
        lab, said = _made(program, folder, arrays, lines, memory)
        grads = {name[5:-1]: grad for name, grad in arrays.items() if name.startswith("grad(")}
        agreed, first = _agreement(said), _first(found, lab, said, grads, wrong=bool(why))
        program.notes = [*([first] if first else []), *program.notes]
        if agreed is not None and (agreed.apart or _hides(found, grads)) and found.error is None:
            verdict = laboratory(found, memory=memory).verdict
            parting, arrays = next(iter(verdict.partings), None), _settled(arrays, lab, verdict.unsettled)
            apart = [one.gap for one in agreed.apart if one.name in arrays]
            if parting is not None:  # it is told in the file, and compared there, too
                name = f"grad({parting.name})" if parting.what == "gradient" else parting.name
                program.notes = [str(parting), *program.notes]
                arrays |= {name: parting.theirs} if parting.theirs is not None else {}
            elif apart and lab.tape.dtype.name == "float32" and np.isfinite(apart).all():
                program.notes, rounding = verdict.notes, 2 * max(apart)
            folder = Path(place) / "again"
            lines = script(program, compared=bool(arrays), moves=moves, rounding=rounding)
            lab, said = _made(program, folder, arrays, lines, memory)
        else:
            retell(folder, head, head_of(program))
        write_packed(folder, path, about())
    return SnapshotWritten(path, lab, said, found.error, parting, rounding > found.rounding, first)


def _first(
    found: Imported, lab: Lab, said: Sequence[Outcome], grads: Mapping[str, Array], *, wrong: bool
) -> str:  # fmt: skip
    """Return what stands first in the file: where NaN came up here, or else where the model has lost a number."""
    finds = any(line.kind == "finding" for one in said for line in one.lines)
    known = sum(1 for _ in found.step.model.parameters())
    return (found.lost if not finds else "") or first_words(lab, said, grads, wrong=wrong, known=known)


def _hides(found: Imported, grads: Mapping[str, Array]) -> bool:
    """Return whether a backward of a person's own may be wrong without a sign of it in the gradients: these are not finite."""
    own = any(call.custom for call in found.reference.recorded.capture.calls)
    return own and not all(np.isfinite(grad).all() for grad in grads.values())


def _settled(arrays: Mapping[str, Array], lab: Lab, unsettled: Sequence[str]) -> dict[str, Array]:
    """Return the arrays without those of which some numbers come of NaN, and need not be the same."""

    def told(name: str) -> str:
        grad = name.startswith("grad(")
        node = lab.graph.nodes[lab.graph.aliases[name[5:-1] if grad else name]].name
        return f"grad({node})" if grad else node

    return {name: array for name, array in arrays.items() if told(name) not in unsettled}


def _made(
    program: Program, folder: Path, arrays: Mapping[str, Array], lines: str, memory: int | None
) -> tuple[Lab, tuple[Outcome, ...]]:  # fmt: skip
    """Write a step into a new folder, run its script there, and return what came of it."""
    folder.mkdir()
    with write_folder(program, folder, TEXT).open("a", encoding="utf-8", newline="\n") as file:
        file.write(lines)
    if arrays:
        write_npz(folder / REFERENCE, arrays)
    return run_script(folder, READ * allowed_memory(memory))


def _agreement(said: Sequence[Outcome]) -> Agreement | None:
    return next((one.found for one in said if isinstance(one.found, Agreement)), None)


def script(program: Program, *, compared: bool = True, moves: bool = True, rounding: float = 0.0) -> str:
    """Return the script of a step: it is run, compared with torch, and the optimizer moves the weights, if it does.

    rounding: how near PyTorch comes to the right numbers, of the largest.
    """
    tolerance = f" tol {rounding:.2g}" if rounding > TOLERANCES[program.dtype] else ""
    lines = ["forward", *(["backward"] if program.root is not None else [])]
    lines += [f"agree {REFERENCE}{tolerance}"] if compared else []
    lines += ["update"] if moves and program.root is not None and any(one.params for one in program.groups) else []
    return "\n".join(("", "```lab", *lines, "```", ""))


def reference_arrays(found: Imported) -> dict[str, Array]:
    """Return the loss and the gradients of the parameters as torch gives them, by their names in the laboratory.

    Of a pass that was broken off: what was known last.
    """
    program, names = found.built.program, write(found.built.program).names
    if program.root is None:
        return {names[found.translated.items[value]]: array_of(value.numbers) for value in found.last}
    arrays = {names[program.root]: np.asarray(float(found.reference.recorded.loss.detach()))}
    for item in program.items:
        if isinstance(item, Leaf) and item.kind == "parameter" and item.key in found.reference.params:
            grad = found.reference.params[item.key]
            arrays[f"grad({names[item]})"] = np.zeros_like(item.array) if grad is None else grad
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


def free_path(folder: Path, name: str) -> Path:
    """Return a snapshot in a folder that there is not yet: `NAME.gradlab.zip`, or `NAME-2.gradlab.zip`."""
    path, again = folder / f"{name}{ENDING}", 1
    while path.exists() or path.is_symlink():
        again += 1
        path = folder / f"{name}-{again}{ENDING}"
    return path
