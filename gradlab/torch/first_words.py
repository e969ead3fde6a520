"""What a person reads first of a step of a training: the one thing in it to look at, with its op, layer and line.

That a parameter gets no gradient may be meant: a target is detached, a gate or an adapter begins at 0 and opens. What is said
of it is a fact, and what may be wrong goes before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradlab.graph.cuts import behind as made_of
from gradlab.graph.graph import Node
from gradlab.graph.sending import sent_by
from gradlab.lab.outcome import Outcome
from gradlab.lab.sending import Sending
from gradlab.op import Array
from gradlab.session import Lab


def first_words(lab: Lab, said: Sequence[Outcome], grads: Mapping[str, Array], *, wrong: bool, known: int = 0) -> str:
    """Return what stands first in the file of a step, or "" where all that is asked here is well.

    The op that made the first NaN or infinity; else the op that no gradient comes through to parameters behind it; else, of a
    step that went wrong, the parameter with most of the gradient; else what lets no gradient through as it is meant to.

    lab: behind the script of the step.   said: what came of the script.   grads: of the parameters that require one, by their
    names in the lab.   known: how many parameters the model has, those too that the loss does not depend on.
    """
    found = next((line.text for one in said for line in one.lines if line.kind == "finding"), "")
    if found:
        return " ".join(found.split())
    shut = _Shut(lab, grads, known).first() if lab.run.shown_root is not None else None
    if shut is not None and (not wrong or not shut.meant):
        return shut.text
    return (_largest(lab, grads) if wrong else "") or (shut.text if shut is not None else "")


@dataclass(frozen=True, slots=True)
class _Closed:
    """What is said of an op that is sent a gradient and sends none on. meant: whether that is how it works, or it opens."""

    text: str
    meant: bool


class _Shut:
    """Looks for ops that are sent a gradient and send none on, where parameters behind them get exactly 0.

    dead: the parameters that get none in the program, and of these those that get none here either: where only the program has
    lost it, its gradients are other ones than the derivative.   root: of the backward pass.
    """

    def __init__(self, lab: Lab, grads: Mapping[str, Array], known: int) -> None:
        self.lab, self.grads, self.known = lab, {lab.graph.aliases[name]: grad for name, grad in grads.items()}, known
        self.dead = [index for index, grad in self.grads.items() if grad.size and not grad.any()]
        self.here = {index for index in self.dead if not self._grad(index).any()}
        self.sending = Sending(lab.run)

    def first(self) -> _Closed | None:
        """Return what is said of the first of them, of those that are not meant so if there are any; None where none is."""
        if not self.here or len(self.dead) == len(self.grads):
            return None
        found, nodes, behind = list[_Closed](), self.lab.graph.nodes, set(self.here)
        for node in nodes:
            if node.phase != "f" or node.is_leaf or not (reached := behind.intersection(node.inputs)):
                continue
            if not self._grad(node.index).any():
                behind.add(node.index)
            elif len(node.inputs) == 1 or not all(nodes[index].is_leaf for index in reached):  # else a weight that met zeros
                found.append(self._closed(node, sorted(reached)))
                if not found[-1].meant:
                    return found[-1]
        return found[0] if found else None

    def _closed(self, node: Node, reached: Sequence[int]) -> _Closed:
        """Return what is said of an op. reached: what it reads to which no gradient comes."""
        made = made_of(self.lab.graph, node.index)
        behind = sum(bool(made[index]) for index in self.here)
        many = self._many() + (":" if behind == len(self.dead) else f"; to {behind:,} of them")
        said = f"{many} none comes back through `{node.name}`{_line(node)}"
        places = [k for k, index in enumerate(node.inputs) if index in reached]
        if not any(node.op.flows(k) for k in places):
            return _Closed(f"{said}, which lets none through", True)
        if all(not node.op.flows(k) or node.op.is_flat(k) for k in places):
            return _Closed(f"{said}, whose derivative is 0 everywhere", True)
        gate = self._gate(node, reached)
        if gate is not None:
            return _Closed(f"{said} while `{gate.name}` is 0, which gets a gradient itself", True)
        zero = ", whose numbers are all 0" if not self._value(node.index).any() else ""
        return _Closed(f"{said}{zero}", False)

    def _many(self) -> str:
        """Return how many parameters get no gradient, of those that could get one."""
        params = {node.index for node in self.lab.graph.nodes if node.op.role == "parameter"} | set(self.grads)
        still = len(params) > len(self.grads)
        which = ["that the loss depends on"] if self.known > len(params) else []
        which += ["that require a gradient"] if still else []
        of = f"the {len(self.grads):,} parameters {' and '.join(which)}" if which else f"{len(self.grads):,} parameters"
        return f"{len(self.dead):,} of {of} get{'s' * (len(self.dead) == 1)} {'none' if still else 'no gradient'}"

    def _gate(self, node: Node, reached: Sequence[int]) -> Node | None:
        """Return what an op reads that shuts it by being 0 everywhere, and gets a gradient that goes on to a parameter."""
        root, before = self.sending.root, {i: self._value(i) for i in node.inputs if i in self.lab.run.before}
        assert root is not None, "there are gradients"
        order = self.lab.run.tape.backward_order(root)
        steps = [(step, i) for i in reached for step in self.sending.steps_to(i) if order[step] == node.index]
        for index in dict.fromkeys(node.inputs):
            zeros = self._value(index)
            if index in reached or zeros.any() or not self._opens(node, index):
                continue
            other = before | {index: np.resize([1.0, -0.7, 0.4, -0.2, 0.9], zeros.size).reshape(zeros.shape)}
            if any(sent_by(self.lab.run.machine, root, step, i, other).any() for step, i in steps):
                return self._source(index)
        return None

    def _opens(self, node: Node, index: int) -> bool:
        """Whether what an op sends to one of its inputs goes on to a parameter, which will not stay what it is."""
        nodes, seen, waiting = self.lab.graph.nodes, set[tuple[int, int]](), [(node.index, index)]
        while waiting:
            by, here = edge = waiting.pop()
            if edge in seen:
                continue
            seen.add(edge)
            sent = self.sending.by({by}, here)
            if sent is not None and sent.any():
                if here in self.grads and self.grads[here].any():
                    return True
                waiting += [(here, i) for i in nodes[here].inputs]
        return False

    def _source(self, index: int) -> Node:
        """Return what a value of zeros was made from alone, as far as that is 0, too, and gets a gradient."""
        node = self.lab.graph.nodes[index]
        while len(node.inputs) == 1 and not self._value(node.inputs[0]).any() and self._grad(node.inputs[0]).any():
            node = self.lab.graph.nodes[node.inputs[0]]
        return node

    def _grad(self, index: int) -> Array:
        return self.lab.run.machine.grad(index)

    def _value(self, index: int) -> Array:
        """Return what a node held in the pass: the script has made an update since, which moves parameters."""
        found = self.lab.run.before.get(index)
        return self.lab.run.machine.value(index) if found is None else found


def _largest(lab: Lab, grads: Mapping[str, Array]) -> str:
    """Say which parameter has most of the gradient; "" where that is not finite, or 0."""
    norms = {name: float(np.linalg.norm(grad.astype(float))) for name, grad in grads.items()}
    total = float(np.linalg.norm([*norms.values()])) if norms else 0.0
    if not 0 < total < np.inf:
        return ""
    most = max(norms, key=norms.__getitem__)
    of = "" if len(norms) == 1 else f", {(norms[most] / total) ** 2:.0%} of the square of the norm"
    line = _line(lab.graph.nodes[lab.graph.aliases[most]])
    return f"the largest gradient is that of `{most}`{line}: its norm is {norms[most]:.4g}{of}"


def _line(node: Node) -> str:
    """Return the line of the program that a node is from, in brackets, or ""."""
    return f" ({node.span.origin})" if node.span is not None and node.span.origin else ""
