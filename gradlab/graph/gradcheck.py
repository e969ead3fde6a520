"""The numerical gradient check: what backward says, beside what the root really does when a number is moved.

Every checked element is moved up and down by several steps; only what depends on it is run again. The verdicts:

    ok        some step agrees with backward
    surrogate the same, but ops on the way to the root send something else than their derivative: they were moved by that rule
    rounding  the root changes by less than its own rounding error can hide, or the slopes scatter: nothing can be said
    kink      the two sides lie on different branches (a max, an abs, a ReLU changed sides), or the root jumps: no derivative
              to agree with
    undefined the gradient or the root beside this number is NaN or infinite: there is no slope to agree with
    wrong     the steps agree with one another, and not with backward
    unchecked the time was over
    unmovable none of its numbers can be moved: none is finite, or they are data that stand for classes or places

A NaN that backward sends where the root is smooth is wrong. The last wrong node before the root names its culprit: one of the
ops that read it.
Source: Press et al., *Numerical Recipes*, 5.7; CS231n, *Gradient checks*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite, isnan, nan
from time import monotonic

import numpy as np
import numpy.typing as npt

from gradlab.graph.culprit import culprits
from gradlab.graph.graph import Node
from gradlab.graph.judging import Estimate, RoundingNoise, closest, estimate, judge
from gradlab.graph.machine import Machine
from gradlab.graph.moving import Moving, Reach
from gradlab.graph.random import Stream
from gradlab.graph.surrogates import silent_inputs
from gradlab.op import Array

ELEMENTS = 64
STEPS = (1e-5, 1e-6, 1e-4, 1e-3, 1e-7)
"""Relative to max(1, abs(x)), in the order in which they are tried."""
CLOSE = 1e-7
"""Relative difference below which a step ends the search."""
WORK = 100_000_000
"""Multiplications that one node may cost; a large net has fewer elements checked."""
CHUNK = 0.02
"""Seconds of work, about, after which others have a turn."""
RANK = {"ok": 0, "surrogate": 1, "rounding": 2, "kink": 3, "undefined": 4, "wrong": 5}
"""The verdicts of an element, the worst last."""
BAD = ("wrong", "undefined")
"""Verdicts that no healthy net has."""
UNCHECKED, UNMOVABLE = "unchecked", "unmovable"
"""Verdicts of a node of which no element was moved."""


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


Verdicts = tuple[Verdict, ...]


@dataclass(frozen=True, slots=True)
class _Probe:
    verdict: str
    error: float
    analytic: float
    numeric: float
    element: tuple[int, ...] | None


def check(
    machine: Machine, root: int, nodes: Sequence[int] | None = None, seed: int = 0, full: bool = False,
    between: Callable[[], None] = lambda: None, seconds: float = inf, clock: Callable[[], float] = monotonic,
) -> tuple[Verdict, ...]:  # fmt: skip
    """Check the gradients of some nodes, or of all that lead to the root, in the order of the graph.

    The machine is a float64 shadow whose leaves hold the values in question; its values are the same afterwards, its gradients
    those of the root. `full` moves every element. `between` is called between two stretches of work, and may end the check by
    raising. After `seconds`, what was not looked at yet is left unchecked; parameters come first, in an order that the seed
    decides.
    """
    tape = machine.tape
    assert tape.dtype == np.float64, "a numerical check needs float64"
    began = clock()
    _run_through(machine, root)
    pace = _Pace(between, clock, began + seconds, _time_of_a_pass(machine, clock))
    reached = tape.backward_program(root).reached
    chosen = [int(i) for i in np.flatnonzero(reached) if i != root] if nodes is None else [i for i in nodes if reached[i]]
    reach, found = Reach(machine, root), dict[int, Verdict]()
    for index in _in_turn([tape.graph.nodes[i] for i in chosen], seed):
        if pace.over and found:
            found[index] = _unseen(tape.graph.nodes[index], UNCHECKED)
        else:
            found[index] = _Checker(machine, root, index, reach, seed, full).verdict(pace)
    return _name_culprit(machine, root, tuple(found[index] for index in chosen), reach)


def _rounding_of(machine: Machine, behind: Sequence[int], root: int) -> float:
    """Return what rounding may add to a gradient: a sum of products of gradients that come in with numbers beside them.

    Where these cancel, a gradient that is 0 in truth is as large as that: 4 · eps · n · the largest product.
    """
    sizes = [0.0]
    for index in (*behind, root):
        beside = max([1.0, *(_largest(machine.value(i)) for i in machine.tape.graph.nodes[index].inputs)])
        sizes.append(_largest(machine.grad(index)) * beside)
    count = max([1, *(machine.tape.graph.nodes[index].size for index in behind)])
    largest = max(sizes)
    return 4 * float(np.finfo(np.float64).eps) * count * largest if isfinite(largest) else 0.0


def _largest(array: npt.ArrayLike) -> float:
    """Return the largest number without its sign, 0 where there is none. NaN is passed over."""
    return float(np.fmax.reduce(np.abs(array), axis=None, initial=0.0))


def _run_through(machine: Machine, root: int) -> None:
    tape = machine.tape
    machine.forward(0, len(tape.forward_order))
    machine.seed(root, np.ones(tape.graph.nodes[root].shape))
    machine.backward(root, 0, len(tape.backward_order(root)))


def _time_of_a_pass(machine: Machine, clock: Callable[[], float]) -> float:
    began = clock()
    machine.forward(0, len(machine.tape.forward_order))
    return clock() - began


def _in_turn(nodes: Sequence[Node], seed: int) -> list[int]:
    """Return the order in which nodes are checked: parameters, to which all gradients flow, then the others, both shuffled."""
    order = np.argsort(Stream(seed, "check:order").raw(len(nodes)), kind="stable")
    return [nodes[i].index for i in sorted(order.tolist(), key=lambda i: nodes[i].op.role != "parameter")]


def _unseen(node: Node, word: str) -> Verdict:
    return Verdict(node.index, node.name, word, nan, nan, nan, (), 0, node.size)


def _name_culprit(machine: Machine, root: int, verdicts: tuple[Verdict, ...], reach: Reach) -> tuple[Verdict, ...]:
    """Name, at the wrong node nearest to the root, the ops that send what is wrong.

    Where something was not looked at, they may stand further on.
    """
    wrong = [v for v in verdicts if v.verdict == "wrong"]
    if not wrong:
        return verdicts
    last = max(wrong, key=lambda v: v.node)
    looked_at = {root, *(v.node for v in verdicts if v.verdict != UNCHECKED)}
    nodes, reached = machine.tape.graph.nodes, machine.tape.backward_program(root).reached
    behind = [i for i in reach.behind(last.node) if reached[i] or i == root]
    between = () if looked_at.issuperset(behind) else behind
    claiming = [nodes[i] for i in behind if silent_inputs(nodes[i])]
    culprit = ", ".join(f"{n.name} ({n.op.name})" for n in culprits(machine, root, last.node, between, claiming))
    return tuple(replace(v, culprit=culprit) if v is last else v for v in verdicts)


class _Pace:
    """How a check shares its time. over: whether the time is up.   at_once: elements that are moved between two turns."""

    def __init__(self, between: Callable[[], None], clock: Callable[[], float], end: float, a_pass: float) -> None:
        self.between, self._clock, self._end = between, clock, end
        self.at_once = ELEMENTS if a_pass <= 0 else int(min(ELEMENTS, max(1.0, CHUNK / a_pass)))

    @property
    def over(self) -> bool:
        return self._clock() > self._end


class _Checker:
    """Checks one node: moves elements of its value, runs what depends on it, and looks at the sum of the root."""

    def __init__(self, machine: Machine, root: int, index: int, reach: Reach, seed: int, full: bool) -> None:
        self.node: Node = machine.tape.graph.nodes[index]
        behind = reach.behind(index)
        self.moving = Moving(machine, root, index, behind)
        self.grad = machine.grad(index).reshape(-1)
        self.centre = float(np.sum(machine.value(root)))
        self.stream = Stream(seed, f"check:{self.node.key}")
        affordable = max(2, WORK // max(1, 4 * int(machine.tape.work[list(behind)].sum())))
        self.count = self.node.size if full else min(ELEMENTS, self.node.size, affordable)
        self.floor = _rounding_of(machine, behind, root)
        self.noise = max(1, machine.tape.graph.nodes[root].size) * 64 * float(np.finfo(np.float64).eps)

    @np.errstate(all="ignore")
    def verdict(self, pace: _Pace) -> Verdict:
        """Return the worst of some elements; for a parameter of many, of one random direction as well."""
        places, stuck = self._places()
        probes: list[_Probe] = [_Probe("undefined", inf, float(self.grad[p]), nan, self._element(p)) for p in stuck[:1]]
        checked = moved = 0
        while checked < len(places) and not (checked and pace.over):
            pace.between()
            chunk = places[checked : checked + pace.at_once]
            found = self._elements(chunk)
            probes += found
            checked, moved = checked + len(chunk), moved + len(found)
        if self.node.op.role == "parameter" and self.node.size > 1 and checked and not pace.over:
            probes.append(self._direction())
        self.moving.rest()
        if not probes:
            return _unseen(self.node, UNMOVABLE if self.node.size else "ok")
        worst = max(probes, key=lambda p: (RANK[p.verdict], p.error))
        return Verdict(self.node.index, self.node.name, worst.verdict, worst.error, worst.analytic, worst.numeric,
                       worst.element, moved, self.node.size)  # fmt: skip

    def _places(self) -> tuple[npt.NDArray[np.int64], list[int]]:
        """Return the elements to move, those first whose gradient is not finite; and those of them that no step can move."""
        order = np.argsort(self.stream.raw(self.node.size), kind="stable").astype(np.int64)
        odd = ~np.isfinite(self.grad[order])
        order = np.concatenate([order[odd], order[~odd]])
        finite = np.isfinite(self.moving.kept.reshape(-1)[order])
        return order[finite][: self.count], order[~finite & ~np.isfinite(self.grad[order])].tolist()

    def _element(self, place: int) -> tuple[int, ...]:
        return tuple(int(i) for i in np.unravel_index(place, self.node.shape))

    def _elements(self, places: npt.NDArray[np.int64]) -> list[_Probe]:
        """Check some elements, all of them by the first step at once; those that do not agree by the others, too."""
        scales = np.maximum(1.0, np.abs(self.moving.kept.reshape(-1)[places]))
        by = STEPS[0] * scales
        ends = self.moving.each(np.repeat(places, 2), np.stack([by, -by], axis=1).reshape(-1)).reshape(-1, 2)
        found = []
        for place, scale, (up, down) in zip(places.tolist(), scales.tolist(), ends.tolist(), strict=True):
            analytic = float(self.grad[place])
            if self._counts(place, analytic, up + down):
                continue
            first = estimate(analytic, STEPS[0] * scale, up, down)
            if first.error <= CLOSE:
                verdict = "kink" if self._on_corner(place, analytic, STEPS[0] * scale, up + down) else self._agrees
                found.append(_Probe(verdict, first.error, analytic, first.numeric, self._element(place)))
            else:
                found.append(self._look_closer(place, analytic, scale, first, max(abs(up), abs(down))))
        return found

    def _counts(self, place: int, analytic: float, ends: float) -> bool:
        """Return whether an element is a whole number of the data, as that of a class, beside which the root is nothing."""
        value = float(self.moving.kept.reshape(-1)[place])
        data = self.node.is_leaf and self.node.op.role != "parameter"
        return data and isnan(ends) and isfinite(analytic) and value.is_integer()

    def _on_corner(self, place: int, analytic: float, by: float, ends: float) -> bool:
        """Return whether an element stands on a corner whose sides cancel, as those of abs at 0 do. ends: their sum.

        A corner bends the root more than rounding does; only then are the branches asked, which costs three passes.
        """
        bend = abs(ends - 2 * self.centre)
        if analytic != 0 or bend <= self.noise * max(abs(ends), abs(self.centre), 1e-300):
            return False
        return self._is_corner(self._along(place).reshape(self.node.shape), by)

    def _is_corner(self, along: Array, by: float) -> bool:
        """Return whether the branch here is another one than on either side."""
        here, up, down = (self.moving.branches(along, move) for move in (0.0, by, -by))
        return here not in (up, down)

    def _along(self, place: int) -> Array:
        direction = np.zeros(self.node.size)
        direction[place] = 1.0
        return direction

    def _look_closer(self, place: int, analytic: float, scale: float, first: Estimate, size: float) -> _Probe:
        def ends(by: float) -> tuple[float, float]:
            up, down = self.moving.each(np.array([place, place]), np.array([by, -by])).tolist()
            return up, down

        return self._probe(self._along(place), analytic, scale, ends, [first], size, self._element(place))

    def _direction(self) -> _Probe:
        """Check the slope along a random direction."""
        direction = self.stream.child("direction").normal(self.node.shape)
        direction /= np.sqrt(np.sum(direction**2))
        analytic = float(np.sum(self.grad.reshape(self.node.shape) * direction))
        scale = max(1.0, float(np.max(np.abs(self.moving.kept), initial=0.0)))

        def ends(by: float) -> tuple[float, float]:
            return self.moving.along(direction, by), self.moving.along(direction, -by)

        return self._probe(direction.reshape(-1), analytic, scale, ends, [], 0.0, None)

    @property
    def _agrees(self) -> str:
        return "surrogate" if self.moving.by_rule else "ok"

    def _hidden(self, seen: Estimate, analytic: float, size: float) -> bool:
        """Whether both slopes are so small that rounding hides them at this step, and even more so at smaller ones."""
        return max(abs(analytic), abs(seen.numeric)) <= self.noise * size / seen.step

    def _probe(self, direction: Array, analytic: float, scale: float, ends: Callable[[float], tuple[float, float]],
               found: list[Estimate], size: float, element: tuple[int, ...] | None) -> _Probe:  # fmt: skip
        """Try the steps that are left until one agrees, and judge. size: of the root so far."""
        left = list(STEPS[len(found) :])
        while left:
            step = left.pop(left.index(max(left)) if found and self._hidden(found[-1], analytic, size) else 0)
            up, down = ends(step * scale)
            size = max(size, abs(up), abs(down))
            found.append(estimate(analytic, step * scale, up, down))
            if found[-1].error <= CLOSE or (step == max(STEPS) and self._hidden(found[-1], analytic, size)):
                break
        along = direction.reshape(self.node.shape)

        def apart(by: float) -> bool:
            return self.moving.branches(along, by) != self.moving.branches(along, -by)

        verdict = judge(analytic, found, RoundingNoise(self.noise * max(size, 1e-300), self.floor), apart)
        if verdict == "rounding" and analytic == 0 and self._is_corner(along, min(e.step for e in found)):
            verdict = "kink"
        best = closest(found)
        numeric = best.numeric if isfinite(best.error) else next((e.numeric for e in found if isfinite(e.numeric)), nan)
        return _Probe(self._agrees if verdict == "ok" else verdict, best.error, analytic, numeric, element)
