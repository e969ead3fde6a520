"""What a person reads first of a step of a training: the one thing in it to look at, with its op, layer and line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from gradlab.graph.cuts import behind as made_of
from gradlab.graph.graph import Node
from gradlab.lab.outcome import Outcome
from gradlab.op import Array
from gradlab.session import Lab


def first_words(lab: Lab, said: Sequence[Outcome], grads: Mapping[str, Array], *, wrong: bool) -> str:
    """Return what stands first in the file of a step, or "" where all that is asked here is well.

    The op that made the first NaN or infinity; else the op that no gradient comes through to parameters behind it; else, of a
    step that went wrong, the parameter with most of the gradient.

    lab: behind the script of the step.   said: what came of the script.   grads: of the parameters, by their names in the lab.
    """
    found = next((line.text for one in said for line in one.lines if line.kind == "finding"), "")
    return " ".join(found.split()) or _shut(lab, grads) or (_largest(lab, grads) if wrong else "")


def _shut(lab: Lab, grads: Mapping[str, Array]) -> str:
    """Say which op is sent a gradient and sends none on, where parameters behind it get exactly 0."""
    dead = {lab.graph.aliases[name] for name, grad in grads.items() if grad.size and not grad.any()}
    if not dead or len(dead) == len(grads):
        return ""
    nodes, behind = lab.graph.nodes, set(dead)
    for node in nodes:
        if node.phase != "f" or node.is_leaf or not (reached := behind.intersection(node.inputs)):
            continue
        if not lab.run.machine.grad(node.index).any():
            behind.add(node.index)
        elif len(node.inputs) == 1 or not all(nodes[index].is_leaf for index in reached):  # else a weight that met zeros
            zero = ", whose numbers are all 0" if not lab.run.machine.value(node.index).any() else ""
            made = made_of(lab.graph, node.index)
            here = sum(bool(made[index]) for index in dead)
            many = f"{len(dead):,} of {len(grads):,} parameters get no gradient"
            many += ":" if here == len(dead) else f"; to {here:,} of them"
            return f"{many} none comes back through `{node.name}`{_line(node)}{zero}"
    return ""


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
