"""What the layers cost, before anything runs: shapes, parameters, multiplications, bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.graph.graph import Node
from gradlab.lab.arguments import nothing
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.lab.queries import bytes_, macs, params
from gradlab.op import Shape
from gradlab.train.layers import layer_parts

if TYPE_CHECKING:
    from gradlab.lab.core import Core
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class Cost:
    """What a layer costs. shape: of what leaves it.   parameters: how many.   bytes: of its values, parameters included."""

    name: str
    shape: Shape | None
    parameters: int
    multiplications: int
    bytes: int


def costs(core: Core) -> list[Cost]:
    """Return a row for each layer, one for what stands in none, and one for all."""
    graph = core.graph
    model = [node for node in graph.nodes if node.phase == "f"]
    leaving = {row.name: row.out for row in layer_parts(graph)}
    rows = []
    layers: dict[str, list[Node]] = {}
    for node in model:
        layers.setdefault(graph.layer_at(node, graph.depth), []).append(node)
    rest = layers.pop("", [])
    for name, nodes in layers.items():
        out = leaving.get(name)
        rows.append(_cost(core, name, nodes, None if out is None else graph.nodes[out].shape))
    return [*rows, *([_cost(core, "outside layers", rest)] if rest and rows else []), _cost(core, "all", model)]


def _cost(core: Core, name: str, nodes: Sequence[Node], shape: Shape | None = None) -> Cost:
    counted = (sum(one.size(core.tape, node) for node in nodes) for one in (params, macs, bytes_))
    return Cost(name, shape, *counted)


def _budget(lab: Lab, _: None) -> Outcome:
    """Say a row for each layer."""
    found = costs(lab)
    return told(_lines(found), found=found)


def _lines(found: Sequence[Cost]) -> Iterator[Line]:
    rows = [("layer", "out", "parameters", "multiplications", "bytes")]
    rows += [
        (one.name, "" if one.shape is None else "x".join(map(str, one.shape)) or "scalar", f"{one.parameters:,}",
         f"{one.multiplications:,}", f"{one.bytes:,}")
        for one in found
    ]  # fmt: skip
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for name, shape, *numbers in rows:
        right = "  ".join(f"{number:>{width}}" for number, width in zip(numbers, widths[2:], strict=True))
        yield Line("value", f"{name:<{widths[0]}}  {shape:<{widths[1]}}  {right}")


ACTION = Action("budget", "", "what the layers cost: shapes, parameters, multiplications, bytes", nothing, _budget)
