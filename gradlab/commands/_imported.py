"""Files of other frameworks as commands take them: the options that go with them, and the scenario that they become."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gradlab.errors import GradlabError

if TYPE_CHECKING:
    from gradlab.importers import Importer, ImportWish
    from gradlab.importers.building import Built
    from gradlab.importers.program import Program
    from gradlab.importers.verdict import ValueVerdict
    from gradlab.session import Lab

F = TypeVar("F", bound=Callable[..., Any])
_NOT_BEGUN = "has the name of {}, and does not begin like one: it is cut, or a pointer that stands for it, as Git LFS leaves it"
_PICKLED = (
    "has the name of what `torch.save` writes: weights, or a pickled module, and no program that could be read."
    " Write `torch.export.save(torch.export.export(model, args), 'model.pt2')`, or use `gradlab.snapshot` in Python"
)
NAMED = {
    ".onnx": _NOT_BEGUN.format("a model of ONNX"),
    ".pt2": _NOT_BEGUN.format("a program of torch.export"),
    **dict.fromkeys((".pt", ".pth", ".ckpt", ".bin"), _PICKLED),
    ".py": "is a program: `gradlab.snapshot` and `gradlab.watch` in it write what is opened, see `gradlab help snapshots`",
    **dict.fromkeys((".npz", ".npy"), "has arrays and no model: they go beside one, `open model.onnx --data batch.npz`"),
    ".safetensors": "has weights and no program: a model reads them, `param(safetensors('w.safetensors')['fc.weight'])`",
}
"""What is said of a file by the end of its name, where its first bytes are of no kind that is read."""
PATIENCE = 3.0
"""Seconds that the framework may compute, for the verdict that is shown when a model is opened."""


def wish_options(command: F) -> F:
    """Add to a command what a person says beside a model: `--loss`, `--target`, `--output`, `--trust`."""
    trust = "Load a program of torch.export, although what is pickled in it can run any code."
    command = click.option("--trust", is_flag=True, help=trust)(command)
    for flag, metavar, text in (
        ("--output", "NAME", "Which output of a model of ONNX; without it all of them, and the loss is of the first."),
        ("--target", "NAME", "Which array of --data the loss compares with; without it the one that is no input."),
        ("--loss", "WORD", "What is made small of a model, such as cross_entropy or mse."),
    ):
        command = click.option(flag, metavar=metavar, default="", help=text)(command)
    return command


def importer_for(file: str) -> Importer | None:
    """Return what reads a file of another framework, None for all else. Raises GradlabError for one that only has its name."""
    from gradlab.recording.kind import kind_of

    path = Path(file)
    if not file or not path.is_file() or kind_of(path) not in ("scenario", "zip"):
        return None
    from gradlab.importers import importer_of

    found = importer_of(path)
    if found is None and (what := NAMED.get(path.suffix.lower())):
        raise GradlabError(f"`{file}` {what}")
    return found


def wish_of(
    data: Path | None, loss: str, target: str, output: str, memory: int | None, *, trust: bool = False
) -> ImportWish:  # fmt: skip
    """Return what a person asks for. Raises GradlabError for data that are no archive of arrays."""
    from gradlab.importers import ImportWish

    return ImportWish({} if data is None else _arrays(data, memory), loss, target, output, memory, trust)


def _arrays(path: Path, memory: int | None) -> dict[str, Any]:
    from gradlab.errors import ArgumentError
    from gradlab.scenario.bounds import MAX_MEMORY
    from gradlab.scenario.reading.arrays import list_npz, read_npz

    if not path.is_file():
        raise GradlabError(f"--data: there is no file `{path}`")
    found: dict[str, Any] = {}
    left = MAX_MEMORY if memory is None else memory
    try:
        for key in dict.fromkeys(list_npz(path, path.name)):
            found[key] = read_npz(path, path.name, key, left)
            left -= found[key].nbytes
    except ArgumentError as error:
        raise GradlabError(f"--data: {error}") from None
    return found


def program_of(file: str, importer: Importer, wish: ImportWish) -> Program:
    """Return the program of a file. Raises GradlabError."""
    return importer.read(Path(file), wish)


def lab_of(file: str, importer: Importer, wish: ImportWish, budget: int | None = None) -> Lab:
    """Return the laboratory on a file of another framework. Raises GradlabError."""
    from gradlab.axis.checkpoints import BUDGET
    from gradlab.importers.building import built
    from gradlab.session import Lab

    found = built(program_of(file, importer, wish), wish.memory)
    lab = Lab(found.draft.finish(), budget=BUDGET if budget is None else budget)
    verdict = _judged(lab, found, PATIENCE)
    lab.opening += [*([] if verdict is None else str(verdict).split("\n")), *found.program.notes]
    return lab


def verdict_of(program: Program, memory: int | None = None) -> ValueVerdict | None:
    """Return how far an imported program agrees with its framework; None where that says nothing of it. Raises GradlabError."""
    from gradlab.importers.building import built
    from gradlab.session import Lab

    found = built(program, memory)
    return _judged(Lab(found.draft.finish()), found)


def _judged(lab: Lab, found: Built, seconds: float | None = None) -> ValueVerdict | None:
    """Return how far a laboratory agrees with what it was imported from. It stands where it stood before."""
    from gradlab.axis.position import Position
    from gradlab.importers.verdict import compared

    program = found.program
    if program.expected is None:
        return None
    at = lab.position
    lab.go(lab.run.timeline.end(at.update, "f" if program.root is None else "b"))
    verdict = compared(program, found.written.names, lab.value, lab.grad, seconds)
    verdict.findings = [one.text for one in lab.findings()]
    lab.go(Position(at.update))
    return verdict
