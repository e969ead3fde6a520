"""The gradients that another program has of the first update, where the script claims with `agree` that they are those here.

An `autograd.Function` of PyTorch has a backward of the person's own. Of an imported program it is known which ops are one: what
it makes of what it reads tells what its backward may be meant to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gradlab.actions._statement import readings
from gradlab.actions.agree import Agreed
from gradlab.actions.train import Training
from gradlab.errors import ActionError, ArgumentError
from gradlab.graph.graph import Graph, Node
from gradlab.lab.beside.agreeing import ArrayGap, agreement
from gradlab.lab.beside.finite import factor
from gradlab.lab.core import Core
from gradlab.lab.sending import Sending
from gradlab.op import Array
from gradlab.scenario.reading.arrays import arrays_in, list_npz
from gradlab.scenario.reading.place import open_path
from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class Parted:
    """The first gradient, in the order of the backward pass, that is another one in the file of another program.

    node: its index.   allowed: gap.   by: the function of the other program's own that sends it, where it is known which.
    """

    file: str
    node: int
    gap: ArrayGap
    allowed: float
    by: OwnBackward | None = None


@dataclass(frozen=True, slots=True)
class OwnBackward:
    """A function with a backward of its own that reads a node.

    name: of it.   node: the first op of it that reads the node.   factor: that makes what it sends of the derivative, or None.
    keeps: whether it gives what it reads, so that its backward is all that it is for.   flat: whether its derivative is 0
    everywhere.
    """

    name: str
    node: int
    factor: float | None
    keeps: bool
    flat: bool


def parted(lab: Core) -> Parted | None:
    """Return where the gradients part; None where all agree, nothing is claimed, or the values differ already."""
    claim = _claim(lab)
    if claim is None:
        return None
    twin = lab.fresh(lab.run.origin.seed)
    twin.go(twin.run.timeline.end(twin.position.update, "b"))
    name = claim.file.text
    try:
        path = open_path(lab.scenario.document.folder, name)
        found = agreement(twin, path, name, claim.tolerance)
    except (ActionError, ArgumentError):
        return None  # whoever runs the script is told
    first = found.apart[0] if found.apart else None
    if first is None or not first.name.startswith("grad("):
        return None
    node = lab.graph.aliases[first.name[5:-1]]
    theirs = arrays_in(path, name, {first.name: lab.graph.nodes[node].shape})[first.name]
    return Parted(name, node, first, found.allowed, _own_backward(twin, node, theirs))


def reached(lab: Core, params: Sequence[int]) -> frozenset[int]:
    """Return which parameters get a gradient in the first update of the other program, where one is claimed to agree."""
    claim = _claim(lab)
    if claim is None:
        return frozenset()
    aliases = lab.graph.aliases
    try:
        path, file = open_path(lab.scenario.document.folder, claim.file.text), claim.file.text
        listed = [(key, aliases.get(key[5:-1], -1)) for key in list_npz(path, file) if key.startswith("grad(")]
        wanted = {key: index for key, index in listed if index in params}
        found = arrays_in(path, file, {key: lab.graph.nodes[index].shape for key, index in wanted.items()})
    except (ActionError, ArgumentError):
        return frozenset()
    return frozenset(index for key, index in wanted.items() if found[key].any())


def function_of(node: Node) -> str:
    """Return the function with a backward of its own that an op of an imported program is a part of, or ""."""
    return node.span.function if node.span is not None else ""


def _own_backward(lab: Core, index: int, theirs: Array) -> OwnBackward | None:
    """Return the only function with a backward of its own that reads a node. lab: behind its backward pass.

    None where several ops read it, and all that arrives is changed by one factor: a hook on the node does that.
    """
    grad = lab.run.machine.grad(index)
    readers = [node for node in lab.graph.nodes if node.phase == "f" and index in node.inputs]
    own = [node for node in readers if function_of(node)]
    if len({function_of(node) for node in own}) != 1 or (len(own) < len(readers) and factor(grad, theirs) is not None):
        return None
    members, alive = _members(lab.graph, index, function_of(own[0]))
    ends = {i for node in lab.graph.nodes if node.phase == "f" and node.index not in members for i in node.inputs} & members
    sent = Sending(lab.run).by({node.index for node in own}, index)
    ours = np.zeros_like(grad) if sent is None else sent
    keeps = len(ends) == 1 and all(_alike(lab, index, end, ours) for end in ends)
    change = factor(ours, theirs - (np.asarray(grad, np.float64) - ours))
    return OwnBackward(function_of(own[0]), own[0].index, change, keeps, bool(ends) and not ends & alive)


def _members(graph: Graph, index: int, name: str) -> tuple[set[int], set[int]]:
    """Return the ops of a function that are made from a node, and of these the ones to which its derivative goes on."""
    members, alive = set[int](), {index}
    for node in graph.nodes:
        places = [k for k, i in enumerate(node.inputs) if i == index or i in members]
        if node.phase == "f" and places and function_of(node) == name:
            members.add(node.index)
            if any(node.inputs[k] in alive and node.op.flows(k) and not node.op.is_flat(k) for k in places):
                alive.add(node.index)
    return members, alive


def _alike(lab: Core, index: int, end: int, sent: Array) -> bool:
    """Whether what a function gives is what it reads, and its derivative what arrives at it."""
    machine = lab.run.machine
    pairs = (machine.value(index), machine.value(end)), (sent, machine.grad(end))
    return all(np.array_equal(one.reshape(-1), other.reshape(-1)) for one, other in pairs)


def _claim(lab: Core) -> Agreed | None:
    """Return the claim of a script about its first update."""
    if not isinstance(lab, Lab):
        return None
    for _, read in readings(lab.script, lab.known):
        if read is not None and isinstance(read[1], Agreed):
            return read[1]
        if read is not None and (isinstance(read[1], Training) or read[0].edits):
            return None
    return None
