"""The lessons of the course "Your own model": what their programs make, and the fences and arrays that the lessons have.

`python -m tests.torch.own` writes the fences and arrays anew.
"""

from __future__ import annotations

import importlib.util
import re
from contextlib import chdir
from types import ModuleType

from gradlab.importers.torch.importing import imported
from gradlab.importers.writing import ARCHIVE, WrittenProgram
from gradlab.lab.archive import write_npz
from gradlab.scenario import shelf

LESSONS = ("detached-use", "log-of-zero", "one-large-step")
FENCE = re.compile(r"(?<=```python model\n).*?(?=```\n)", re.DOTALL)
_place = shelf.folder()
assert _place is not None
FOLDER = _place / "own"


def program(name: str) -> ModuleType:
    """Return what stands in the program of a lesson."""
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def made(name: str) -> tuple[str, WrittenProgram]:
    """Return the model that the program of a lesson gives, with the lesson's file of arrays, and all that was written."""
    one = program(name)
    with chdir(FOLDER):  # lines are called by their file from there
        written = imported(one.model, one.batch, loss_fn=one.loss_fn, optimizer=one.optimizer).built.written
    fence = FENCE.search(written.text)
    assert fence is not None
    return fence.group().replace(ARCHIVE, f"{name}.npz"), written


def main() -> None:
    """Write fences and arrays anew."""
    for name in LESSONS:
        text, written = made(name)
        lesson = FOLDER / f"{name}.md"
        old = lesson.read_text(encoding="utf-8")
        lesson.write_text(FENCE.sub(lambda _, new=text: new, old, count=1), encoding="utf-8", newline="\n")  # type: ignore[misc]
        write_npz(FOLDER / f"{name}.npz", written.arrays)


if __name__ == "__main__":
    main()
