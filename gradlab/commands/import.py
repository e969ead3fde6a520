"""`gradlab import`: a model of another framework, or a snapshot, as a scenario, text and arrays."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradlab.commands._imported import importer_for, program_of, verdict_of, wish_of, wish_options
from gradlab.commands._memory import Size
from gradlab.commands._output import show
from gradlab.errors import GradlabError

if TYPE_CHECKING:
    from gradlab.importers.program import Program


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--out", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Where the scenario is written, with its arrays beside it.")  # fmt: skip
@click.option("--data", type=click.Path(path_type=Path), metavar="FILE", help="Arrays for the inputs, and a target: an .npz.")
@wish_options
@click.option("--max-memory", type=Size(), metavar="SIZE", help="What the arrays of the model may take; 2G.")
def COMMAND(
    file: Path, folder: Path, *, data: Path | None, loss: str, target: str, output: str, trust: bool, max_memory: int | None
) -> int:  # fmt: skip
    """Write a model FILE of ONNX or PyTorch as a scenario, to be read, edited and kept: DIR/model.md and DIR/weights.npz.

    What a file is, its first bytes say, not its name. Constants are computed, recurrent layers unrolled over the steps of the
    data, weights become parameters with the names that they have in the file. All operations without a counterpart are told at
    once. `gradlab open FILE` shows the same without writing anything.

    Every value is compared with what `onnx.reference` gives, and the first op that differs is told: then the exit code is 1.
    What it gives is kept in DIR/expected.npz, and `gradlab check DIR` compares it again.

    A program of `torch.export.save`, model.pt2, runs on the sample inputs that are in it, or on --data; --loss is a function of
    `torch.nn.functional`, such as cross_entropy or mse, and its gradients are compared with those of PyTorch, too. Loading it
    needs PyTorch and --trust: constants and sample inputs in it may be pickles, which can run any code.

    Of a snapshot, NAME.gradlab.zip, the files that are in it are written into DIR, which must not be there yet; `gradlab help
    snapshots` says what these are.
    """
    if not file.is_file():
        raise GradlabError(f"error: there is no file `{file}`")
    from gradlab.recording.kind import kind_of

    if kind_of(file) == "snapshot":
        return _unpack(file, folder, max_memory)
    importer = importer_for(str(file))
    if importer is None:
        from gradlab.importers import IMPORTERS

        raise GradlabError(f"error: `{file}` is no file that can be imported; read are: {', '.join(sorted(IMPORTERS))}")
    from gradlab.importers.building import add_script, refuse_written, write_folder

    refuse_written(folder)
    program = program_of(str(file), importer, wish_of(data, loss, target, output, max_memory, trust=trust))
    verdict = verdict_of(program, max_memory)
    path = write_folder(program, folder)
    if verdict is not None:
        add_script(path, program, verdict)
    told = [] if verdict is None else [str(verdict)]
    show("\n".join([f"wrote {path}: {_size(program)}", *told, *(f"note: {note}" for note in program.notes),
                    f"`gradlab open {path}` shows it, `gradlab check {path}` runs it"]))  # fmt: skip
    return 0 if verdict is None or verdict.ok else 1


def _unpack(file: Path, folder: Path, memory: int | None) -> int:
    """Write the files of a snapshot into a folder."""
    from gradlab.recording.packing import unpack
    from gradlab.scenario.reading.packed import TEXT

    found = unpack(file, folder, memory)
    show(f"wrote {len(found)} files\n`gradlab open {folder / TEXT}` shows it, `gradlab check {folder}` runs it")
    return 0


def _size(program: Program) -> str:
    """Return how large a program is, in words."""
    from gradlab.importers.program import Leaf

    params = [item for item in program.items if isinstance(item, Leaf) and item.kind == "parameter"]
    ops = sum(not isinstance(item, Leaf) for item in program.items)
    numbers = sum(param.array.size for param in params)
    return f"{ops:,} op{'s' * (ops != 1)}, {len(params):,} parameter{'s' * (len(params) != 1)} of {numbers:,} numbers"
