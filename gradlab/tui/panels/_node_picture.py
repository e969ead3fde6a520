"""What the panel of a node asks the laboratory for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.axis.position import State
from gradlab.draw.attention import LARGEST, AttentionMap, is_attention
from gradlab.draw.table import columns_in
from gradlab.lab.snapshot import Brief, NodeInfo
from gradlab.lab.why.slopes import Slope
from gradlab.ops import OPS
from gradlab.train.statistics import Summary
from gradlab.tui.moment import Look

if TYPE_CHECKING:
    from gradlab.session import Lab

BOTH = 16
"""Rows from which on there are tables of value and gradient."""
Listed = tuple[tuple[NodeInfo, Brief], ...]


@dataclass(frozen=True, slots=True)
class NodePicture:
    """The numbers of one node, as far as a facet shows them.

    value, grad: windows, None where there is nothing yet.   tables: which of them are shown.   slopes: to each input.
    inputs, readers, update: nodes with their numbers; those of the update that belong to a parameter.
    spread: of the value, and of the gradient.   attention: the head that the chosen number is of, where it is one.
    """

    index: int
    brief: Brief
    value: Any
    grad: Any
    formula: tuple[str, ...]
    tables: tuple[str, ...] = ()
    slopes: tuple[Slope, ...] = ()
    inputs: Listed = ()
    readers: Listed = ()
    update: Listed = ()
    spread: tuple[Summary | None, Summary | None] = (None, None)
    attention: AttentionMap | None = None


@dataclass(frozen=True, slots=True)
class _Window:
    """The part of both tables that is in sight, in the rows and columns of the node's two-dimensional view."""

    row0: int
    rows: int
    col0: int
    columns: int


