"""What is known of one pass of a PyTorch module: the operators that it called, one by one, and what went in and came out."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any

from gradlab.importers.program import ProgramLine, package_path

_CELL = re.compile(r"<ipython-input-(\d+)-")
"""The file of a cell, as IPython calls it where it has no kernel."""


@dataclass(slots=True, eq=False)
class Value:
    """A tensor of the pass.

    tensor: it.   before: its numbers, if it was written in place since then.
    kind: "parameter", "buffer", "input", "target", "constant", or "" for what an operator gave.
    key: its name in the module.   needs: whether a gradient goes to it.   producer: the call that gave it.
    """

    tensor: Any
    kind: str = ""
    key: str = ""
    needs: bool = False
    producer: Called | None = None
    before: Any = None

    @property
    def numbers(self) -> Any:
        """The tensor as it was when it was this value."""
        return self.tensor if self.before is None else self.before


@dataclass(slots=True, eq=False)
class Called:
    """One call of an operator.

    operator: of torch.ops.   args, named: what it was given, tensors as `Value`.   outputs: tensors that it gave, as `Value`,
    in order; None for what is no tensor.   scope: the path of the module that it stands in.   place: the line that called it.
    custom: whether it stands in the forward of an `autograd.Function` with a backward in Python.   function: the name of that.
    """

    operator: Any
    args: tuple[Any, ...]
    named: dict[str, Any]
    outputs: list[Value | None]
    scope: str = ""
    place: ProgramLine | None = None
    custom: bool = False
    function: str = ""

    @property
    def line(self) -> ProgramLine | None:
        """The line that called it, with the function that it stands in."""
        return replace(self.place, function=self.function) if self.place is not None and self.function else self.place

    @property
    def name(self) -> str:
        """The name of the operator, without its overload."""
        return operator_name(self.operator)


def operator_name(operator: Any) -> str:
    """Return the name of an operator: `linear` of `aten.linear.default`."""
    return str(getattr(operator, "_opname", "") or getattr(operator, "__name__", operator))


@dataclass(slots=True, eq=False)
class Capture:
    """A whole pass.

    calls: in order.   leaves: tensors that no call gave.   root: the loss.   moved: buffers that the pass has written, with
    what became of them.
    """

    calls: list[Called] = field(default_factory=list)
    leaves: list[Value] = field(default_factory=list)
    root: Value | None = None
    moved: list[tuple[Value, Value]] = field(default_factory=list)

    @property
    def broken(self) -> list[tuple[Value, Value]]:
        """The buffers that were finite before the pass and are not behind it: a running statistic of the person's own."""
        return [(old, new) for old, new in self.moved if _finite(old.numbers) and not _finite(new.numbers)]


def _finite(tensor: Any) -> bool:
    return bool(tensor.isfinite().all())


def carries(tensor: Any) -> bool:
    """Whether a gradient can go to a tensor."""
    return bool(tensor.is_floating_point() or tensor.is_complex())


def values_in(args: Any) -> Iterator[Value]:
    """Yield the values in arguments, those in lists too."""
    if isinstance(args, Value):
        yield args
    elif isinstance(args, dict):
        for part in args.values():
            yield from values_in(part)
    elif isinstance(args, list | tuple):
        for part in args:
            yield from values_in(part)


def mapped(args: Any, change: Any) -> Any:
    """Return arguments with `change` done to everything that is no list, tuple or dictionary."""
    if isinstance(args, dict):
        return {key: mapped(part, change) for key, part in args.items()}
    if isinstance(args, list):
        return [mapped(part, change) for part in args]
    if type(args) is tuple:
        return tuple(mapped(part, change) for part in args)
    return change(args)


def cell_of(file: str) -> str:
    """Return the cell of a notebook as it is numbered there, `In[3]`, by the file that IPython makes up for it; else "".

    A cell that was changed and run again has two files: each keeps its own number.
    """
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    named = getattr(getattr(running, "compile", None), "format_code_name", None)
    found = named(file) if named is not None else None
    if found is not None:
        return str(found[1])
    match = _CELL.match(file)
    return f"In[{match[1]}]" if match else ""


class ProgramLines:
    """Which lines belong to the person's program: not those of PyTorch, of gradlab, and of the standard library.

    A package that is installed, such as one of models, counts only where no module of the person's own calls it: then its lines
    are the only ones that tell ops apart.
    """

    def __init__(self) -> None:
        import torch

        import gradlab

        self._torch, self._gradlab = (f"{Path(one).parent}{os.sep}" for one in (torch.__file__, gradlab.__file__))
        self._module = str(Path(torch.nn.modules.module.__file__))
        self._library = f"{Path(os.__file__).parent}{os.sep}"
        self._here = f"{Path.cwd()}{os.sep}"
        self._known: dict[str, str | None] = {}

    def shown(self, file: str) -> str | None:
        """Return how a file of the person's program is called, or None for one of others."""
        if file not in self._known:
            library = file.startswith(self._library) and "site-packages" not in file
            outside = file.startswith(("<frozen", "<eval_with_key", self._torch, self._gradlab)) or library
            name = file.removeprefix(self._here) if file.startswith(self._here) else Path(file).name
            self._known[file] = None if outside else cell_of(file) or package_path(file) or name
        return self._known[file]

    def here(self) -> ProgramLine | None:
        """Return the innermost line of the person's program that runs."""
        return self._innermost(_running(sys._getframe(1)))

    def place(self, frames: Sequence[tuple[str, int]], *, forwards: bool = False) -> ProgramLine | None:
        """Return the innermost line of the person's program, of frames from the outermost to the innermost.

        forwards: whether all of them stand in the `forward` of a module.
        """
        return self._innermost(reversed(frames), forwards=forwards)

    def _innermost(self, frames: Iterable[tuple[str, int]], *, forwards: bool = False) -> ProgramLine | None:
        """Return the first own line, of frames from the innermost; of a package where a loss function alone calls it."""
        package: ProgramLine | None = None
        own: ProgramLine | None = None
        for file, line in frames:
            name = self.shown(file)
            if name is not None and package_path(file):
                package = package or ProgramLine(name, line)
            elif name is not None:
                own = own or ProgramLine(name, line)
            if own is not None and (forwards or package is None or file == self._module):
                return own
            if package is not None and file.startswith(self._gradlab):
                return package
        return package or own


def _running(frame: FrameType | None) -> Iterator[tuple[str, int]]:
    """Yield files and lines that run, from the innermost."""
    while frame is not None:
        yield frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
