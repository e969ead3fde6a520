"""`gradlab import`: what another program has written, as files to read, edit and keep."""

from __future__ import annotations

from pathlib import Path

import click

from gradlab.commands._output import show
from gradlab.errors import GradlabError


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="DIR", required=True, help="A folder, which is made.")
def COMMAND(file: Path, out: Path) -> int:
    """Make files of FILE in a new folder: the scenario as text, its arrays, the recording. They open as FILE does.

    FILE is a snapshot, `NAME.gradlab.zip`.
    """
    from gradlab.recording.kind import kind_of
    from gradlab.recording.packing import unpack
    from gradlab.scenario.reading.packed import TEXT

    if not file.is_file():
        raise GradlabError(f"error: there is no file `{file}`")
    if kind_of(file) != "snapshot":
        raise GradlabError(f"error: `{file}` is no snapshot, and nothing else can be imported")
    found = unpack(file, out)
    size = sum(path.stat().st_size for path in found) / 2**20
    show(f"{len(found)} files, {size:,.1f} MiB: `gradlab open {out / TEXT}`")
    return 0
