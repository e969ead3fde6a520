"""What an exporter is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import click


@dataclass(frozen=True, slots=True)
class Exporter:
    """One form that a run can be written in.

    help: what it writes, in one line.   page: what else there is to say about it, as the help of the command shows it.
    write(performance, out, **options): does as much of the `Performance` as it needs, by `steps()` or `to_end()`, and writes a
    file, or a folder, at the path `out`. That lies beside the place that a person named and takes its name when it is whole;
    when `write` raises, nothing is left. It raises GradlabError for what cannot be written in this form.
    of_sweep(sweep, out, **options): writes the results in the file of a sweep, if this form has them.
    second: the ending of a second file, which stands beside `out`, takes its name in the same way, and is handed to `write` as
    `second`; "" where there is none.   ending: what the name of `out` has to end with, if there is a second file.
    options: what it takes, beside --force and the bounds of memory, as click has it; handed on to `write` by their names.
    """

    name: str
    help: str
    write: Callable[..., None]
    options: tuple[click.Option, ...] = ()
    page: str = ""
    of_sweep: Callable[..., None] | None = None
    second: str = ""
    ending: str = ""
