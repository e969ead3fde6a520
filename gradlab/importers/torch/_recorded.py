"""A pass that is recorded while PyTorch runs it: each operator below autograd, with the tensors themselves.

It is what an import is compared with, and what is imported where a model cannot be exported. It has the numbers and shapes of
this batch: what Python decided by a number of it is decided.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from gradlab.importers.torch._capture import Called, Capture, ProgramLines, Value, carries, mapped, values_in
from gradlab.importers.torch._overlay import Storages
from gradlab.importers.torch._step import TorchStep, names_of

LIMIT = 60.0
"""Seconds that a pass may take while it is recorded."""
MOST = 150_000
"""Operators of a pass."""
REENTRANT = "CheckpointFunctionBackward"
"""A checkpoint that runs a backward pass of its own, for which gradients have to be left in the parameters."""


class TooLong(Exception):
    """The pass takes too long to be recorded; the text says where it was."""


@dataclass(slots=True, eq=False)
class Recorded:
    """A pass as it was recorded.

    capture: of it.   graded: for each call, whether gradients were on.   loss: the tensor.   held: the last value of each
    tensor, by identity.   unseen: tensors, by identity, that were written where PyTorch does not look: to its backward pass
    they are what they were first.   error: by which it was broken off.   failed: the call of an operator that raised it, if one
    did.
    """

    capture: Capture
    loss: Any
    graded: dict[Called, bool] = field(default_factory=dict)
    held: dict[int, Value] = field(default_factory=dict)
    unseen: set[int] = field(default_factory=set)
    error: Exception | None = None
    failed: Called | None = None

    def is_last(self, value: Value) -> bool:
        """Whether a tensor holds what this value says, and was not written after it."""
        return value.before is None and self.held.get(id(value.tensor), value) is value

    @property
    def cuts(self) -> bool:
        """Whether gradients were turned off somewhere on the way of a gradient, which an export does not tell."""
        return any(
            not on and not call.custom and any(value.needs for value in values_in((call.args, call.named)))
            for call, on in self.graded.items()
        ) or any(one.kind == "parameter" and one.before is not None for one in self.capture.leaves)


def recorded(step: TorchStep, limit: float = LIMIT) -> Recorded:
    """Run the pass of a step, with gradients, and return what it did, to its end or to where it raised. Raises TooLong."""
    import torch

    recorder, loss, error = _recorder(step, limit), None, None
    with torch.enable_grad(), _paths(step.model, recorder.path), recorder:
        try:
            loss = step.loss(step.model, *step.batch)
        except TooLong:
            raise
        except Exception as raised:  # noqa: BLE001, it is the person's, and is handed on
            error = raised
    found: Recorded = recorder.finish(loss)
    found.error = error
    if error is not None and recorder.failed is not None and recorder.failed[1] is error:
        found.failed = recorder.failed[0]
    return found


@contextmanager
def _paths(model: Any, path: list[str]) -> Iterator[None]:
    """Keep the path of the module that runs at the end of a list."""
    from torch.nn.modules import module as modules

    names = {id(one): name or "." for name, one in model.named_modules()}

    def enter(one: Any, _: Any) -> None:
        path.append(names.get(id(one), path[-1]))

    def leave(one: Any, _: Any, __: Any) -> None:
        path.pop()

    before = modules.register_module_forward_pre_hook(enter)
    behind = modules.register_module_forward_hook(leave, always_call=True)
    try:
        yield
    finally:
        before.remove()
        behind.remove()


def _recorder(step: TorchStep, limit: float) -> Any:
    """Return the mode that records. The class is made here: torch is imported when it is asked for."""
    from torch.utils._python_dispatch import TorchDispatchMode

    class PassRecorder(Noted, TorchDispatchMode):
        """Notes each operator."""

        def __init__(self) -> None:
            TorchDispatchMode.__init__(self)
            Noted.__init__(self, step, limit)

        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            return self.note(func, args, kwargs or {})

    return PassRecorder()


class Noted:
    """The calls while they are noted.

    path: of the module that runs, at its end.   held: the value that each tensor holds, by identity; tensors are kept, so that
    it is one.   failed: the last call that raised, and what.
    """

    def __init__(self, step: TorchStep, limit: float) -> None:
        self.step, self.ends, self.limit = step, 0.0, limit
        self.path = [""]
        self.capture = Capture()
        self.lines = ProgramLines()
        self.held: dict[int, Value] = {}
        self.kept: list[Any] = []
        self.graded: dict[Called, bool] = {}
        self.failed: tuple[Called, Exception] | None = None
        self.storages = Storages()
        self.writes: list[tuple[Called, Any, set[int]]] = []
        self.names = names_of(step.model)
        self.params = {id(one) for one in step.model.parameters()}
        self.batch = {id(tensor): (name, target) for name, tensor, target in step.tensors()}

    def know(self, value: Value, tensor: Any) -> None:
        """Take note that a tensor holds a value that is known from elsewhere."""
        self.kept.append(tensor)
        self.held[id(tensor)] = value
        self.storages.see(tensor)

    def note(self, operator: Any, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Run an operator and note it."""
        import torch

        self.ends = self.ends or time.monotonic() + self.limit
        if time.monotonic() > self.ends or len(self.capture.calls) >= MOST:
            many = f"{self.limit:g} s and {len(self.capture.calls):,} operators"
            raise TooLong(f"the pass was not over after {many}, at {self.lines.here()}")
        given, given_named = mapped(tuple(args), self._read), mapped(named, self._read)
        call = Called(operator, given, given_named, [], self.path[-1], self.lines.here())
        written = self._written(operator, args, named)
        for tensor in written:
            self._keep_numbers(tensor)
        try:
            result = operator(*args, **named)
        except Exception as error:
            self.failed = call, error
            raise
        self.capture.calls.append(call)
        self.graded[call] = torch.is_grad_enabled()
        for one in result if isinstance(result, list | tuple) else (result,):
            for part in one if isinstance(one, list | tuple) else (one,):
                call.outputs.append(self._gave(part, call) if isinstance(part, torch.Tensor) else None)
        for tensor in written:
            if self.held.get(id(tensor)) is None or self.held[id(tensor)].producer is not call:
                call.outputs.append(self._gave(tensor, call))
            self.storages.write(tensor, self.held[id(tensor)])
            self.writes.append((call, tensor, {id(one) for one in self.storages.sharing(tensor)}))
        return result

    def _keep_numbers(self, tensor: Any) -> None:
        """Keep what all tensors over a storage hold, before it is written."""
        for one in self.storages.sharing(tensor):
            value = self.held.get(id(one))
            if value is not None and value.before is None:
                value.before = one.detach().clone()

    def _written(self, operator: Any, args: tuple[Any, ...], named: dict[str, Any]) -> list[Any]:
        """Return the tensors that an operator writes in place."""
        import torch

        found = []
        for position, argument in enumerate(operator._schema.arguments):
            if argument.alias_info is not None and argument.alias_info.is_write:
                one = args[position] if position < len(args) else named.get(argument.name)
                found += [one] if isinstance(one, torch.Tensor) else []
        return found

    def _gave(self, tensor: Any, call: Called) -> Value:
        value = Value(tensor, producer=call)
        self.know(value, tensor)
        return value

    def _read(self, one: Any) -> Any:
        """Return the value that a tensor holds; of other things themselves."""
        import torch

        if not isinstance(one, torch.Tensor):
            return one
        if id(one) not in self.held:
            self._leaf(one)
        for call in self.storages.missed(one, self.held[id(one)]):
            call.scope, call.place = self.path[-1], self.lines.here()
            self.capture.calls.append(call)
            self.graded[call] = torch.is_grad_enabled()
            self.held[id(one)] = call.outputs[0]  # type: ignore[assignment]
        return self.held[id(one)]

    def _leaf(self, tensor: Any) -> None:
        """Note a tensor that no operator gave."""
        if id(tensor) in self.names:
            kind = "parameter" if id(tensor) in self.params else "buffer"
            value = Value(tensor, kind, self.names[id(tensor)], bool(tensor.requires_grad))
        elif id(tensor) in self.batch:
            name, target = self.batch[id(tensor)]
            value = Value(tensor, "target" if target else "input", name, bool(tensor.requires_grad))
        else:
            value = Value(tensor, "constant", "", bool(tensor.requires_grad))
        self.know(value, tensor)
        self.capture.leaves.append(value)

    def finish(self, loss: Any) -> Recorded:
        """Return what was recorded. loss: what the step gave."""
        found = Recorded(self.capture, loss, self.graded, held=self.held)
        self.capture.root = self.held.get(id(loss))
        _find_custom(found)
        _find_unseen(found, self.writes)
        _find_needs(found, self.held)
        for value in self.capture.leaves:
            now = self.held[id(value.tensor)]
            if value.kind == "buffer" and now is not value:
                self.capture.moved.append((value, now))
        self.capture.moved += self._replaced()
        return found

    def _replaced(self) -> list[tuple[Value, Value]]:
        """Return the buffers in whose place the pass has put another tensor, and what that is."""
        leaves = {value.key: value for value in self.capture.leaves if value.kind == "buffer"}
        return [
            (leaves.get(name) or Value(tensor, "buffer", name), self.held[id(tensor)])
            for name, tensor in self.step.model.named_buffers()
            if id(tensor) not in self.names and id(tensor) in self.held
        ]


