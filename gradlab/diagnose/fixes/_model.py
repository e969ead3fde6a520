"""What remedies ask of a model: its layers, their weights and bends, the rate, and what stands in the text."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.graph.graph import Node
from gradlab.lab.changing import current_document
from gradlab.scenario.parsing import parse_statements
from gradlab.train.activations import Activation
from gradlab.train.layers import LayerParts


def hidden(examination: Examination) -> tuple[LayerParts, ...]:
    """Return the hidden layers, those in series."""
    return examination.depth.hidden


def bends(examination: Examination) -> list[Activation]:
    """Return the nonlinearities of the hidden layers that are words of the library."""
    return [bend for row in hidden(examination) for bend in row.bends if bend.own]


def weights(examination: Examination, rows: tuple[LayerParts, ...]) -> list[int]:
    """Return the matrices of some layers."""
    nodes = examination.graph.nodes
    return [w for row in rows for w in row.weights if len(nodes[w].shape) > 1]


def hidden_weights(examination: Examination) -> list[int]:
    """Return the matrices of the hidden layers; of a model in which none is told apart, of all but the last."""
    found = weights(examination, hidden(examination))
    if found or examination.depth.last is not None:
        return found
    return [node.index for node in examination.graph.params if len(node.shape) > 1][:-1]


def last_weights(examination: Examination) -> list[int]:
    """Return the matrices of the last layer."""
    last = examination.depth.last
    return [] if last is None else weights(examination, (last,))


def is_rectified(examination: Examination) -> bool:
    """Whether most of the hidden layers cut off what is below a number, as ReLU does."""
    rows = [row for row in hidden(examination) if row.bends]
    return 2 * sum(row.bends[-1].curve.dead is not None for row in rows) > len(rows)


def rate(examination: Examination) -> float | None:
    """Return the learning rate of the first update."""
    return None if examination.optimizer is None else examination.optimizer.lr


def called(node: Node) -> ast.Call | None:
    """Return the tree of the call that made a node; None where no call did."""
    if node.span is None:
        return None
    try:
        tree = ast.parse(f"({node.span.text})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree if isinstance(tree, ast.Call) else None


def argument_of(node: Node, name: str) -> ast.expr | None:
    """Return an argument that is written with its name in the call that made a node."""
    call = called(node)
    found = (keyword.value for keyword in (call.keywords if call is not None else ()) if keyword.arg == name)
    return next(found, None)


def argument_text(node: Node, place: int, name: str) -> str:
    """Return how an argument is written in the call that made a node, by its place or its name; "" where it is not."""
    call = called(node)
    if call is None:
        return ""
    found = call.args[place] if place < len(call.args) else argument_of(node, name)
    return "" if found is None else ast.unparse(found)


def is_written(examination: Examination, word: str, name: str) -> bool:
    """Return whether a call of a word somewhere in the model has an argument of that name."""
    tree, _, _ = parse_statements(current_document(examination.lab.scenario).model)
    made = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    return any(keyword.arg == name for call in made if ast.unparse(call.func) == word for keyword in call.keywords)


def data_leaves(examination: Examination) -> Iterator[Node]:
    """Yield a leaf of each call that brings data."""
    seen = set()
    for index in (*examination.roles.inputs, *examination.roles.targets):
        node = examination.graph.nodes[index]
        if node.span is not None and (node.span.start, node.span.stop) not in seen:
            seen.add((node.span.start, node.span.stop))
            yield node
