"""Whether an imported model gives what PyTorch gives: every value and every gradient, and the first op where they part.

PyTorch runs the model itself, not what was read of it. So a backward of one's own, or a hook, that sends something else than
the derivative is found: the lab sends the derivative.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from gradlab.axis.position import Position
from gradlab.graph.graph import Node
from gradlab.importers.distance import WITHIN, distance, is_rounding, largest
from gradlab.importers.program import Item, Leaf, OpCall, ProgramLine
from gradlab.importers.unsettled import Unsettled
from gradlab.lab.beside.finite import factor
from gradlab.op import Array

if TYPE_CHECKING:
    from gradlab.importers.torch._capture import Value
    from gradlab.importers.torch.importing import Imported
    from gradlab.session import Lab


Look = tuple[ProgramLine | None, tuple[int, ...]]
"""The line of the program in which something was computed, and its shape."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A node where the two part.

    what: "value" or "gradient".   by: the ops that send it its gradient, with the lines that they come from.   distance: of the
    largest number.   ratio: what PyTorch has of what the lab has, where one number says that; else None.   theirs: the numbers
    that PyTorch has.   own: whether all of these ops are a part of a function with a backward of its own.
    """

    name: str
    what: str
    line: str
    distance: float
    ratio: float | None = None
    by: tuple[tuple[str, str], ...] = ()
    theirs: Array | None = field(default=None, repr=False, compare=False)
    own: bool = False

    def __str__(self) -> str:
        much = f"torch has {self.ratio:.4g} times the lab's" if self.ratio is not None else f"off by {self.distance:.2g} of it"
        if not np.isfinite(self.distance):
            known = self.theirs is None or bool(np.isfinite(self.theirs).all())
            here, there = ("the lab", "torch") if known else ("torch", "the lab")
            much = f"{here} has NaN or infinity where {there} has a number"
        at = f" ({self.line})" if self.line else ""
        if self.what == "value":
            return f"the first value that differs is that of `{self.name}`{at}: {much}"
        senders = ", ".join(f"`{name}`" + (f" ({line})" if line else "") for name, line in self.by)
        sent = f", where they arrive from {senders}" if senders else ""
        sent += f" with {'its' if len(self.by) == 1 else 'their'} own backward" if self.own else ""
        return f"the gradients part at `{self.name}`{at}{sent}: {much}"


@dataclass(slots=True, repr=False)
class ImportVerdict:
    """How far a lab and PyTorch agree.

    ops, arrays: that were compared.   worst: distance of an array that agrees.   symmetric: gradients zero by symmetry.
    partings: arrays that differ, those of values in forward order before those of gradients in backward order.
    unsettled: arrays of which some numbers were not compared, see `Unsettled`.
    findings: where NaN or infinity came up.   notes: what a reader has to know of the import.
    """

    ops: int = 0
    arrays: int = 0
    worst: float = 0.0
    symmetric: int = 0
    unsettled: list[str] = field(default_factory=list)
    partings: list[Disagreement] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def rounded(self, wide: ImportVerdict) -> ImportVerdict:
        """Return this verdict of float32, knowing that all agrees in float64."""
        many, most = len(self.partings), max(one.distance for one in self.partings)
        note = f"{many:,} arrays are {most:.1g} apart in float32; in float64 all agree to {wide.worst:.1g}: it is rounding"
        return replace(self, partings=[], notes=[note, *self.notes])

    @property
    def ok(self) -> bool:
        """Whether all agrees."""
        return not self.partings

    @property
    def lines(self) -> list[str]:
        """What is said."""
        symmetric = f"; {self.symmetric:,} zero by symmetry" if self.symmetric else ""
        head = f"{self.ops:,} ops, {self.arrays:,} arrays agree with torch to {self.worst:.1g}{symmetric}"
        head += f"; in {len(self.unsettled):,} what comes of NaN was not compared" if self.unsettled else ""
        if self.partings:
            head = f"{self.ops:,} ops, {len(self.partings):,} of {self.arrays:,} arrays differ from torch's: {self.partings[0]}"
        return [head, *self.findings, *self.notes]

    def __str__(self) -> str:
        return "\n".join(self.lines)

    __repr__ = __str__  # so a notebook shows it


def judged(found: Imported, lab: Lab) -> ImportVerdict:
    """Compare a lab with what PyTorch gave. The lab stands where it stood before."""
    judge = _Judge(found, lab)
    at = lab.position
    lab.go(lab.run.timeline.end(at.update, "f" if found.built.program.root is None else "b"))
    judge.verdict.findings = [one.text for one in lab.findings()]
    judge.compare()
    judge.verdict.findings += [found.lost] if found.lost else []
    lab.go(Position(at.update))
    judge.verdict.notes = [*judge.notes(), *found.built.program.notes]
    return judge.verdict


class _Judge:
    def __init__(self, found: Imported, lab: Lab) -> None:
        self.found, self.lab = found, lab
        self.verdict = ImportVerdict()
        self.within = max(WITHIN[lab.tape.dtype.name], found.rounding)
        self.kind = "float32" if self.within >= WITHIN["float32"] else lab.tape.dtype.name
        names, graph = found.built.written.names, lab.graph
        self.nodes: dict[Item, Node] = {item: graph.nodes[graph.aliases[name]] for item, name in names.items()}
        self.largest = 0.0
        self.certain: set[str] = set()

    def notes(self) -> list[str]:
        """Return what is said of numbers that PyTorch knows less exactly than the lab."""
        dtype = self.lab.tape.dtype.name
        if self.within <= WITHIN[dtype]:
            return []
        return [f"torch computes a part of it less exactly than in {dtype}: what is {self.within:g} apart counts as the same"]

    def compare(self) -> None:
        """Compare all values, then all gradients."""
        program = self.found.built.program
        self.verdict.ops = sum(isinstance(item, OpCall) for item in program.items)
        values = {node.index: array for node, array in self._values()}
        params = dict(self._params())
        grads = params | dict(self._between())
        self.largest = max((largest(one) for one in grads.values()), default=0.0)
        self._judge_all(values, grads)
        if self.verdict.partings and self.verdict.findings:
            root = None if program.root is None else self.nodes[program.root].index
            unsettled = Unsettled(self.lab.run.machine, root, values, grads, self.within)
            self.verdict.arrays, self.verdict.symmetric, self.verdict.worst = 0, 0, 0.0
            self.verdict.partings.clear()
            self._judge_all(values, grads, unsettled)
        if self.found.translated.capture is not self.found.reference.recorded.capture:
            self._drop_guesses({self.lab.graph.nodes[index].name for index in params})

    def _judge_all(
        self, values: Mapping[int, Array], grads: Mapping[int, Array], unsettled: Unsettled | None = None
    ) -> None:  # fmt: skip
        """Judge values in forward order, then gradients in backward order. unsettled: what of them is not to be compared."""
        machine, nodes = self.lab.run.machine, self.lab.graph.nodes
        for index in sorted(values):
            self._judge(nodes[index], "value", machine.value(index), values[index], unsettled)
        for index in sorted(grads, reverse=True):
            self._judge(nodes[index], "gradient", machine.grad(index), grads[index], unsettled)

    def _drop_guesses(self, params: set[str]) -> None:
        """Take back what is said of nodes that were found by their numbers, where all values and all parameters agree.

        Two tensors of one line may hold the same numbers and get other gradients. A backward that is wrong reaches a parameter;
        where that cannot be seen, because its gradient is NaN, what is said of a node that is like no other is not taken back.
        """
        partings, seen = self.verdict.partings, not any(f"grad({name})" in self.verdict.unsettled for name in params)
        seen = seen and all(np.isfinite(self.lab.grad(name)).all() for name in params)
        if not any(one.what == "value" or one.name in params for one in partings):
            kept = [one for one in partings if not seen and one.name in self.certain]
            self.verdict.arrays -= len(partings) - len(kept)
            partings[:] = kept

    def _values(self) -> Iterator[tuple[Node, Array]]:
        """Yield the nodes of calls whose value PyTorch gave."""
        from gradlab.importers.torch._numbers import array_of

        seen: set[Item] = set()
        for value, item in self.found.translated.items.items():
            if isinstance(item, OpCall) and item not in seen and item in self.nodes and value.producer is not None:
                seen.add(item)
                if tuple(value.tensor.shape) == self.nodes[item].shape:
                    yield self.nodes[item], array_of(value.numbers)

    def _params(self) -> Iterator[tuple[int, Array]]:
        for item, node in self.nodes.items():
            if isinstance(item, Leaf) and item.kind == "parameter":
                params = self.found.reference.params
                sent = params.get(item.key)
                if sent is not None:
                    yield node.index, sent
                elif item.key in params and largest(self.lab.run.machine.grad(node.index)):
                    yield node.index, np.zeros(node.shape)  # its gradient was lost on the way

    def _between(self) -> Iterator[tuple[int, Array]]:
        """Yield the nodes to which a tensor of the pass belongs, with the gradient that arrived at it."""
        reference = self.found.reference
        if self.found.translated.capture is reference.recorded.capture:
            first: dict[Item, Value] = {}
            for value, item in self.found.translated.items.items():
                if not isinstance(item, OpCall) or first.setdefault(item, value) is not value:
                    continue  # a view of it: a part of the gradient arrives there
                if value in reference.grads and self.nodes[item].shape == reference.grads[value].shape:
                    yield self.nodes[item].index, reference.grads[value]
            return
        yield from self._matched()

    def _matched(self) -> Iterator[tuple[int, Array]]:
        """Yield the same for an export: a node and a tensor that stand in one line and hold the same numbers are one.

        What holds no finite number is only told by its line, shape and type: it is one where nothing else there is like it.
        """
        reference = self.found.reference
        waiting: dict[Look, list[Value]] = {}
        for call in reference.recorded.capture.calls:  # in forward order: numbers may be equal
            for value in call.outputs:
                if value is not None and value in reference.grads:
                    waiting.setdefault((call.place, tuple(value.tensor.shape)), []).append(value)
        given = {item for item in self.found.translated.items.values() if isinstance(item, OpCall)}
        made = [item for item in self.found.built.program.items if isinstance(item, OpCall)]
        alike: dict[Look, list[Node]] = {}
        for item in sorted(made, key=lambda one: one not in given):  # what a call gave before what stands within it
            line = item.place.alone if item.place is not None else None
            alike.setdefault((line, self.nodes[item].shape), []).append(self.nodes[item])
        sure = {self.nodes[item].index for item in given}
        for look, values in waiting.items():
            for node, value, alone in self._pairs(alike.get(look, []), values):
                if alone and node.index in sure:
                    self.certain.add(node.name)
                yield node.index, reference.grads[value]

    def _pairs(self, nodes: list[Node], values: list[Value]) -> Iterator[tuple[Node, Value, bool]]:
        """Yield nodes and tensors of one line and shape that belong together, and whether nothing else there is like them."""
        like = {node.index: [value for value in values if self._same(node, value)] for node in nodes}
        taken: set[Value] = set()
        for node in nodes:
            value = next((one for one in like[node.index] if one not in taken), None)
            if value is None:
                continue
            alone = len(like[node.index]) == 1 and sum(value in found for found in like.values()) == 1
            if alone or bool(value.numbers.isfinite().any()):
                taken.add(value)
                yield node, value, alone

    def _same(self, node: Node, value: Value) -> bool:
        """Return whether a node and a tensor may be one, by what of their numbers is finite."""
        from gradlab.importers.torch._numbers import array_of

        return distance(self.lab.run.machine.value(node.index), array_of(value.numbers)) <= self.within

    def _judge(self, node: Node, what: str, ours: Array, theirs: Array, unsettled: Unsettled | None) -> None:
        verdict, whole = self.verdict, theirs
        verdict.arrays += 1
        settled = None if unsettled is None else unsettled.settled(node.index, "value" if what == "value" else "grad")
        if settled is not None:
            verdict.unsettled.append(node.name if what == "value" else f"grad({node.name})")
            ours, theirs = ours[settled], theirs[settled]
        if what == "gradient" and is_rounding(ours, theirs, self.kind, self.largest):
            verdict.symmetric += 1
            return
        apart = distance(ours, theirs, grad=what == "gradient")
        if apart <= self.within:
            verdict.worst = max(verdict.worst, apart)
            return
        line = node.span.origin if node.span is not None else ""
        by = self._senders(node) if what == "gradient" else []
        senders = [(one.name, one.span.origin if one.span is not None else "") for one in by[:3]]
        own = bool(by) and all(one.span is not None and one.span.function for one in by)
        verdict.partings.append(Disagreement(node.name, what, line, apart, factor(ours, theirs), tuple(senders), whole, own))

    def _senders(self, node: Node) -> list[Node]:
        """Return the nodes that read a node."""
        graph = self.lab.graph
        return [one for one in graph.nodes[node.index + 1 :] if one.phase == "f" and node.index in one.inputs]
