"""From an imported program to a scenario: the text of a model, and the arrays that stand beside it.

A module is a scope, `with layer("net.layer1.0"):`, in which the weights have the names of the framework; what ops give is
called after the op and numbered through the whole model (`conv2d_3`), so that a name says which line made it. Behind a line, or
behind that of its scope, stands `#@ train.py:41`, the line of the person's program that it came from, and `in NAME` behind that
where it is a part of a function with a backward of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from keyword import iskeyword

import numpy as np

from gradlab.importers._calls import call_text, number_text, value_text
from gradlab.importers._training import minimize_text
from gradlab.importers.program import Item, Leaf, OpCall, Operand, Program, ProgramLine, Running
from gradlab.lab.saved import Saved
from gradlab.op import Array
from gradlab.scenario.characters import harmless
from gradlab.scenario.grammar import ATTRIBUTES, SEPARATORS
from gradlab.scenario.vocabulary import is_documented

ARCHIVE, STATE = "weights.npz", "state.npz"
"""The file of the arrays, beside the scenario, and that of what the optimizer keeps, with which the run begins."""
HOLDER = "w"
"""The variable that holds it."""
INLINE = 8
"""Numbers of a constant that are written where it stands."""
FILLED = {"parameter": "init=constant({})", "constant": "fill={}"}
"""How an array that is one number in memory is written."""
WORDS = {"parameter": "param", "input": "input", "target": "input", "constant": "const"}


@dataclass(frozen=True, slots=True)
class WrittenProgram:
    """A scenario of a program.

    text: the Markdown of it.   arrays: of its archive `ARCHIVE`, by name.   names: of the items, in the lab.
    state: arrays of `STATE`; none where no step of the optimizer was made.
    """

    text: str
    arrays: dict[str, Array]
    names: dict[Item, str]
    state: dict[str, Array] = field(default_factory=dict)


def write(program: Program) -> WrittenProgram:
    """Return the scenario of a program."""
    kept: set[Item] = set()
    while True:  # again where a value is read after its variable was taken by another one
        writer = _Writer(program, kept)
        model = "\n".join(writer.lines())
        if writer.late <= kept:  # no item lasts longer than its variable now
            break
        kept |= writer.late
    text = "\n".join((head_of(program), "```python model", model, "```", ""))
    return WrittenProgram(text, writer.arrays, writer.names, _state(program, writer.names))


def _state(program: Program, names: Mapping[Item, str]) -> dict[str, Array]:
    """Return what the run begins with: what the optimizer keeps, and how many steps it has made."""
    if not _has_begun(program):
        return {}
    arrays = {f"{names[param]}.{ending}": array for (param, ending), array in program.state.items()}
    return Saved(arrays, program.steps, 0, program.mode, program.steps, (), (), program.dtype).entries()


def _has_begun(program: Program) -> bool:
    return program.root is not None and bool(program.steps or program.state) and any(group.params for group in program.groups)


def head_of(program: Program) -> str:
    """Return what stands above the model: title, notes, what the run begins with."""
    return "\n".join(_head(program))


def _head(program: Program) -> Iterator[str]:
    title = re.sub(r"[^\w .,()<>=+%:/'-]", " ", program.title).strip() or "model"
    yield from ("---", f'title: "{title}"', f"dtype: {program.dtype}")
    if program.mode != "train":
        yield f"mode: {program.mode}"
    if program.prefix:
        yield f"names: {program.prefix}"
    if _has_begun(program):
        yield f"begin: {STATE}"
    yield from ("---", "", f"# {title}", "")
    if program.notes:
        yield from (*(f"- {harmless(note)}" for note in program.notes), "")


@dataclass(slots=True)
class _Writer:
    """The lines of a model while they are written.

    kept: items that get a variable of their own.   late: those that are read when the variable of their name holds another.
    variables, lasting: of each item, and the one of its own.   bound: what each variable holds here.
    counts: numbers given out so far.   taken: names of the lab.
    counts: numbers given out so far.   taken: names of the lab.
    """

    program: Program
    kept: set[Item]
    late: set[Item] = field(default_factory=set)
    arrays: dict[str, Array] = field(default_factory=dict)
    names: dict[Item, str] = field(default_factory=dict)
    variables: dict[Item, str] = field(default_factory=dict)
    lasting: dict[Item, str] = field(default_factory=dict)
    bound: dict[str, Item] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    reserved: set[str] = field(default_factory=set)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the model."""
        self.reserved |= {_usable(item.name) for item in self.program.items if not isinstance(item, OpCall)}
        written: list[str] = []
        for scope, items in groupby(self.program.items, lambda item: scope_text(item.scope)):
            block = list(items)
            places = {item.place for item in block if item.place is not None}
            shared = places.pop() if scope and len(places) == 1 else None
            written += ["", *([f'with layer("{scope}"):{_behind(shared)}'] if scope else [])]
            for item in block:
                line, *more = self._item(item, scope)
                line += "" if item.place == shared else _behind(item.place)
                written += [f"    {one}" if scope else one for one in (line, *more)]
        if self.arrays:
            yield f'{HOLDER} = npz("{ARCHIVE}")'
        yield from written
        yield from minimize_text(self.program, self.names, self._variable)

    def _item(self, item: Item, scope: str) -> Iterator[str]:
        """Yield the line that makes an item, and one more where it needs another variable."""
        made, name = self._made(item), self._name(item, scope)
        self.variables[item], self.bound[name] = name, item
        self.names[item] = f"{scope}.{name}" if scope else name
        remark = f"  # {harmless(item.remark)}" if item.remark else ""
        yield f"{name} = {made}{remark}"
        if item in self.kept:
            variable = self.lasting[item] = self._numbered(f"kept_{name.rstrip('_')}")
            self.bound[variable] = item
            yield f"{variable} = {name}"

    def _made(self, item: Item) -> str:
        """Return what stands behind the name of an item."""
        if isinstance(item, OpCall):
            return call_text(item.op, [self._operand(one) for one in item.inputs], item.attrs)
        if isinstance(item, Running):
            scale = f", scale={number_text(item.scale)}" if item.scale != 1 else ""
            start = self._archived(item, item.key, item.array)
            return f"running({self._variable(item.of)}, rate={number_text(item.rate)}{scale}, start={start})"
        assert isinstance(item, Leaf)
        array = item.array
        if item.kind == "constant" and array.size <= INLINE and array.ndim <= 1 and np.isfinite(array).all():
            return f"const({value_text(array.tolist())})"
        if item.kind in FILLED and array.size > INLINE and not any(array.strides):
            return f"{WORDS[item.kind]}(shape={array.shape}, {FILLED[item.kind].format(number_text(array.flat[0]))})"
        return f"{WORDS[item.kind]}({self._archived(item, item.key, array)})"

    def _archived(self, item: Item, key: str, array: Array) -> str:
        """Keep an array, and return how it is read."""
        name = base = re.sub(r"[^\w.]", "_", key or item.name or "constant")
        while name in self.arrays:
            name = self._numbered(base)
        self.arrays[name] = array
        return f'{HOLDER}["{name}"]'

    def _operand(self, operand: Operand) -> str:
        return self._variable(operand) if isinstance(operand, Item) else number_text(operand)

    def _variable(self, item: Item) -> str:
        """Return the variable that holds an item."""
        name = self.variables[item]
        if self.bound[name] is item:
            return name
        self.late.add(item)
        return self.lasting.get(item, name)

    def _name(self, item: Item, scope: str) -> str:
        """Return the name of an item in its scope: its own, if that is free, else with a number."""
        if isinstance(item, OpCall) and not item.name:
            name = self._numbered(item.op)
        else:
            name = base = _usable(item.name or "constant")
            fixed = not isinstance(item, OpCall) and scope
            while f"{scope}.{name}" in self.taken or name == HOLDER or (not fixed and name in self.bound):
                name = self._numbered(base.rstrip("_"))
        self.taken.add(f"{scope}.{name}")
        return name

    def _numbered(self, base: str) -> str:
        """Return a name with the next number that makes a free variable of it."""
        while True:
            self.counts[base] = self.counts.get(base, 0) + 1
            name = f"{base}_{self.counts[base]}"
            if name not in self.reserved and name not in self.bound and not is_documented(name):
                return name


def _behind(place: ProgramLine | None) -> str:
    """Return the place of a line as it stands behind it."""
    return f"  #@ {harmless(str(place))}" if place is not None else ""


def _usable(name: str) -> str:
    """Return a name as a variable of a model can have it."""
    text = re.sub(r"\W", "_", name)
    text = text if re.match(r"[^\W\d_]", text) else f"p{text}"
    return f"{text}_" if iskeyword(text) or is_documented(text) or text in SEPARATORS or text in ATTRIBUTES else text


def scope_text(scope: str) -> str:
    """Return the name of a scope as `layer` takes it."""
    parts = [re.sub(r"\W", "_", part) for part in scope.split(".") if part]
    if parts and not re.match(r"[^\W\d]", parts[0]):
        parts[0] = f"m{parts[0]}"
    alone = len(parts) == 1
    return ".".join(f"{part}_" if part in ATTRIBUTES or (alone and _is_reserved(part)) else part for part in parts)


def _is_reserved(name: str) -> bool:
    return iskeyword(name) or name in SEPARATORS
