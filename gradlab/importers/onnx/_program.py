"""From the steps of a walk to a program that the writer takes: only what the outputs are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gradlab.importers.onnx._tape import LEAVES, OnnxStep
from gradlab.importers.program import Item, Kind, Leaf, OpCall, Operand, Program

KINDS: Mapping[str, Kind] = {"param": "parameter", "const": "constant", "input": "input", "target": "target"}


def add_steps(program: Program, steps: Iterable[OnnxStep], wanted: Iterable[OnnxStep]) -> dict[OnnxStep, Item]:
    """Append to a program the steps that some are made of, and return their items."""
    needed, listed = _needed(wanted), dict.fromkeys(steps)
    leaves = [step for step in needed if step not in listed and step.op != "number"]  # of a node that was written otherwise
    found: dict[OnnxStep, Item] = {}
    for step in (*leaves, *listed):
        if step in needed:
            found[step] = program.add(_item(step, found))
    return found


def _needed(wanted: Iterable[OnnxStep]) -> set[OnnxStep]:
    waiting, found = list(wanted), set[OnnxStep]()
    while waiting:
        step = waiting.pop()
        if step not in found:
            found.add(step)
            waiting += step.inputs
    return found


def _item(step: OnnxStep, found: Mapping[OnnxStep, Item]) -> Item:
    common: dict[str, Any] = {"name": step.name, "scope": step.layer, "remark": step.note, "place": step.line}
    if step.op in LEAVES or step.op == "target":
        assert step.array is not None
        key = step.key or step.name
        return Leaf(kind=KINDS[step.op], array=step.array, key=key, **common)
    inputs: list[Operand] = [float(s.array) if s.op == "number" else found[s] for s in step.inputs]  # type: ignore[arg-type]
    return OpCall(op=step.op, inputs=inputs, attrs=step.attrs, **common)
