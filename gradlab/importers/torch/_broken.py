"""A forward pass that raises: all that was computed up to there, without a loss, and what was known last."""

from __future__ import annotations

from typing import Any

from gradlab.errors import GradlabError
from gradlab.importers.program import Item, Leaf, OpCall, Program
from gradlab.importers.torch._capture import ProgramLines, Value, values_in
from gradlab.importers.torch._recorded import Recorded
from gradlab.importers.torch._step import TorchStep
from gradlab.importers.torch._translate import Translated, translate
from gradlab.importers.writing import write

LONGEST = 200
"""Characters of a message that are told."""


def told(error: BaseException, where: str = "") -> str:
    """Return an exception in a line, the first of its message. where: it was raised."""
    text = " ".join(next((line for line in str(error).splitlines() if line.strip()), "").split())
    text = text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"
    return f"{type(error).__name__}{where}" + (f": {text}" if text else "")


def refuse_miscalled(found: Recorded) -> None:
    """Raise GradlabError where nothing was computed since the loss takes other arguments, as a loss of PyTorch's own does."""
    if isinstance(found.error, TypeError) and not found.capture.calls:
        raise GradlabError(
            f"the loss is `loss_fn(model, *batch)`, or `model(*batch)` where no `loss_fn` is given, and that raised"
            f" {told(found.error)}\nhint: a loss of an output and a target is given as `loss=F.cross_entropy, target=y`, with"
            " the batch `(x,)`"
        ) from found.error


def broken_off(step: TorchStep, found: Recorded, program: Program) -> tuple[Translated, tuple[Value, ...]]:
    """Return the program of a pass that raised, with all parameters, and the values that were known last."""
    capture, failed = found.capture, found.failed
    given = [] if failed is None else list(values_in((failed.args, failed.named)))
    translated = translate(capture, program, broken=True)
    held = {id(value.tensor) for value, item in translated.items.items() if isinstance(item, Leaf)}
    for value in (*given, *_unread(step)):
        if value.kind in ("parameter", "input", "target") and id(value.tensor) not in held:
            translated.items[value] = _leaf(value, program)
            held.add(id(value.tensor))
    made = [value for call in reversed(capture.calls) for value in call.outputs if value is not None]
    computed = [value for value in (*given, *made) if isinstance(translated.items.get(value), OpCall)]
    last = tuple(dict.fromkeys(computed if failed is None else [one for one in computed if one in given]))
    assert found.error is not None
    program.notes[:0] = _notes(found, program, [translated.items.get(value) for value in given], given)
    return translated, last if failed is not None else last[:1]


def _unread(step: TorchStep) -> list[Value]:
    """Return the batch, and the parameters, whether they were read or not."""
    batch = [Value(tensor, "target" if target else "input", name) for name, tensor, target in step.tensors()]
    return [*batch, *(Value(tensor, "parameter", name, True) for name, tensor in step.model.named_parameters())]


def _leaf(value: Value, program: Program) -> Leaf:
    from gradlab.importers.torch._numbers import array_of

    path, _, name = value.key.rpartition(".")
    scope = f"{program.prefix}.{path}".rstrip(".") if value.kind == "parameter" else ""
    kind: Any = value.kind
    leaf = Leaf(kind=kind, array=array_of(value.numbers), key=value.key, name=name, scope=scope)
    program.add(leaf)
    return leaf


def _notes(found: Recorded, program: Program, items: list[Any], given: list[Value]) -> list[str]:
    """Return where the pass was broken off, and what the operator was given that raised."""
    assert found.error is not None
    place = _place(found.error)
    at = f" at {place}" if place else ""
    here = "nothing was computed before that: here are batch and weights"
    if any(isinstance(item, OpCall) for item in program.items):
        here = "what was computed up to there is here"
    notes = [f"the forward pass was broken off{at} by {told(found.error)}; {here}"]
    if found.failed is not None:
        names = write(program).names
        shown = [f"`{names[item]}` {tuple(value.tensor.shape)}" if isinstance(item, Item) and item in names
                 else f"a tensor {tuple(value.tensor.shape)}" for item, value in zip(items, given, strict=True)]  # fmt: skip
        notes.append(f"`{found.failed.name}` raised it, and was given {', '.join(shown) or 'no tensor'}")
    return notes


def _place(error: BaseException) -> str:
    """Return the innermost line of the person's program that an exception went through."""
    frames, trace = [], error.__traceback__
    while trace is not None:
        frames.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    return str(ProgramLines().place(frames) or "")
