"""Reading a model with `torch.export`: with an empty table of decompositions its operators stay whole."""

from __future__ import annotations

import logging
import operator
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from gradlab.importers.torch._capture import Called, Capture, ProgramLines, Value, carries, mapped
from gradlab.importers.torch._step import MODEL, TorchStep, names_of

LONGEST = 100
"""Characters of a message that are told."""
_FRAME = re.compile(r'File "([^"]+)", line (\d+)')


class Unexported(Exception):
    """The model cannot be exported; the text says why."""


def exported(step: TorchStep) -> Capture:
    """Return the pass of a step as its export has it, with the numbers of the batch. Raises Unexported."""
    import torch

    with warnings.catch_warnings(), quiet():
        warnings.simplefilter("ignore")
        try:
            program = torch.export.export(step.module(), step.batch, strict=False).run_decompositions({})
            with torch.no_grad():
                return _Reader(step, program).read()
        except Unexported:
            raise
        except Exception as error:  # noqa: BLE001, whatever it is, the pass is recorded instead
            raise Unexported(_first(str(error))) from None


def _first(text: str) -> str:
    """Return the beginning of a message."""
    line = " ".join(text.split("\n", 1)[0].split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST].rsplit(' ', 1)[0]} …"


@contextmanager
def quiet() -> Iterator[None]:
    """Let PyTorch say nothing: it speaks of what is tried, and then done in another way."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with redirect_stderr(StringIO()), redirect_stdout(StringIO()):
            yield
    finally:
        logging.disable(before)


@dataclass
class _Reader:
    """The nodes of an export while they are run one by one."""

    step: TorchStep
    program: Any
    capture: Capture = field(default_factory=Capture)
    lines: ProgramLines = field(default_factory=ProgramLines)

    def read(self) -> Capture:
        """Return the pass."""
        known = self._leaves()
        outputs = self._run(self.program.graph_module, known, True)
        for spec, value in zip(self.program.graph_signature.output_specs, outputs, strict=True):
            kind = spec.kind.name
            if kind == "USER_OUTPUT":
                self.capture.root = value
            elif kind == "BUFFER_MUTATION" and isinstance(value, Value):
                held = next(one for one in self.capture.leaves if one.key == spec.target.removeprefix(f"{MODEL}."))
                self.capture.moved.append((held, value))
        return self.capture

    def _leaves(self) -> list[Any]:
        """Return the values of the placeholders, in order."""
        import torch

        model, names = self.step.model, names_of(self.step.model)
        batch = list(torch.utils._pytree.tree_leaves(self.step.batch))
        described = {id(tensor): (name, target) for name, tensor, target in self.step.tensors()}
        state = {f"{MODEL}.{name}": one for name, one in (*model.named_parameters(remove_duplicate=False),
                                                        *model.named_buffers(remove_duplicate=False))}  # fmt: skip
        same: dict[int, Value] = {}
        found = []
        for spec in self.program.graph_signature.input_specs:
            kind = spec.kind.name
            if kind in ("PARAMETER", "BUFFER"):
                tensor = state[spec.target]
                value = Value(tensor.detach(), kind.lower(), names[id(tensor)], kind == "PARAMETER" and tensor.requires_grad)
                found.append(same.setdefault(id(tensor), value))
            elif kind == "USER_INPUT":
                found.append(self._input(batch.pop(0), described))
            else:
                tensor = self.program.constants.get(spec.target)
                found.append(Value(tensor, "constant", str(spec.target)) if isinstance(tensor, torch.Tensor) else tensor)
        self.capture.leaves += dict.fromkeys(one for one in found if isinstance(one, Value))
        return found

    def _input(self, given: Any, described: dict[int, tuple[str, bool]]) -> Any:
        if id(given) not in described:
            return given
        name, target = described[id(given)]
        return Value(given.detach(), "target" if target else "input", name, bool(given.requires_grad))

    def _run(self, module: Any, placeholders: list[Any], graded: bool) -> list[Any]:
        """Run the nodes of a graph and return its outputs. graded: whether gradients go through it."""
        known: dict[Any, Any] = {}
        waiting = list(placeholders)
        for node in module.graph.nodes:
            if node.op == "placeholder":
                known[node] = waiting.pop(0)
            elif node.op == "get_attr":
                known[node] = self._attribute(module, node.target)
            elif node.op == "call_function":
                known[node] = self._call(node, known, graded)
            elif node.op == "output":
                return list(self._given(node.args[0], known))
        raise Unexported("its graph has no output")

    def _attribute(self, module: Any, name: str) -> Any:
        import torch

        found = module
        for part in name.split("."):
            found = getattr(found, part)
        return Value(found.detach(), "constant", name) if isinstance(found, torch.Tensor) else found

    def _given(self, args: Any, known: dict[Any, Any]) -> Any:
        from torch.fx import Node

        return mapped(_plain(args), lambda one: known[one] if isinstance(one, Node) else one)

    def _call(self, node: Any, known: dict[Any, Any], graded: bool) -> Any:
        args, named = self._given(node.args, known), self._given(node.kwargs, known)
        if node.target is operator.getitem:
            return args[0][args[1]]
        nested = NESTED.get(str(getattr(node.target, "_name", "")))
        if nested is not None:
            return nested(self, args, named, graded)
        if not hasattr(node.target, "_schema"):
            if all(not isinstance(one, Value) for one in (*args, *named.values())):
                return node.target(*args, **named)
            raise Unexported(f"`{getattr(node.target, '_name', None) or node.target}` is no operator")
        return self.called(node.target, args, named, graded, node)

    def called(self, target: Any, args: Any, named: dict[str, Any], graded: bool, node: Any) -> Any:
        """Run an operator, note the call, and return what it gave."""
        import torch

        result = target(*mapped(tuple(args), _numbers), **mapped(named, _numbers))
        call = Called(target, tuple(args), named, [], _scope(node), self.lines.place(_frames(node), forwards=True))
        flows = graded and any(value.needs for value in _needing(args, named)) and str(target) not in STOPS

        def kept(one: Any) -> Any:
            if not isinstance(one, torch.Tensor):
                call.outputs.append(None)
                return one
            value = Value(one, needs=flows and carries(one), producer=call)
            call.outputs.append(value)
            return value

        given = [mapped(part, kept) for part in result] if isinstance(result, list | tuple) else kept(result)
        self.capture.calls.append(call)
        return given


STOPS = ("aten.detach.default",)
"""Operators that let no gradient through."""


def _needing(args: Any, named: dict[str, Any]) -> list[Value]:
    from gradlab.importers.torch._capture import values_in

    return [value for value in (*values_in(tuple(args)), *values_in(named)) if value.needs]


def _numbers(one: Any) -> Any:
    return one.tensor if isinstance(one, Value) else one


def _plain(args: Any) -> Any:
    """Return arguments of a node with plain lists, tuples and dictionaries."""
    if isinstance(args, dict):
        return {key: _plain(part) for key, part in args.items()}
    if isinstance(args, list):
        return [_plain(part) for part in args]
    return tuple(_plain(part) for part in args) if isinstance(args, tuple) else args


def _scope(node: Any) -> str:
    """Return the path of the innermost module of a node: `layer1.0` of the model; "" for what the loss does."""
    stack = list((node.meta.get("nn_module_stack") or {}).values())
    path = stack[-1][0] if stack else ""
    if path == MODEL:
        return "."
    return re.sub(r"@\d+", "", path.removeprefix(f"{MODEL}.")) if path.startswith(f"{MODEL}.") else ""


def _frames(node: Any) -> list[tuple[str, int]]:
    return [(file, int(line)) for file, line in _FRAME.findall(node.meta.get("stack_trace") or "")]


def _regions(reader: _Reader, args: Any, named: dict[str, Any], graded: bool) -> Any:
    """Run what stands in a region in which gradients are turned on or off."""
    enabled, module, *rest = args
    return reader._run(module, list(rest), graded and bool(enabled))


def _cast(reader: _Reader, args: Any, named: dict[str, Any], graded: bool) -> Any:
    """Run what stands in a region of automatic casts."""
    _, _, _, _, module, *rest = args
    return reader._run(module, list(rest), graded)


NESTED: dict[str, Callable[..., Any]] = {"wrap_with_set_grad_enabled": _regions, "wrap_with_autocast": _cast}
