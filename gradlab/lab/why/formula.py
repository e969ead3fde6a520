"""The formula of a node as a person reads it: with names, with numbers, and what its backward op sends to each input."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradlab.axis.position import State
from gradlab.axis.run import Run
from gradlab.graph.graph import Graph, Node
from gradlab.lab.modes import remark
from gradlab.lab.numbers import bare, element_name, signed
from gradlab.lab.snapshot import NodeInfo
from gradlab.lab.why.local import local_derivatives

NEAR = 1e-5
"""Relative distance up to which what an op gives here is what a kernel gave."""
_KNOWN = frozenset({State.DONE, State.PAST, State.STALE, State.FINAL, State.PARTIAL})


class _Letters(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def expression(graph: Graph, node: Node) -> str:
    """Return the formula of a node with the names of its inputs: "w1 · x1". Of a leaf it is empty."""
    return node.op.symbols.format_map(_letters(node, [graph.nodes[i].name for i in node.inputs]))


def _letters(node: Node, names: list[str]) -> Mapping[str, str]:
    given = {key: _shown(node.attrs.get(key, default)) for key, default in node.op.attrs.items()}
    if node.op.variadic:
        return _Letters(given, **{node.op.inputs[0].removesuffix("*"): ", ".join(names)})
    return _Letters(given | dict(zip(node.op.inputs, names, strict=True)))


def _shown(value: Any) -> str:
    return bare(value) if isinstance(value, float) else str(value)


def node_infos(graph: Graph) -> tuple[NodeInfo, ...]:
    """Return what does not change about the nodes."""
    return tuple(
        NodeInfo(
            index=n.index, name=n.name, op=n.op.name, title=n.op.title, expression=expression(graph, n), shape=n.shape,
            inputs=n.inputs, layer=n.layer, phase=n.phase, is_leaf=n.is_leaf, step=n.step,
            scope=n.place, role=n.op.role, origin=n.span.origin if n.span is not None else "",
        )
        for n in graph.nodes
    )  # fmt: skip


def formula(run: Run, index: int, element: int) -> tuple[str, ...]:
    """Return the lines: symbols, the same with numbers, then what is sent to each input for this element."""
    node, note = run.graph.nodes[index], remark(run, run.graph.nodes[index])
    notes = (note,) if note else ()
    if node.is_leaf:
        return (f"{node.name}: {node.op.title}", *notes, *_labels(run, node, element))
    lines = [f"{node.name} = {expression(run.graph, node)}", *notes]
    states = run.value_states()
    if node.size and (State(states[index]) in _KNOWN or all(State(states[i]) in _KNOWN for i in node.inputs)):
        lines += _with_numbers(run, node, element, State(states[index]) in _KNOWN)
    lines += [f"{sent.text}" for sent in sends(run, index, element)] if node.size else []
    return tuple(lines)


LISTED = 12
"""Labels that are listed."""


def _labels(run: Run, node: Node, element: int) -> list[str]:
    """Return what the numbers of a leaf are called in the file that they are from, and what one of them is."""
    labels = node.attrs.get("labels", ())
    if not labels:
        return []
    more = f", … {len(labels):,} in all" if len(labels) > LISTED else ""
    listed = ", ".join(f"{number} {label}" for number, label in enumerate(labels[:LISTED]))
    number = run.machine.value(node.index).reshape(-1)[element] if node.size else -1.0
    one = element_name(node.name, node.shape, element)
    here = [f"{one} = {int(number)}, {labels[int(number)]}"] if number in range(len(labels)) else []
    return [*here, f"labels: {listed}{more}"]


def _with_numbers(run: Run, node: Node, element: int, known: bool) -> list[str]:
    """Return the line with the numbers in it; an op that is not elementwise has only its result.

    A value that was set, or made from other numbers than its inputs have now, is not said to be what these would give.
    """
    name = element_name(node.name, node.shape, element)
    value = float(run.machine.value(node.index).reshape(-1)[element]) if known else None
    right, made = _right_side(run, node, element) if node.op.kind == "elementwise" else ("", None)
    if value is None:
        return [f"{name} = {right}"] if right else []
    if _was_set(run, node, element):
        return [f"{name} set to {bare(value)}" + (f" ({right} = {bare(made)})" if made is not None else "")]
    state = run.value_state(node.index)
    left = state in (State.STALE, State.PAST)
    if made is None or not left or np.isclose(value, made, rtol=NEAR, atol=0.0, equal_nan=True):
        return [f"{name} = {right}{' = ' if right else ''}{signed(value)}"]
    why = f"of update {run.at.update - 1}, from other numbers" if state is State.PAST else f"stale; now {right} = {bare(made)}"
    return [f"{name} = {signed(value)}  ({why})"]


def _right_side(run: Run, node: Node, element: int) -> tuple[str, float]:
    """Return the formula of an elementwise op with the numbers of its inputs for an element, and what these give."""
    seen = [np.broadcast_to(run.machine.value(i), node.shape).reshape(-1)[element : element + 1] for i in node.inputs]
    numbers = [bare(float(x[0])) for x in seen]
    numbers = [f"({n})" if n.startswith("-") and i else n for i, n in enumerate(numbers)]
    floats = (float(node.attrs.get(name, node.op.attrs[name])) for name in node.op.floats)
    assert node.op.forward is not None, f"{node.op.name} has no forward"
    with np.errstate(all="ignore"):
        made = float(np.asarray(node.op.forward(*seen, *floats)).reshape(-1)[0])
    return node.op.symbols.format_map(_letters(node, numbers)), made


def _was_set(run: Run, node: Node, element: int) -> bool:
    """Whether a person wrote the number of an element over what the op gave, in this update."""
    written = np.zeros(node.shape, np.bool_)
    for edit in run.transient:
        if edit.node == node.index and edit.what == "value":
            written[edit.index] = True
    return bool(written.reshape(-1)[element])


@dataclass(frozen=True, slots=True)
class Sent:
    """What a backward op sends to one input: symbols and, once the gradient is there, the number for one element.

    delta, local: the factors, or None when the op has not been given its gradient yet.
    """

    target: str
    symbols: str
    delta: float | None = None
    local: float | None = None

    @property
    def text(self) -> str:
        """The line of it."""
        head = f"sends to {self.target}: {self.symbols}"
        if self.delta is None or self.local is None:
            return head
        return f"{head} = {bare(self.delta)} × {bare(self.local)} = {signed(self.delta * self.local)}"


def sends(run: Run, index: int, element: int) -> list[Sent]:
    """Return what a node's backward op sends, or will send, to each of its inputs on account of one element of it."""
    node = run.graph.nodes[index]
    delta = None
    if node.phase == "f" and node.size and run.grad_state(index) in (State.FINAL, State.PARTIAL, State.STALE):
        delta = float(run.machine.grad(index).reshape(-1)[element])
    found = []
    for position, source in enumerate(node.inputs):
        if node.op.flows(position) and node.phase == "f":
            local = None if delta is None else local_at(run, node, position, element)
            found.append(Sent(run.graph.nodes[source].name, symbols(run.graph, node, position), delta, local))
    return found


def local_at(run: Run, node: Node, position: int, element: int) -> float | None:
    """Return the local derivative of one element with respect to the element of an input that stands at its place."""
    source = run.graph.nodes[node.inputs[position]]
    if node.op.kind != "elementwise":
        return None
    at = np.broadcast_to(np.arange(source.size).reshape(source.shape), node.shape).reshape(-1)[element]
    places, derivatives = local_derivatives(run.machine, node, position, int(at))
    return float(derivatives[places == element][0])


def symbols(graph: Graph, node: Node, position: int) -> str:
    """Return the right side of a derivative with names: "delta · x1"."""
    rules = node.op.derivatives
    if not rules:
        return "delta"
    rule = rules[min(position, len(rules) - 1)]
    right = rule.partition(" = ")[2] or rule
    names = dict(zip(node.op.inputs, (graph.nodes[i].name for i in node.inputs), strict=False)) if not node.op.variadic else {}
    names |= {"g": "delta", "z": node.name}
    return re.sub(r"[^\W\d_]\w*", lambda word: names.get(word[0], word[0]), right)
