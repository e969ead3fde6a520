"""A graph of ONNX as the importer sees it: plain data, read once, with nothing of protobuf in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradlab.errors import GradlabError
from gradlab.importers.program import ProgramLine
from gradlab.op import Array
from gradlab.scenario.characters import harmless

Kind = np.dtype[Any]
"""The type of the elements of a value, as ONNX has it."""


class OnnxError(GradlabError):
    """A model that cannot be read, or cannot be brought into a scenario; the text is complete."""

    def __init__(self, text: str) -> None:
        super().__init__(text)


def text(name: str | bytes) -> str:
    """Return a name of a file. Raises OnnxError for bytes that are no text, which protobuf hands on as they are."""
    if isinstance(name, bytes):
        raise OnnxError(f"a name in the file is no text in UTF-8: `{harmless(name.decode('utf-8', 'replace'))[:80]}`")
    return name


@dataclass(frozen=True, slots=True, eq=False)
class OnnxNode:
    """One operation of a graph. inputs: names, "" for what is left out.   attrs: numbers, texts, arrays, graphs, or lists.

    index: its place among the nodes of the file, from 0.   proto: gives it as protobuf, for what `onnx` itself does with it.
    module, line: the module of PyTorch and the line of the person's program that it comes from, where the file tells that.
    """

    op: str
    domain: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attrs: Mapping[str, Any]
    index: int
    proto: Callable[[], Any]
    module: str = ""
    line: ProgramLine | None = None

    def __str__(self) -> str:
        name = self.name or next((name for name in self.outputs if name), "")
        op = f"{self.domain}.{self.op}" if self.domain else self.op
        return f"node {self.index} `{harmless(name)[:80]}` ({harmless(op)[:80]})"


@dataclass(frozen=True, slots=True)
class Port:
    """An input or an output of a graph.

    shape: its sizes; of one that is open its name, None where it has none; None where nothing is known.
    told: its type in ONNX.
    """

    name: str
    kind: Kind | None
    shape: tuple[int | str | None, ...] | None
    told: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class OnnxGraph:
    """A graph: nodes, arrays that stand in the file, what comes in and what goes out.

    opsets: the version of each set of operators.   proto: the model as protobuf.
    small: the types of arrays, by name, that NumPy does not have.
    """

    name: str
    nodes: tuple[OnnxNode, ...]
    initializers: Mapping[str, Array]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    opsets: Mapping[str, int] = field(default_factory=dict)
    proto: Any = None
    small: Mapping[str, str] = field(default_factory=dict)

    @property
    def opset(self) -> int:
        """The version of the standard operators."""
        return self.opsets.get("", 1)

    @property
    def data(self) -> tuple[Port, ...]:
        """The inputs that no array of the file stands for."""
        return tuple(port for port in self.inputs if port.name not in self.initializers)