def grid(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return rows and columns of the two-dimensional view of a shape: the last axis is the columns."""
    columns = shape[-1] if shape else 1
    return (prod(shape) // columns if columns else 0), columns


def states(found: bytes, index: int) -> State:
    """Return the state of a node from the bytes of a snapshot."""
    return State(found[index]) if 0 <= index < len(found) else State.PENDING


def ask(lab: Lab, look: Look, width: int, height: int, facet: str) -> NodePicture | None:
    """Ask the laboratory for the numbers of the node in sight, as far as a facet shows them."""
    if look.focus < 0:
        return None
    node = lab.nodes[look.focus]
    brief, formula = lab.brief([node.index])[0], lab.formula(node.index, look.element)
    bare = NodePicture(node.index, brief, None, None, formula)
    if facet == "lists":
        return replace(bare, inputs=_listed(lab, node.inputs), readers=_readers(lab, node))
    if facet == "update":
        update = _listed(lab, [n.index for n in lab.nodes if n.phase == "u" and n.name.startswith(f"{node.name}.")])
        return replace(bare, update=update, spread=(lab.spread(node.index, "value"), None))
    if facet == "histogram":
        return replace(bare, spread=(lab.spread(node.index, "value"), lab.spread(node.index, "grad")))
    return _tabled(lab, look, bare, (width, height), facet == "picture")


def _listed(lab: Lab, indexes: Sequence[int]) -> Listed:
    """Return nodes with their numbers, each once."""
    once = list(dict.fromkeys(indexes))
    return tuple(zip((lab.nodes[index] for index in once), lab.brief(once), strict=True))


def _readers(lab: Lab, node: NodeInfo) -> Listed:
    return _listed(lab, [other.index for other in lab.nodes if node.index in other.inputs])


def _tabled(lab: Lab, look: Look, found: NodePicture, size: tuple[int, int], as_map: bool) -> NodePicture:
    """Return the picture of the facets that show numbers one by one. size: of the panel."""
    (width, height), node = size, lab.nodes[found.index]
    found = replace(found, slopes=lab.slopes(node.index, look.element))
    if prod(node.shape) <= 1:
        return found
    if as_map and (head := _attention(lab, look, node)) is not None:
        return replace(found, attention=head)
    tables = _tables_in(height, node.phase, look.snapshot.position.phase)
    lines = max(2, (height - 4) // len(tables) - 2)
    window = _window(node.shape, look.element, width, lines, as_map)

    def part(what: str, found: bytes) -> Any:
        if states(found, node.index) == State.PENDING or what not in tables:
            return None
        return lab.window(node.index, what, window.row0, window.rows, window.col0, window.columns)

    value, grad = part("value", look.snapshot.value_states), part("grad", look.snapshot.grad_states)
    return replace(found, value=value, grad=grad, tables=tables)


def _attention(lab: Lab, look: Look, node: NodeInfo) -> AttentionMap | None:
    """Return the weights of attention that the chosen number is one of, with the signs of their places; None for others.

    Rows that sum to 1 are not enough: the shares of as many classes as there are samples have them, too. They must mix values.
    """
    many = node.shape[-1] if node.shape else 0
    if len(node.shape) < 2 or node.shape[-2] != many or not 1 < many <= LARGEST:
        return None
    pending = states(look.snapshot.value_states, node.index) == State.PENDING
    if pending or not any(_mixes(lab, reader, node.index) for reader in lab.nodes):
        return None
    block = look.element // (many * many)
    window = lab.window(node.index, "value", block * many, many, 0, many)
    if window.hidden or not is_attention(window.array):
        return None
    outer = node.shape[:-2]
    places = [int(place) for place in np.unravel_index(block, outer)] if outer else []
    words = ["sample", "head"] if len(places) == 2 else ["sample"] if len(places) == 1 else [""] * len(places)
    told = [f"{word} {place}".strip() for word, place in zip(words, places, strict=True)]
    size = " x ".join(map(str, node.shape))
    return AttentionMap(window.array, _signs(lab, node, many, places), f"{', '.join([*told, 'weights'])}  of {size}")


def _mixes(lab: Lab, reader: NodeInfo, index: int) -> bool:
    """Return whether it takes a mean of values by these weights: a product with what is no weight of a layer."""
    product = reader.op in OPS and OPS[reader.op].by_rows and reader.inputs[0] == index
    return product and lab.nodes[reader.inputs[1]].role != "parameter"


def _signs(lab: Lab, node: NodeInfo, many: int, places: Sequence[int]) -> tuple[str, ...]:
    """Return what stands at each place: the numbers of words that the weights come from, else the places themselves."""
    reached, waiting = {node.index}, [node.index]
    words: set[int] = set()
    while waiting:
        one = lab.nodes[waiting.pop()]
        if one.op in OPS and (letter := OPS[one.op].words):
            words.add(one.inputs[OPS[one.op].inputs.index(letter)])
        fresh = [source for source in one.inputs if source not in reached]
        reached.update(fresh)
        waiting += fresh
    for index in sorted(words):
        leaf = lab.nodes[index]
        if leaf.is_leaf and len(leaf.shape) == 2 and leaf.shape[1] == many and places and leaf.shape[0] > places[0]:
            window = lab.window(index, "value", places[0], 1, 0, many)
            if not window.hidden:
                return tuple(f"{int(value)}" for value in window.array[0])
    return tuple(map(str, range(many)))


def _tables_in(height: int, node_phase: str, phase: str) -> tuple[str, ...]:
    """Return which tables there are: in a low panel only that of the phase; a node of the update has no gradient."""
    if node_phase == "u":
        return ("value",)
    if height >= BOTH:
        return ("value", "grad")
    return ("grad",) if phase == "b" else ("value",)


def _window(shape: tuple[int, ...], element: int, width: int, lines: int, as_map: bool) -> _Window:
    """Return the window of so many lines that holds the marked element; a map has two rows of numbers in a line."""
    total_rows, total_columns = grid(shape)
    rows, columns = (2 * lines, width) if as_map else (lines, columns_in(width))
    at_row, at_column = divmod(element, max(1, total_columns))
    row0 = max(0, min(at_row - rows // 2, total_rows - rows))
    col0 = max(0, min(at_column - columns // 2, total_columns - columns))
    return _Window(row0, min(rows, total_rows), col0, min(columns, total_columns))
