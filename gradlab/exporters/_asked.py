"""What the exporters of numbers share: which table is asked for, and packages that are not installed with gradlab."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import click

from gradlab.axis.position import Position
from gradlab.errors import ActionError, GradlabError
from gradlab.lab.tables import KINDS, TableRows, tables, wanted
from gradlab.recording.performance import Performance
from gradlab.session import Lab

EVERY = click.Option(["--every"], type=click.IntRange(1), default=1, metavar="N", help="Of every N-th update, and of the last.")
UPDATES = click.Option(
    ["--updates"], type=click.IntRange(1, 1_000_000_000), metavar="N", help="End behind N updates: train on, or stop there."
)
COLUMNS = """\
Columns: update; layer, empty for what belongs to none; quantity, such as `total` (a loss), `activations.std`, `hidden.W[0, 1]`,
`grad(hidden.W)[0, 1]`; value, a float64, so that nothing is rounded. Of more than 65,536 losses every
second, fourth … is kept."""


def what_option(*kinds: str) -> click.Option:
    """Return the option that chooses what is written; the first kind is taken without it."""
    names = ", ".join(kind if kind != "ledger" else "'ledger NODE'" for kind in kinds)
    return click.Option(["--what"], default=kinds[0], metavar="WHAT", help=f"One of {names}.")


TABLE_OPTIONS = (what_option("stats", *(kind for kind in KINDS if kind != "stats")), EVERY, UPDATES)


def ended(performance: Performance, updates: int | None) -> Lab:
    """Return the laboratory at the end of what was done, or behind some updates. Raises GradlabError."""
    lab = performance.to_end()
    if updates is not None:
        if not lab.run.timeline.trains:
            raise GradlabError("error: `--updates`: the model has no `minimize`")
        if updates < lab.run.origin.update:
            raise GradlabError(f"error: {lab.run.origin.missing(Position(updates))}")
        lab.go(Position(updates))
    return lab


def rows(performance: Performance, what: str, every: int, updates: int | None) -> Iterator[TableRows]:
    """Yield the rows that are asked for, update by update. Raises GradlabError."""
    try:
        asked = wanted(what, every)
        yield from tables(ended(performance, updates), asked)
    except ActionError as error:
        raise GradlabError(_told(error)) from None


def _told(error: ActionError) -> str:
    text = str(error)
    return text if text.startswith("error:") else f"error: {text}"


def package(module: str, extra: str) -> Any:
    """Return a module of a package that is no dependency. Raises GradlabError, which names the extra that brings it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        name = module.partition(".")[0]
        raise GradlabError(f"error: `{name}` is needed ({error}): `pip install 'gradlab[{extra}]'`") from None
