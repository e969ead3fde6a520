"""The machines, one file each: a new file here is a new word for `--backend`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from gradlab.errors import ArgumentError
from gradlab.graph.machine import Machine, MachineKind
from gradlab.graph.tape import Tape
from gradlab.registry import collect

AUTO = "auto"
"""The word for a choice that gradlab makes, and may change while a run goes on."""
SMALL = 10_000_000
"""Multiplications of a forward pass up to which a graph begins on a machine that compiles nothing."""
LOADED, COMPILED = 500_000, 10_000_000
"""Steps of Python of a forward pass, a quarter of a second and five, from which loading kernels pays, and compiling them."""


@cache
def machines() -> Mapping[str, MachineKind]:
    """Return what is declared, by name. The files are imported only now: one of them may be run as a program."""
    return collect(__name__, "MACHINE")


def names() -> tuple[str, ...]:
    """Return what `--backend` takes: `auto`, and the name of every machine."""
    return (AUTO, *sorted(machines(), key=lambda name: (not machines()[name].auto, machines()[name].fast, name)))


def wanted(name: str, dtype: str) -> str:
    """Return the word for a backend. Raises ArgumentError for one that is unknown, missing here, or has no such dtype."""
    if name not in names():
        raise ArgumentError(f"unknown backend `{name}`: there are {', '.join(names())}")
    kind = machines().get(name)
    if kind is not None and (reason := kind.missing()):
        raise ArgumentError(f"backend `{name}` is not there: {reason}")
    if kind is not None and dtype not in kind.dtypes:
        raise ArgumentError(f"backend `{name}` computes in {' or '.join(kind.dtypes)}, not in {dtype}")
    return name


def make_machine(tape: Tape, name: str = "") -> Machine:
    """Return a machine for a tape; without a name one that is there at once. Raises ArgumentError."""
    kind = machines()[wanted(name, tape.dtype.name)] if name else at_once(tape.dtype.name)
    machine = kind.make(tape)
    machine.backend = kind.name
    return machine


def at_once(dtype: str) -> MachineKind:
    """Return the machine that `auto` begins with: it compiles nothing."""
    return next(kind for kind in _automatic(dtype) if not kind.compiles)


def at_full_speed(dtype: str) -> MachineKind | None:
    """Return the machine that `auto` changes to when there is work for it, if there is one."""
    return next((kind for kind in _automatic(dtype) if kind.fast), None)


def choose(tape: Tape, name: str = AUTO) -> str:
    """Return the name of the machine to begin with, for what a person wants: that one, or with `auto` what fits the graph.

    A small graph begins without kernels even where they are ready: loading them takes longer than many steps of it. A graph
    whose ops would take too much memory without them does not: kernels need none beside the arena. Nor does one with ops that
    Python would go through number by number, and that nobody can interrupt meanwhile.
    Raises ArgumentError.
    """
    if wanted(name, tape.dtype.name) != AUTO:
        return name
    fast = at_full_speed(tape.dtype.name)
    return fast.name if fast is not None and _needs(tape, fast) else at_once(tape.dtype.name).name


def _needs(tape: Tape, fast: MachineKind) -> bool:
    """Whether a graph begins on the machine at full speed."""
    if tape.flops > SMALL or tape.steps > COMPILED or tape.bytes + tape.working > tape.max_memory:
        return True
    return tape.steps > LOADED and fast.ready(tape)


def _automatic(dtype: str) -> list[MachineKind]:
    """Return the machines that `auto` may choose here."""
    return [kind for kind in machines().values() if kind.auto and dtype in kind.dtypes and not kind.missing()]
