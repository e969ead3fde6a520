"""What `onnx.reference` gives for the values of a graph, node by node, with which an import is compared.

A node that it cannot compute is left out, and with it all that reads what that gives.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gradlab.importers.onnx._folding import CannotFold, computed
from gradlab.importers.onnx._graph import OnnxGraph
from gradlab.importers.onnx._reading import reads
from gradlab.importers.program import Expected, OpCall
from gradlab.op import Array

LIMIT = 60.0
"""Seconds that it may take: what comes behind them is not compared."""


@dataclass(frozen=True, slots=True)
class OnnxReference:
    """A graph with the data of its inputs, and the ops that its values became, by their names in the graph."""

    graph: OnnxGraph
    data: Mapping[str, Array]
    made: Mapping[str, OpCall]

    def values(self) -> Iterator[Expected]:
        """Yield what is to be expected of the ops, in the order of the nodes."""
        ends = time.monotonic() + LIMIT
        known = {**self.graph.initializers, **self.data}
        readers: dict[str, int] = {}
        for node in self.graph.nodes:
            for name in {*reads(node)}:
                readers[name] = node.index
        for node in self.graph.nodes:
            inputs = {name: known[name] for name in reads(node) if name in known}
            whole = all(name in known for name in reads(node) if name) and time.monotonic() < ends
            try:
                found = computed(node, inputs, self.graph.opsets) if whole else []
            except CannotFold:
                found = []
            for k, name in enumerate(node.outputs):
                if k < len(found):
                    known[name] = found[k]
                if name in self.made:
                    yield Expected(self.made[name], str(node), found[k] if k < len(found) else None)
            for name in inputs:
                if readers[name] == node.index:
                    del known[name]
