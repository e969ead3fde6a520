"""The walk through a graph of ONNX: node by node, what is constant is computed, and what is not is written down as ops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from gradlab.errors import ArgumentError, ShapeError
from gradlab.importers.onnx._expanding import function_of
from gradlab.importers.onnx._folding import CannotFold, fold, small_of
from gradlab.importers.onnx._graph import OnnxError, OnnxGraph, OnnxNode
from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping, TooLarge, Unsupported, kinds
from gradlab.importers.onnx._names import label_of, layer_of, split_name, variable_of
from gradlab.importers.onnx._schema import absent, breach
from gradlab.importers.onnx._tape import OnnxStep, OnnxTape
from gradlab.importers.onnx._tensors import LIMIT
from gradlab.importers.onnx._value import OnnxValue
from gradlab.op import Array

MOST_STEPS = 200_000
"""Ops that a model may become."""
MOST_WALKED = 300_000
"""Nodes that are walked through, those of functions and of the turns of loops counted again."""
LOST = "weight"
"""What a weight is called of which an exporter has lost the name, unless it is known what it does."""
MASKED = -1e4
"""An array of two numbers of which one is so low is a mask that is added to logits."""
UNFIT = (ValueError, TypeError, IndexError, KeyError, ArithmeticError, StopIteration, RuntimeError, CannotFold)
"""What a mapping raises of a node whose inputs and attributes are not those of its operation, which nobody has checked."""
Env = dict[str, OnnxValue]


class LostValue(Exception):
    """A value is read that could not be made; what stopped it is in the list already."""


class GraphWalk:
    """One graph on its way into a scenario.

    missing: nodes that have no counterpart, each with the reason.   frozen: names of values that were computed from the data
    and stay what they are for other data.   rounded: names of values that are the nearest whole number of others.
    """

    def __init__(self, opsets: Mapping[str, int], mappings: Mapping[str, OnnxMapping], room: int = LIMIT) -> None:
        self.opsets, self.mappings = opsets, mappings
        self.tape = OnnxTape(room)
        self.missing: list[tuple[OnnxNode, str]] = []
        self.rounded: dict[str, None] = {}
        self.frozen: dict[str, None] = {}
        self.weights: set[str] = set()
        self.buffers: set[str] = set()
        self.evens: dict[str, dict[str, None]] = {}
        self._around: list[Env] = []
        self._begun: dict[OnnxGraph, Env] = {}
        self._constants: dict[OnnxNode, list[OnnxValue]] = {}
        self.inner = ""
        self.walked = 0

    # Values.

    def begin(self, graph: OnnxGraph) -> Env:
        """Return the arrays of a graph as values."""
        self._look_at_positions(graph.nodes)
        env = {name: self.stored(name, array) for name, array in graph.initializers.items()}
        for name in env.keys() & graph.small.keys():
            env[name].small = graph.small[name]
        return env

    def stored(self, name: str, array: Array) -> OnnxValue:
        """Return an array of the file as a value."""
        learned = array.dtype.kind == "f" and (name in self.weights or (name not in self.buffers and _is_weight(array)))
        return OnnxValue(name, array.dtype, array.shape, array, fixed=True, learned=learned)

    def _look_at_positions(self, nodes: Iterable[OnnxNode]) -> None:
        for node in nodes:
            mapping = self.mappings.get(node.op)
            if mapping is not None:
                self.weights.update(node.inputs[i] for i in mapping.weights if i < len(node.inputs))
                self.buffers.update(node.inputs[i] for i in mapping.buffers if i < len(node.inputs))

    def step_of(self, value: OnnxValue, *, weight: bool = False, buffer: str = "", lost: str = "weight") -> OnnxStep:
        """Return what a value is in the scenario. weight: whether training changes it, if it is constant. Raises LostValue.

        buffer: the name of the statistic that it is.   lost: the name of a weight that has none.
        """
        if value.lost:
            raise LostValue
        if value.fixed and value.learned and value.made is None and (buffer or value.is_even):
            return self._apart(value, buffer, lost)
        if value.step is None:
            if value.array is None:
                raise Unsupported(f"`{label_of(value.name)}` is no array")
            value.step = self._leaf(value, weight, lost)
        return value.step

    def _apart(self, value: OnnxValue, buffer: str, lost: str) -> OnnxStep:
        """Return a list of one number for the layer that reads it: it is one array with others by chance."""
        assert value.array is not None
        layer, name = split_name(value.name)
        place = self.tape.layer or layer
        key = f"{place}.{buffer or name}"
        if key not in value.apart:
            if value.apart or buffer:
                self.evens.setdefault(value.name, {}).update(dict.fromkeys([layer or place, place]))
            name = buffer or (lost if not layer and name == LOST else name)
            kind, given = ("const", f"{place}.{buffer}") if buffer else ("param", value.name if layer == place else key)
            value.apart[key] = self.tape.leaf(kind, value.array, name, place, key=given)
        return value.apart[key]

    def told_apart(self) -> list[str]:
        """Return what there is to say of arrays of the file that stand for several."""
        return [
            f"`{label_of(name)}` is one number throughout, and the file has it once for all that is equal to it: each of "
            f"{', '.join(f'`{layer}`' for layer in list(layers)[:4])}{', …' if len(layers) > 4 else ''} has its own here"
            for name, layers in self.evens.items()
        ]

    def _leaf(self, value: OnnxValue, weight: bool, lost: str) -> OnnxStep:
        assert value.array is not None
        layer, name = split_name(value.name)
        name = lost if not layer and name == LOST else name
        floats = value.kind.kind == "f"
        if value.fixed and floats and (value.learned or (weight and value.name not in self.buffers)):
            return self.tape.leaf("param", value.array, name, layer or self.tape.layer, key=value.name)
        if value.array.ndim == 0:
            return self.tape.number(float(value.array))
        note = "" if value.fixed else "computed from the data, and the same for all further data"
        if not value.fixed:
            self.frozen[value.name] = None
        return self.tape.leaf("const", value.array, name, self.tape.layer, note, value.name)

    def numbers(self, value: OnnxValue) -> Array:
        """Return the numbers of a value, computed from constants and, where need be, from the data. Raises Unsupported."""
        waiting = [value]
        while waiting:
            at = waiting[-1]
            if at.lost:
                raise LostValue
            if at.array is not None:
                waiting.pop()
                continue
            if at.made is None:
                raise Unsupported(f"the numbers of `{label_of(at.name)}` have to be known before the run: give them as data")
            node, inputs, _ = at.made
            open_ = [v for v in inputs if v is not None and v.array is None]
            if open_:
                waiting += open_
                continue
            self._compute(node, inputs, at)
        if not value.fixed:
            self.frozen[value.name] = None
        assert value.array is not None
        return value.array

    def _compute(self, node: OnnxNode, inputs: Sequence[OnnxValue | None], value: OnnxValue) -> None:
        try:
            found = fold(node, [None if v is None else v.array for v in inputs], self.opsets)
        except CannotFold as error:
            raise Unsupported(f"the numbers of `{label_of(value.name)}` have to be known before the run: {error}") from None
        assert value.made is not None
        value.array = found[value.made[2]]
        self.tape.take(value.array)

    # Nodes.

    def run(self, nodes: Iterable[OnnxNode], env: Env) -> None:
        """Walk through nodes; what they give is added to `env`."""
        for node in nodes:
            self.walked += 1
            if self.walked > MOST_WALKED:
                raise OnnxError(f"with its loops and functions written out the model has more than {MOST_WALKED:,} nodes")
            if len(self.tape.steps) > MOST_STEPS:
                raise OnnxError(f"the model becomes more than {MOST_STEPS:,} ops")
            inputs = [self._found(name, env) if name else None for name in node.inputs]
            for name, value in zip(node.outputs, self._one(node, inputs, env), strict=False):
                if name:
                    env[name] = value

    def _found(self, name: str, env: Env) -> OnnxValue:
        for known in (env, *reversed(self._around)):
            if name in known:
                return known[name]
        raise OnnxError(f"`{label_of(name)}` is read, and nothing gives it")

    def run_inner(self, graph: OnnxGraph, given: Sequence[OnnxValue]) -> list[OnnxValue]:
        """Return what a graph in an attribute gives for values. Its own arrays are the same in every turn of a loop."""
        if graph not in self._begun:
            self._begun[graph] = self.begin(graph)
        env = dict(self._begun[graph])
        env.update({port.name: value for port, value in zip(graph.inputs, given, strict=False)})
        self.run(graph.nodes, env)
        return [self._found(port.name, env) for port in graph.outputs]

    def _one(self, node: OnnxNode, inputs: Sequence[OnnxValue | None], env: Env) -> list[OnnxValue]:
        """Return what a node gives: constants, steps, or values that are lost."""
        if any(v is not None and v.lost for v in inputs):
            return self._lost(node, "it reads what is missing")
        wrong = breach(node, self.opsets.get(node.domain, 1))
        if wrong:
            self.missing.append((node, wrong))
            return self._lost(node, wrong)
        folded = self._folded(node, inputs)
        if folded is not None:
            return folded
        mapping = self.mappings.get(node.op)
        if mapping is not None and mapping.domain != node.domain:
            mapping = None
        label, around, line = self.tape.name, self.tape.layer, self.tape.line
        try:
            self.tape.layer, self.tape.name = (
                layer_of(node, inputs, around),
                variable_of(node.outputs[0] if node.outputs else "", node.op),
            )
            self.tape.line = node.line or line
            self._around.append(env)
            return self._written(node, inputs, mapping)
        finally:
            self._around.pop()
            self.tape.name, self.tape.layer, self.tape.line = label, around, line

    def _folded(self, node: OnnxNode, inputs: Sequence[OnnxValue | None]) -> list[OnnxValue] | None:
        """Return what a node gives that reads constants only, None where there is more to it."""
        if node in self._constants:
            return self._constants[node]
        constant = all(v is None or (v.fixed and not v.learned and v.array is not None) for v in inputs)
        if not constant or any(isinstance(a, OnnxGraph) for a in node.attrs.values()):
            return None
        try:
            arrays = fold(node, [None if v is None else v.array for v in inputs], self.opsets)
        except CannotFold:
            return None
        found = [self._stored_fold(name, array) for name, array in zip(node.outputs, arrays, strict=True)]
        if not node.inputs:
            self._constants[node] = found
            found[0].small = small_of(node) if node.op == "Constant" else ""
        return found

    def _stored_fold(self, name: str, array: Array) -> OnnxValue:
        self.tape.take(array)
        learned = array.dtype.kind == "f" and name in self.weights
        return OnnxValue(name, array.dtype, array.shape, array, fixed=True, learned=learned)

    def _written(self, node: OnnxNode, inputs: Sequence[OnnxValue | None], mapping: OnnxMapping | None) -> list[OnnxValue]:
        mark = len(self.tape.steps)
        try:
            if mapping is None:
                raise Unsupported(absent(node))
            call = NodeCall(self, node, inputs, mapping)
            values = self._values(call, mapping.emit(call))
            self._name(values, mark)
            return values
        except LostValue:
            return self._lost(node, "it reads what is missing")
        except (Unsupported, ShapeError, ArgumentError) as error:
            reason, at_all = str(error), not isinstance(error, TooLarge)
        except UNFIT as error:
            reason, at_all = f"what it is given does not fit: {label_of(str(error) or type(error).__name__)}", True
        self.inner = ""
        found = (self._by_function(node, inputs) or self._by_data(node, inputs)) if at_all else None
        if found is not None:
            return found
        reason = self.inner or reason
        del self.tape.steps[mark:]
        self.missing.append((node, reason))
        return self._lost(node, reason)

    def _name(self, values: Sequence[OnnxValue], mark: int) -> None:
        """Give what a node gives the names that it has in ONNX, and what is on the way to it the names of its ops."""
        made = dict.fromkeys(self.tape.steps[mark:])
        for step in made:
            if step.name == self.tape.name and step.op not in ("param", "input"):
                step.name = ""
        for value in values:
            if value.step in made:
                value.step.name = variable_of(value.name, self.tape.name)

    def _values(self, call: NodeCall, result: Any) -> list[OnnxValue]:
        """Return the outputs of a mapping as values."""
        node = call.node
        steps = result if isinstance(result, (list, tuple)) else [result]
        found = []
        fixed = all(v is None or v.fixed for v in call.inputs)
        learned = any(v is not None and v.learned for v in call.inputs)
        for k, (name, kind) in enumerate(zip(node.outputs, kinds(call.mapping, call, len(node.outputs)), strict=True)):
            step = steps[k] if k < len(steps) else None
            if isinstance(step, OnnxValue):
                found.append(step)
            elif step is None:
                found.append(OnnxValue(name, kind, (), lost="this output has no counterpart here"))
            else:
                found.append(OnnxValue(name, kind, step.shape, None, fixed, learned, (node, call.inputs, k), step))
        return found

    def _by_function(self, node: OnnxNode, inputs: Sequence[OnnxValue | None]) -> list[OnnxValue] | None:
        """Return what a node gives by what ONNX says that it is made of, None where it does not, or where that fails, too."""
        function = function_of(node, inputs, self.opsets)
        if function is None or any(inner.op == node.op and inner.domain == node.domain for inner in function.nodes):
            return None
        mark, many, opsets = len(self.tape.steps), len(self.missing), self.opsets
        env: Env = {name: value for name, value in zip(function.inputs, inputs, strict=False) if value is not None}
        try:
            self.opsets = function.opsets
            self.run(function.nodes, env)
        finally:
            self.opsets = opsets
        if len(self.missing) > many:
            self.inner = f"{self.missing[many][0].op}, which it is made of: {self.missing[many][1]}"
            del self.missing[many:], self.tape.steps[mark:]
            return None
        empty = OnnxValue("", np.dtype(np.float32), (), lost="this output has no counterpart here")
        return [env.get(name, empty) for name in function.outputs[: len(node.outputs)]]

    def _by_data(self, node: OnnxNode, inputs: Sequence[OnnxValue | None]) -> list[OnnxValue] | None:
        """Return what a node makes of whole numbers of the data: no gradient flows there."""
        if any(v is None or v.kind.kind == "f" for v in inputs):
            return None
        try:
            arrays = fold(node, [None if v is None else self.numbers(v) for v in inputs], self.opsets)
        except (CannotFold, Unsupported, LostValue):
            return None
        return [OnnxValue(n, a.dtype, a.shape, a, given=True) for n, a in zip(node.outputs, arrays, strict=True)]

    def _lost(self, node: OnnxNode, why: str) -> list[OnnxValue]:
        return [OnnxValue(name, np.dtype(np.float32), (), lost=why) for name in node.outputs]


def _is_weight(array: Array) -> bool:
    """Return whether an array of the file is one that training changes: no single number, and no mask."""
    if array.ndim == 0 or array.size < 2:
        return False
    flat = array.reshape(-1)
    if not np.isfinite(flat).all():
        return False
    low = flat.min()
    return not (low <= MASKED and np.isin(flat, (low, flat.max())).all())
