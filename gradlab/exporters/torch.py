"""A model as a program for PyTorch, whose loss and gradients are the same."""

from __future__ import annotations

from pathlib import Path

from gradlab.exporters._exporter import Exporter
from gradlab.exporters._torch.model import TorchBeginning
from gradlab.exporters._torch.program import program_of
from gradlab.graph.turns import Stretch
from gradlab.lab.archive import write_npz
from gradlab.lab.saving import saved
from gradlab.recording.performance import Performance
from gradlab.session import Lab


def _write(performance: Performance, out: Path, *, second: Path) -> None:
    """Write the program, and beside it an archive of NumPy with its weights and data."""
    lab = performance.to_end() if performance.recorded else performance.lab
    document, model = lab.scenario.document, lab.scenario.model
    title = document.head.title or document.source.name
    given = {"title": title, "source": performance.path.name, "beside": second.name}
    made = program_of(model.graph, lab.run.seed, model.dtype, begin=beginning_of(lab), **given)
    out.write_text(made.text, encoding="utf-8", newline="\n")
    write_npz(second, made.arrays)


def beginning_of(lab: Lab) -> TorchBeginning:
    """Return where the program of a laboratory begins: with the update in which it stands."""
    if not lab.runs:
        return TorchBeginning()
    state, graph = saved(lab), lab.graph
    root = lab.run.root_of(state.update)
    return TorchBeginning(
        state.update, state.steps, {graph.aliases[name]: array for name, array in state.arrays.items()},
        frozenset(graph.aliases[name] for name in state.frozen), state.mode == "train", () if root is None else (root,),
        tuple(Stretch(*one) for one in state.stretches),
    )  # fmt: skip


EXPORTER = Exporter(
    "torch", "the model as a program for PyTorch, with the same loss and the same gradients", _write,
    ending=".py", second=".npz",
    page="OUT is a file of Python; weights and data go into an archive of NumPy of the same name beside it. The program trains"
    " with the same batches, noise and optimizer: that of a scenario from its first update on, that of a recording from the"
    " update on in which it ends, with the numbers that were edited. Where nothing is minimized it gives loss and gradients."
    " PyTorch is not needed to write it.",
)  # fmt: skip
