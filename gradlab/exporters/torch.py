"""A model as a program for PyTorch, whose loss and gradients are the same."""

from __future__ import annotations

from pathlib import Path

from gradlab.exporters._exporter import Exporter
from gradlab.exporters._torch.program import program_of
from gradlab.lab.archive import write_npz
from gradlab.recording.performance import Performance


def _write(performance: Performance, out: Path, *, second: Path) -> None:
    """Write the program, and beside it an archive of NumPy with its weights and data."""
    lab = performance.to_end() if performance.recorded else performance.lab
    document, model = lab.scenario.document, lab.scenario.model
    title = document.head.title or document.source.name
    made = program_of(model.graph, model.seed, model.dtype, title=title, source=performance.path.name, beside=second.name)
    out.write_text(made.text, encoding="utf-8", newline="\n")
    write_npz(second, made.arrays)


EXPORTER = Exporter(
    "torch", "the model as a program for PyTorch, with the same loss and the same gradients", _write,
    ending=".py", second=".npz",
    page="OUT is a file of Python; weights and data go into an archive of NumPy of the same name beside it. The program trains"
    " from the first update on, with the same batches, noise and optimizer. PyTorch is not needed to write it.",
)  # fmt: skip
