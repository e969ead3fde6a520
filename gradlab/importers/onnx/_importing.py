"""A model of ONNX as a program: its graph walked on the data of one batch, and a loss. All that is missing is said at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradlab.errors import ShapeError
from gradlab.importers._importer import ImportWish
from gradlab.importers.onnx._graph import OnnxError, OnnxGraph, OnnxNode, Port
from gradlab.importers.onnx._mappings import MAPPINGS
from gradlab.importers.onnx._names import label_of, segment, split_name, variable_of
from gradlab.importers.onnx._notes import told
from gradlab.importers.onnx._program import add_steps
from gradlab.importers.onnx._reading import reads
from gradlab.importers.onnx._reference import OnnxReference
from gradlab.importers.onnx._tape import INPUT, OnnxStep
from gradlab.importers.onnx._tensors import LIMIT, SMALL
from gradlab.importers.onnx._value import OnnxValue
from gradlab.importers.onnx._walk import GraphWalk
from gradlab.importers.program import Item, Leaf, OpCall, OptimizerGroup, Program
from gradlab.op import Array
from gradlab.ops import OPS

RATE = 0.01
MOST_TOLD = 40
"""Missing operations that are told one by one."""


@dataclass(frozen=True, slots=True)
class OnnxImported:
    """A program, and what became of the outputs of the graph: an item, or numbers that are the same for all data."""

    program: Program
    outputs: Mapping[str, Item | Array]


def imported(graph: OnnxGraph, wish: ImportWish, title: str = "model") -> OnnxImported:
    """Return a graph as a program. title: of the scenario. Raises OnnxError with all that is missing."""
    walk = GraphWalk(graph.opsets, MAPPINGS, LIMIT if wish.memory is None else wish.memory)
    env = walk.begin(graph)
    data = _data(graph.data, wish)
    for port in graph.data:
        env[port.name] = _given(walk, port, data[port.name])
    ports = _outputs(graph, wish)
    walk.run(_wanted(graph, [port.name for port in ports]), env)
    if walk.missing:
        raise OnnxError(_missing(walk.missing, len(graph.nodes)))
    return _finished(walk, wish, title, ports, graph, env)


def _finished(
    walk: GraphWalk, wish: ImportWish, title: str, ports: Sequence[Port], graph: OnnxGraph, env: Mapping[str, OnnxValue]
) -> OnnxImported:
    values = [env[port.name] for port in ports]
    for port, value in zip(ports, values, strict=True):
        if value.lost or value.items is not None:
            raise OnnxError(f"output `{label_of(port.name)}`: {value.lost or 'it is a sequence, and no array'}")
    steps = {port.name: walk.step_of(value) for port, value in zip(ports, values, strict=True) if value.step or not value.fixed}
    notes: list[str] = []
    loss = _loss(walk, wish, steps, notes) if wish.loss else None
    program = Program(title, _dtype(values), mode="train")
    found = add_steps(program, walk.tape.steps, [*steps.values(), *([loss] if loss else [])])
    program.notes += [*notes, *walk.told_apart(), *told(program, walk.frozen, walk.rounded)]
    params = tuple(i for i in program.items if isinstance(i, Leaf) and i.kind == "parameter")
    if loss is not None:
        program.root = found[loss]
        program.groups = (OptimizerGroup(params, "sgd", {"lr": RATE}),) if params else ()
    outputs: dict[str, Item | Array] = {}
    for port, value in zip(ports, values, strict=True):
        step = steps.get(port.name)
        known = value.array if step is None or step.op == "number" else None
        outputs[port.name] = found[step] if step in found else np.asarray(known)
    made = {name: item for name, value in env.items() if value.step and isinstance(item := found.get(value.step), OpCall)}
    given = {port.name: array for port in graph.data if (array := env[port.name].array) is not None}
    program.expected, program.by = OnnxReference(graph, given, made).values, "onnx.reference"
    return OnnxImported(program, outputs)


def _dtype(values: Sequence[OnnxValue]) -> str:
    return "float64" if any(v.kind == np.float64 for v in values) else "float32"


def _data(ports: Sequence[Port], wish: ImportWish) -> dict[str, Array]:
    """Return the array of every input of the graph. Raises OnnxError that lists what is asked for."""
    found: dict[str, Array] = {}
    for port in ports:
        names = (port.name, segment(port.name), split_name(port.name)[1], variable_of(port.name, "x"))
        name = next((n for n in names if n in wish.data), None)
        if name is None and len(ports) == 1:
            rest = [n for n in wish.data if n != wish.target]
            name = rest[0] if len(rest) == 1 else "x" if "x" in rest else None
        if name is not None:
            found[port.name] = wish.data[name]
    lost = [port for port in ports if port.name not in found]
    if lost:
        asked = "\n".join(f"  {label_of(port.name)}: {_shape_text(port)}" for port in lost)
        if not wish.data:
            made = ", ".join(f"{variable_of(port.name, 'x')}=…" for port in lost[:4])
            hint = f"`np.savez('batch.npz', {made}{', …' if len(lost) > 4 else ''})` in Python makes one"
            raise OnnxError(f"the model reads arrays: give them by --data batch.npz\n{asked}\n{hint}")
        have = ", ".join(label_of(n) for n in wish.data)
        raise OnnxError(f"the model reads arrays that --data does not have (it has {have}):\n{asked}")
    return found


def _shape_text(port: Port) -> str:
    if port.kind is None:
        return port.told or "no array"
    sizes = "any shape" if port.shape is None else f"({', '.join('?' if n is None else str(n) for n in port.shape)})"
    return f"{port.kind} {sizes}"


def _given(walk: GraphWalk, port: Port, array: Array) -> OnnxValue:
    """Return an input with its numbers. Raises OnnxError where the shape or the type is another one."""
    if port.kind is None:
        raise OnnxError(f"input `{label_of(port.name)}` is {port.told or 'no array'}, which is not read here")
    if array.dtype.kind not in "fiub":
        raise OnnxError(f"input `{label_of(port.name)}` is {_shape_text(port)}, the data are no numbers, but {array.dtype}")
    wanted, there = port.shape, array.shape
    if wanted is not None and (
        len(wanted) != len(there) or any(isinstance(a, int) and a > 0 and a != b for a, b in zip(wanted, there, strict=True))
    ):
        raise OnnxError(f"input `{label_of(port.name)}` is {_shape_text(port)}, the data has the shape {there}")
    if port.kind.kind in "iub" and array.dtype.kind == "f" and not (np.floor(array) == array).all():
        raise OnnxError(f"input `{label_of(port.name)}` is {port.kind}, the data has numbers that are not whole")
    found = array.astype(port.kind)
    step = OnnxStep(walk.tape, there, INPUT, array=found, name=variable_of(port.name, "x"))
    walk.tape.steps.append(step)
    return OnnxValue(
        port.name, port.kind, there, found, step=step, given=True, small=port.told if port.told.startswith(SMALL) else ""
    )


def _outputs(graph: OnnxGraph, wish: ImportWish) -> list[Port]:
    if not graph.outputs:
        raise OnnxError("the model has no outputs")
    if not wish.output:
        return list(graph.outputs)
    found = [port for port in graph.outputs if port.name == wish.output]
    if not found:
        names = ", ".join(label_of(port.name) for port in graph.outputs)
        raise OnnxError(f"the model has no output `{label_of(wish.output)}`; it has {names}")
    return found


def _wanted(graph: OnnxGraph, names: Sequence[str]) -> list[OnnxNode]:
    """Return the nodes that some values are made of, in their order."""
    needed, found = {*names}, []
    for node in reversed(graph.nodes):
        if needed.intersection(node.outputs):
            found.append(node)
            needed.update(reads(node))
    return found[::-1]


def _missing(missing: Sequence[tuple[OnnxNode, str]], count: int) -> str:
    lines = [f"  {node}: {reason}" for node, reason in missing[:MOST_TOLD]]
    more = [f"  … and {len(missing) - MOST_TOLD:,} more"] if len(missing) > MOST_TOLD else []
    return "\n".join([f"{len(missing):,} of {count:,} nodes have no counterpart in gradlab:", *lines, *more])


def losses() -> list[str]:
    """Return the words of the losses that compare an output with a target."""
    return sorted(
        op.name
        for op in OPS.values()
        if op.role == "loss" and op.inputs[:2] in {("x", "t"), ("p", "t")} and len(op.forms[-1].inputs) == 2
    )


def _loss(walk: GraphWalk, wish: ImportWish, steps: Mapping[str, OnnxStep], notes: list[str]) -> OnnxStep:
    """Append a loss of the first output. Raises OnnxError."""
    if wish.loss not in losses():
        raise OnnxError(f"there is no loss `{label_of(wish.loss)}`; there are {', '.join(losses())}")
    if not steps:
        raise OnnxError("the outputs of the model are the same for all data: there is nothing that a loss could move")
    output = next(iter(steps.values()))
    target = _target(wish, walk)
    if OPS[wish.loss].applies and output.op == OPS[wish.loss].applies:
        notes.append(f"the model ends in {output.op}, which `{wish.loss}` applies itself: the loss reads what is before it")
        output = output.inputs[0]
    step = OnnxStep(walk.tape, target.shape, "target", array=target, name="target")
    walk.tape.steps.append(step)
    walk.tape.layer, walk.tape.name = "", "loss"
    try:
        return walk.tape.call(wish.loss, output, step)
    except ShapeError as error:
        raise OnnxError(
            f"loss `{wish.loss}` of an output of shape {output.shape} and a target of {target.shape}: {error}"
        ) from None


def _target(wish: ImportWish, walk: GraphWalk) -> Array:
    """Return the array that is aimed at: the one of the name, or the one that is no input. Raises OnnxError."""
    if wish.target:
        if wish.target not in wish.data:
            have = ", ".join(label_of(n) for n in wish.data)
            raise OnnxError(f"--data has no array `{label_of(wish.target)}` to aim at; it has {have}")
        return wish.data[wish.target]
    taken = {s.name for s in walk.tape.steps if s.op == INPUT}
    rest = [n for n in wish.data if n not in taken and split_name(n)[1] not in taken]
    if len(rest) == 2 and len(taken) == 1:
        rest = [n for n in rest if n != "x"]
    if len(rest) != 1:
        have = ", ".join(label_of(n) for n in rest) or "none"
        raise OnnxError(f"a loss needs one target: --data has {have} beside the inputs of the model; name it with --target")
    return wish.data[rest[0]]
