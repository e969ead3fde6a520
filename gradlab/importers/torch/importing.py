"""A PyTorch model with its batch as a program and a scenario."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from gradlab.errors import MEMORY, GradlabError
from gradlab.graph.leftover import FORGOTTEN
from gradlab.importers.building import Built, built
from gradlab.importers.distance import WITHIN, distance
from gradlab.importers.program import Leaf, Program
from gradlab.importers.torch._accumulated import EARLIER, add_accumulated, left_in
from gradlab.importers.torch._broken import broken_off, refuse_miscalled, told
from gradlab.importers.torch._capture import Capture, ProgramLines, Value
from gradlab.importers.torch._checking import (
    allowed_memory,
    halves_of,
    need_torch,
    needs_memory,
    readable,
    refuse_loss,
    refuse_memory,
    unwrapped,
)
from gradlab.importers.torch._exported import Unexported, exported
from gradlab.importers.torch._halves import lost_in_half
from gradlab.importers.torch._lines import take_lines
from gradlab.importers.torch._numbers import Refused, array_of
from gradlab.importers.torch._optimizers import take_optimizer
from gradlab.importers.torch._recorded import TooLong
from gradlab.importers.torch._reference import TorchReference, keep_written, reference, run_backward
from gradlab.importers.torch._step import CallArguments, TorchStep
from gradlab.importers.torch._translate import Translated, find, translate
from gradlab.importers.torch._untouched import untouched
from gradlab.op import Array

LOSS = "loss"
HINT = (
    "`opaque=True` of `from_torch` and `snapshot` takes each of them as one node: it holds what PyTorch computed for this batch"
)


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """What an import gives.

    step: it.   built: the scenario.   translated: what each value became.   reference: what PyTorch gives.
    last: what was known last where the forward pass was broken off.   lost: what types of half a word could not hold.
    """

    step: TorchStep
    built: Built
    translated: Translated
    reference: TorchReference
    last: tuple[Value, ...] = ()
    lost: str = ""

    @property
    def rounding(self) -> float:
        """How near PyTorch comes to the right numbers in the least exact part of the pass, 0 if that is as the rest."""
        found = 0.0
        for call in self.translated.capture.calls:
            mapping = find(call.name)
            found = max(found, mapping.near if mapping is not None else 0.0)
            for value in call.outputs:
                if value is not None and value.needs:
                    found = max(found, WITHIN.get(str(value.tensor.dtype).removeprefix("torch."), 0.0))
        return found

    @property
    def error(self) -> Exception | None:
        """What the model raised, forward or backward."""
        return self.reference.recorded.error or self.reference.error


def step_of(
    model: Any, args: Any, loss: Callable[..., Any] | None, target: Any, loss_fn: Callable[..., Any] | None, notes: list[str],
    memory: int | None = None,
) -> TorchStep:  # fmt: skip
    """Return the step of a training that is meant. memory: bytes that values and gradients may take. Raises GradlabError."""
    torch = need_torch()
    inner = unwrapped(model, notes)
    refuse_loss("loss", loss)
    refuse_loss("loss_fn", loss_fn)
    needs_memory(inner, allowed_memory(memory))
    title, halves = type(inner).__name__, halves_of(inner)
    if loss_fn is not None:
        if loss is not None or target is not None:
            raise GradlabError("give `loss_fn`, or `loss` and `target`")
        batch = args if isinstance(args, tuple) else _spread(loss_fn, inner, args)
        own = TorchStep(inner, loss_fn, batch, title) if halves else None
        inner, batch = readable(inner, batch, notes)
        return TorchStep(inner, loss_fn, batch, title, place=ProgramLines().here(), halves=halves, as_it_is=own)
    if not isinstance(args, torch.Tensor | list | tuple | Mapping):
        raise GradlabError(f"`args` is a tuple of what the model is called with, got `{type(args).__name__}`")
    inputs = (
        args if isinstance(args, CallArguments) else CallArguments(named=args) if isinstance(args, Mapping) else _by_place(args)
    )
    if loss is None and target is not None:
        raise GradlabError("`target` goes with `loss`")
    own, given = inner, (inputs, target)
    inner, (inputs, target) = readable(inner, given, notes)

    def whole(module: Any, taken: CallArguments, wanted: Any) -> Any:
        out = module(*taken.args, **taken.named)
        if loss is None:
            return out
        return loss(out) if wanted is None else loss(out, wanted)

    step = TorchStep(inner, whole, (inputs, target), title, frozenset({1}), ProgramLines().here(), halves)
    return replace(step, as_it_is=TorchStep(own, whole, given, title)) if halves else step


def _by_place(args: Any) -> CallArguments:
    return CallArguments(args if isinstance(args, tuple) else (args,))


def _spread(loss_fn: Callable[..., Any], model: Any, args: Any) -> tuple[Any, ...]:
    """Return the arguments in a batch that is no tuple: those in a list of a DataLoader, unless the loss takes it whole."""
    if isinstance(args, list):
        ways = ((args,), tuple(args))
        with suppress(TypeError, ValueError):
            taken = inspect.signature(loss_fn)
            if any(one.kind is one.VAR_POSITIONAL for one in taken.parameters.values()):
                ways = ways[::-1]
        for given in ways:
            with suppress(TypeError, ValueError):
                taken.bind(model, *given)
                return given
    return (args,)


def imported(
    model: Any, args: Any, loss: Callable[..., Any] | None = None, target: Any = None, optimizer: Any = None, *,
    loss_fn: Callable[..., Any] | None = None, opaque: bool = False, memory: int | None = None, limit: float = 60.0,
    broken: bool = False, scale: float | None = None, forgotten: bool = False,
) -> Imported:  # fmt: skip
    """Return the program of a step. Raises GradlabError with all that stands in the way. See `gradlab.from_torch`.

    broken: whether a step that raises is read as far as it comes; else what it raises is raised.   scale: where the gradients
    that the parameters have are those of earlier batches, and belong to the step: what a GradScaler has multiplied them by.
    forgotten: whether nobody meant to add them up.
    """
    notes: list[str] = []
    if optimizer is not None and not hasattr(optimizer, "param_groups"):
        raise GradlabError(f"`optimizer` is one of `torch.optim`, got `{optimizer!r:.80}`")
    step = step_of(model, args, loss, target, loss_fn, notes, memory)
    inner = unwrapped(model, [])
    names = {id(one): name for name, one in inner.named_parameters()}
    earlier = {} if scale is None else left_in(inner, scale)
    try:
        return imported_step(
            step, optimizer, names, opaque=opaque, memory=memory, limit=limit, notes=notes, broken=broken, earlier=earlier,
            forgotten=forgotten,
        )  # fmt: skip
    except Refused as error:
        raise Refused(f"{error}\n{HINT}") if error.opaque else error from None


def imported_step(
    step: TorchStep, optimizer: Any, names: dict[int, str] | None, *, opaque: bool = False, memory: int | None = None,
    limit: float = 60.0, notes: list[str] | None = None, broken: bool = False, earlier: Mapping[str, Array] | None = None,
    forgotten: bool = False,
) -> Imported:  # fmt: skip
    """Return the program of a step. names: of the parameters that the optimizer has, by identity. Raises GradlabError.

    broken: whether a step that raises is read as far as it comes; else what it raises is raised.
    """
    notes, allowed = [] if notes is None else notes, allowed_memory(memory)
    with untouched(step) as kept:
        found = _run(step, limit, allowed)
        raised = found.recorded.error or found.error
        if raised is not None and step.halves:
            how = f"the model holds {step.halves} and is read in float32, where its program does not run"
            raise GradlabError(f"{how}: {told(raised)}") from raised
        if raised is not None and not broken:
            raise raised
        if found.recorded.error is not None:
            translated, last = broken_off(step, found.recorded, _empty(step, notes))
            return Imported(step, _built(translated.program, memory), translated, found, last)
        keep_written(found, kept.changed())
        kept.put_back()
        capture = _captured(step, found, notes)
    if raised is not None:
        notes.append(
            f"torch's backward pass was broken off, so there are no gradients of torch to compare with: {told(raised)}"
        )
    program, translated = _translated(step, capture, found, notes, opaque)
    leaves = {item.key: item for item in program.items if isinstance(item, Leaf) and item.kind == "parameter"}
    _note_unused(program, step, leaves)
    if earlier and raised is None:
        add_accumulated(program, found, earlier, FORGOTTEN if forgotten else EARLIER)
    if optimizer is not None:
        still = set() if raised is not None else {name for name in leaves if found.params.get(name) is None}
        take_optimizer(program, optimizer, names or {}, leaves, still)
    lost = lost_in_half(step.as_it_is, limit) if step.as_it_is is not None else ""
    return Imported(step, _built(program, memory), translated, found, lost=lost)


def _built(program: Program, memory: int | None) -> Built:
    """Return the scenario of a program. Raises GradlabError where it takes more memory than is allowed."""
    found = built(program, memory)
    for problem in found.draft.problems:
        if MEMORY in problem.message:
            raise GradlabError(f"{problem.message}: `max_memory` raises it")
    return found


def _run(step: TorchStep, limit: float, allowed: int) -> TorchReference:
    """Return what PyTorch computes in a step, forward and backward as far as it comes. Raises GradlabError."""
    try:
        found = reference(step, limit)
    except TooLong as error:
        raise GradlabError(str(error)) from None
    refuse_miscalled(found.recorded)
    _count_memory(found, allowed)
    if found.recorded.error is None:
        run_backward(found, step)
    return found


def _captured(step: TorchStep, found: TorchReference, notes: list[str]) -> Capture:
    """Return the pass that is read: the export, or where that cannot be had or would tell less, what was recorded."""
    if found.recorded.cuts:
        notes.append("gradients are turned off in a part of the pass, which an export does not tell: the pass was recorded")
        return found.recorded.capture
    try:
        capture = exported(step)
        if not _same_loss(capture, found):
            notes.append(
                "its export gives another loss than the pass, which depends on what runs before: the pass was recorded"
            )
            return found.recorded.capture
        if not _takes_moved(capture, found.recorded.capture):
            notes.append("a buffer is no longer finite, which an export does not tell: the pass was recorded")
            return found.recorded.capture
        take_lines(capture, found.recorded.capture, step.place)
        return capture
    except Unexported as error:
        notes.append(f"it cannot be exported ({error}): the pass was recorded with the numbers and shapes of this batch")
        return found.recorded.capture


def _same_loss(capture: Capture, found: TorchReference) -> bool:
    """Return whether an export, which runs the program once more, gives the loss of the pass."""
    if capture.root is None:
        return True
    ours, theirs = array_of(capture.root.numbers), array_of(found.recorded.loss)
    kind = str(found.recorded.loss.dtype).removeprefix("torch.")
    return distance(ours, theirs) <= WITHIN.get(kind, WITHIN["float32"])


def _takes_moved(capture: Capture, recorded: Capture) -> bool:
    """Let an export have the buffers in whose place the pass has put others; return whether all of them are finite still."""
    known = {old.key for old, _ in capture.moved}
    leaves = {value.key: value for value in capture.leaves if value.kind == "buffer"}
    capture.moved += [(leaves.get(old.key, old), new) for old, new in recorded.moved if old.key not in known]
    return not any(old.key not in known for old, _ in recorded.broken)


def _translated(
    step: TorchStep, capture: Capture, found: TorchReference, notes: list[str], opaque: bool
) -> tuple[Program, Translated]:  # fmt: skip
    """Return the program of a pass; of the recorded one where the export has what our ops do not have."""
    program, recorded, more = _empty(step, notes), found.recorded.capture, []
    if capture is not recorded:
        try:
            return program, translate(capture, program)
        except Refused:
            program = _empty(step, notes)
            more = ["the pass was recorded, operator by operator: its export has some that are not imported whole"]
    try:
        translated = translate(recorded, program, found.grads if opaque else None)
        program.notes += more
        return program, translated
    except Refused as error:
        if not opaque:
            with suppress(GradlabError):
                translate(recorded, _empty(step, notes), found.grads)
                error.opaque = True
        raise


def _empty(step: TorchStep, notes: list[str]) -> Program:
    torch = need_torch()
    wide = any(one.dtype == torch.float64 for one in step.model.parameters())
    prefix = "".join(one for one in step.title.lower() if one.isalnum() or one == "_").lstrip("0123456789_") or "model"
    prefix = f"{prefix}_" if prefix == LOSS else prefix
    mode = "train" if step.model.training else "eval"
    return Program(step.title, "float64" if wide else "float32", prefix, mode, notes=list(notes))


def _count_memory(found: TorchReference, memory: int) -> None:
    """Raise GradlabError where the values of a pass and their gradients take more than is allowed."""
    seen = {
        id(value.tensor): value.tensor for call in found.recorded.capture.calls for value in call.outputs if value is not None
    }
    refuse_memory("values and gradients", 2 * sum(one.numel() * max(4, one.element_size()) for one in seen.values()), memory)


def _note_unused(program: Program, step: TorchStep, leaves: dict[str, Leaf]) -> None:
    """Say which parameters the loss does not depend on: the program does not have them."""
    unused = [name for name, _ in step.model.named_parameters() if name not in leaves]
    if unused:
        more = f" and {len(unused) - 4} more" if len(unused) > 4 else ""
        program.notes.append(f"the loss does not depend on {', '.join(f'`{one}`' for one in unused[:4])}{more}")