def _find_custom(found: Recorded) -> None:
    """Note the calls that stand in the forward of an `autograd.Function`, with its name unless it only runs other ones."""
    from torch.autograd.function import BackwardCFunction

    for call in found.capture.calls:
        for value in call.outputs:
            if value is not None and isinstance(value.tensor.grad_fn, BackwardCFunction):
                waiting, sent = [value], value.tensor.grad_fn
                name = "" if type(sent).__name__ == REENTRANT else str(sent._forward_cls.__name__)
                while waiting:
                    one = waiting.pop().producer
                    if one is not None and not found.graded[one] and not one.custom:
                        one.custom, one.function = True, name
                        waiting += values_in((one.args, one.named))
    named = {call.place: call.function for call in found.capture.calls if call.custom}
    for call in found.capture.calls:  # what gives it whole numbers, masks and the like
        call.function = call.function or ("" if found.graded[call] else named.get(call.place, ""))


def _find_unseen(found: Recorded, writes: list[tuple[Called, Any, set[int]]]) -> None:
    """Note the tensors that were written without gradients alone. writes: calls, what they wrote, and all that share it."""
    seen = [ids for call, tensor, ids in writes if tensor.requires_grad and (found.graded[call] or call.custom)]
    found.unseen = {one for _, _, ids in writes for one in ids}.difference(*seen)


def _find_needs(found: Recorded, held: dict[int, Value]) -> None:
    """Note for each value whether a gradient goes to it."""
    for call in found.capture.calls:
        able = found.graded[call] or call.custom
        flows = able and any(value.needs for value in values_in((call.args, call.named)))
        for value in call.outputs:
            if value is None:
                continue
            last = held.get(id(value.tensor)) is value and not call.custom
            value.needs = bool(value.tensor.requires_grad) if last else flows and carries(value.tensor)
