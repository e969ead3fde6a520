"""A model as a program for PyTorch, whose loss and gradients are the same."""

from __future__ import annotations

from pathlib import Path

from gradlab.exporters._exporter import Exporter
from gradlab.exporters._torch.program import program_of
from gradlab.lab.archive import write_npz
from gradlab.recording.performance import Performance


def _write(performance: Performance, out: Path) -> None:
    """Write the program, and beside it an archive of NumPy with its weights and data."""
    lab = performance.to_end() if performance.recorded else performance.lab
    document, model = lab.scenario.document, lab.scenario.model
    made = program_of(
        model.graph, model.seed, model.dtype, title=document.head.title or "A model", source=performance.path.name,
        beside=out.with_suffix(".npz").name,
    )  # fmt: skip
    out.write_text(made.text, encoding="utf-8", newline="\n")
    write_npz(out.with_suffix(".npz"), made.arrays)


EXPORTER = Exporter("torch", "the model as a program for PyTorch, with the same loss and gradients", _write, page="")
