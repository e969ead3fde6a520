"""The numerical gradient check: what backward says, beside what the root really does when a number is moved.

Every checked element is moved up and down by several steps; only what depends on it is run again. The verdicts:

    ok        some step agrees with backward
    surrogate the same, but ops on the way to the root send something else than their derivative: they were moved by that rule
    kink      the two sides lie on different branches (a max, an abs, a ReLU changed sides): no derivative to agree with
    rounding  the root changes by less than its own rounding error can hide: nothing can be said
    undefined the root is NaN or infinite beside this number: there is no slope to agree with
    wrong     the steps agree with one another, and not with backward

The first wrong node that a backward pass meets names its culprit: one of the ops that read it.
Source: Press et al., *Numerical Recipes*, 5.7; CS231n, *Gradient checks*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gradlab.graph.culprit import culprits
from gradlab.graph.graph import Node
from gradlab.graph.machine import Machine
from gradlab.graph.random import Stream
from gradlab.graph.surrogates import runner_by_rule
from gradlab.op import Array

ELEMENTS = 64
STEPS = (1e-5, 1e-6, 1e-4, 1e-3, 1e-7)
"""Relative to max(1, abs(x)), in the order in which they are tried."""
CLOSE = 1e-7
TOLERANCE = 1e-5
"""Below the first a step ends the search; below the second the best step is still an agreement."""
WORK = 400_000_000
"""Multiplications that one node may cost; a large net has fewer elements checked."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check says of one node: the worst of its checked elements.

    element: index of that element, or () for a scalar; None for the random direction.   error: relative difference.
    checked, size: how many elements were moved, of how many.   culprit: the op that may have sent a wrong gradient, or "".
    """

    node: int
    name: str
    verdict: str
    error: float
    analytic: float
    numeric: float
    element: tuple[int, ...] | None
    checked: int
    size: int
    culprit: str = ""


@dataclass(frozen=True, slots=True)
class _Probe:
    verdict: str
    error: float
    analytic: float
    numeric: float


RANK = {"ok": 0, "surrogate": 1, "rounding": 2, "undefined": 3, "kink": 4, "wrong": 5}


def check(
    machine: Machine, root: int, nodes: Sequence[int] | None = None, seed: int = 0, full: bool = False,
    between: Callable[[], None] = lambda: None,
) -> tuple[Verdict, ...]:  # fmt: skip
    """Check the gradients of some nodes, or of all that lead to the root, in the order of the graph.

    The machine is a float64 shadow whose leaves hold the values in question; its values are the same afterwards, its gradients
    those of the root. `full` moves every element. `between` is called between two nodes, and may end the check by raising.
    """
    tape = machine.tape
    assert tape.dtype == np.float64, "a numerical check needs float64"
    machine.forward(0, len(tape.forward_order))
    machine.seed(root, np.ones(tape.graph.nodes[root].shape))
    program = tape.backward_program(root)
    machine.backward(root, 0, len(program.order))
    chosen = nodes if nodes is not None else [int(i) for i in np.flatnonzero(program.reached) if i != root]
    found = []
    for index in chosen:
        if program.reached[index]:
            between()
            found.append(_Checker(machine, root, index, seed, full).verdict())
    return _name_culprit(machine, root, tuple(found))


def _name_culprit(machine: Machine, root: int, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """Name, at the wrong node nearest to the root, the ops that read it and send what is wrong."""
    wrong = [v for v in verdicts if v.verdict == "wrong"]
    if not wrong:
        return verdicts
    last = max(wrong, key=lambda v: v.node)
    culprit = ", ".join(f"{n.name} ({n.op.name})" for n in culprits(machine, root, last.node))
    return tuple(_with_culprit(v, culprit) if v is last else v for v in verdicts)


def _with_culprit(v: Verdict, culprit: str) -> Verdict:
    return Verdict(v.node, v.name, v.verdict, v.error, v.analytic, v.numeric, v.element, v.checked, v.size, culprit)


class _Checker:
    """Checks one node: moves elements of its value, runs what depends on it, and looks at the sum of the root."""

    def __init__(self, machine: Machine, root: int, index: int, seed: int, full: bool) -> None:
        self.machine, self.root, self.index = machine, root, index
        self.node: Node = machine.tape.graph.nodes[index]
        self.after = _dependants(machine, root, index)
        self.run = runner_by_rule(machine, self.after)
        self.agrees = "surrogate" if any(machine.tape.graph.nodes[i].op.surrogate for i in self.after) else "ok"
        self.value, self.grad = machine.value(index), machine.grad(index)
        self.stream = Stream(seed, f"check:{self.node.key}")
        self.count = self.node.size if full else min(ELEMENTS, self.node.size, self._affordable())

    def _affordable(self) -> int:
        nodes = self.machine.tape.graph.nodes
        widest = [
            max((1, *nodes[i].shape[-1:], *(n for j in nodes[i].inputs for n in nodes[j].shape[-1:]))) for i in self.after
        ]
        cost = sum(nodes[i].size * width for i, width in zip(self.after, widest, strict=True))
        return max(2, WORK // max(1, 4 * cost))

    @np.errstate(all="ignore")
    def verdict(self) -> Verdict:
        """Return the worst of some elements; for a parameter of many, of one random direction as well."""
        places = np.argsort(self.stream.raw(self.node.size), kind="stable")[: self.count]
        probes: list[tuple[_Probe, tuple[int, ...] | None]] = []
        for place in places:
            direction = np.zeros(self.node.size)
            direction[place] = 1.0
            element = tuple(int(i) for i in np.unravel_index(int(place), self.node.shape))
            probes.append((self._probe(direction.reshape(self.node.shape)), element))
        if self.node.op.role == "parameter" and self.node.size > 1:
            direction = self.stream.child("direction").normal(self.node.shape)
            probes.append((self._probe(direction / np.sqrt(np.sum(direction**2))), None))
        if not probes:
            return Verdict(self.index, self.node.name, "ok", 0.0, 0.0, 0.0, (), 0, 0)
        probe, at = max(probes, key=lambda p: (RANK[p[0].verdict], p[0].error))
        return Verdict(self.index, self.node.name, probe.verdict, probe.error, probe.analytic, probe.numeric, at, self.count,
                       self.node.size)  # fmt: skip

    def _probe(self, direction: Array) -> _Probe:
        kept = self.value.copy()
        moved = direction != 0
        analytic = float(np.sum(self.grad[moved] * direction[moved]))
        scale = max(1.0, float(np.max(np.abs(kept[moved]), initial=0.0)))
        estimates: list[tuple[float, float, float]] = []
        size = 0.0
        for step in STEPS:
            up, down = self._at(kept + step * scale * direction), self._at(kept - step * scale * direction)
            numeric = (up - down) / (2 * step * scale)
            size = max(size, abs(up), abs(down))
            estimates.append((_relative(analytic, numeric), step * scale, numeric))
            if estimates[-1][0] <= CLOSE:
                break
        verdict = self._judge(analytic, estimates, size, kept, direction)
        self._at(kept)
        error, _, numeric = min(estimates, key=lambda e: e[0] if np.isfinite(e[0]) else np.inf)
        return _Probe(verdict, error, analytic, numeric)

    def _judge(self, analytic: float, estimates: list[tuple[float, float, float]], size: float, kept: Array,
               direction: Array) -> str:  # fmt: skip
        best, step, numeric = min(estimates, key=lambda e: e[0] if np.isfinite(e[0]) else np.inf)
        smallest = min(s for _, s, _ in estimates)
        corner = analytic == 0 and np.isfinite(numeric) and self._on_corner(kept, smallest * direction)
        if best <= TOLERANCE and not corner:
            return self.agrees
        if not any(np.isfinite(slope) for _, _, slope in estimates):
            return "undefined"
        if corner or self._branches(kept + smallest * direction) != self._branches(kept - smallest * direction):
            return "kink"
        if np.isnan(analytic) and np.isfinite(numeric):
            return "wrong"
        terms = max(1, self.machine.tape.graph.nodes[self.root].size) * 64
        if abs(analytic - numeric) <= terms * np.finfo(np.float64).eps * max(size, 1e-300) / step:
            return "rounding"
        close = sorted(estimates, key=lambda e: e[1])[1:4]
        spread = max(e[2] for e in close) - min(e[2] for e in close)
        if spread <= abs(analytic - numeric) / 10:
            return "wrong"
        if self._branches(kept + step * direction) != self._branches(kept - step * direction):
            return "kink"
        return "rounding"

    def _on_corner(self, kept: Array, step: Array) -> bool:
        """Return whether the branch is another one on both sides: the slopes there may cancel, as those of abs at 0 do."""
        here = self._branches(kept)
        return here != self._branches(kept + step) and here != self._branches(kept - step)

    def _at(self, value: Array) -> float:
        self.machine.write(self.index, value)
        self.run()
        return float(np.sum(self.machine.value(self.root)))

    def _branches(self, value: Array) -> tuple[bytes, ...]:
        """Return which side of every kink the dependants are on."""
        self._at(value)
        sides = []
        for index in self.after:
            node = self.machine.tape.graph.nodes[index]
            if node.op.branch is not None and not node.op.surrogate:
                inputs = tuple(self.machine.value(i) for i in node.inputs)
                sides.append(np.asarray(node.op.branch(inputs, self.machine.value(index), node.attrs)).tobytes())
        return tuple(sides)


def _relative(analytic: float, numeric: float) -> float:
    if analytic == numeric:
        return 0.0
    difference = abs(analytic - numeric)
    return difference / max(abs(analytic), abs(numeric), 1e-12) if np.isfinite(difference) else float("inf")


def _dependants(machine: Machine, root: int, index: int) -> tuple[int, ...]:
    """Return the nodes that depend on one and lead to the root, in the order in which they run.

    What an op sends no gradient to (a class number, a mask) is held still.
    """
    reached = machine.tape.backward_program(root).reached
    touched = {index}
    order = []
    for i in machine.tape.forward_order:
        node = machine.tape.graph.nodes[i]
        flowing = (source for position, source in enumerate(node.inputs) if node.op.flows(position) or node.op.surrogate)
        if index < i <= root and not touched.isdisjoint(flowing):
            touched.add(i)
            if reached[i] or i == root:
                order.append(i)
    return tuple(order)
