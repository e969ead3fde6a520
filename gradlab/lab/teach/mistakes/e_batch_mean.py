"""The mean was forgotten: the loss is divided by the number of its terms, and so is every gradient."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.lab.teach.mistakes._asked import Asked, Guess, Mistake


def guesses(asked: Asked) -> Iterator[Guess]:
    """Return the gradient without the division of each node behind this one that takes a mean, and divided once too often."""
    if asked.what != "grad":
        return
    for name, n in _means(asked):
        yield Guess(asked.grad * n, f"{name} is a mean of {n:g}: its gradient is divided by {n:g}")
        yield Guess(asked.grad / n, f"that is divided by {n:g} once too often: {name} has done it")


def _means(asked: Asked) -> Iterator[tuple[str, float]]:
    """Return the nodes between this one and the root that divide by a number of terms, and that number."""
    tape = asked.run.tape
    root = asked.run.root_of(asked.run.at.update)
    for index in () if root is None else tape.backward_order(root):
        node, plan = asked.run.graph.nodes[index], tape.plans[index]
        if index > asked.node.index and plan is not None and "n" in node.op.floats:
            n = plan.floats[node.op.floats.index("n")]
            if n > 1:
                yield node.name, n


MISTAKE = Mistake("the mean is forgotten", guesses)
