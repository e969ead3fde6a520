"""A program of `torch.export` in a file as one of ours: on its sample inputs, or on arrays that a person has, with a loss."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from gradlab.errors import GradlabError
from gradlab.importers._importer import ImportWish
from gradlab.importers.program import Expected, Leaf, OpCall, OptimizerGroup, Program
from gradlab.importers.torch._broken import told
from gradlab.importers.torch._capture import Called, Value
from gradlab.importers.torch._checking import need_torch
from gradlab.importers.torch._exported import quiet
from gradlab.importers.torch._numbers import array_of
from gradlab.importers.torch._step import CallArguments
from gradlab.importers.torch.importing import Imported, imported_step, step_of
from gradlab.op import Array
from gradlab.scenario.characters import harmless

RATE = 0.01


def program_of(path: Path, wish: ImportWish) -> Program:
    """Return the program of a file that is trusted. Raises GradlabError."""
    torch = need_torch()
    try:
        with warnings.catch_warnings(), quiet():
            warnings.simplefilter("ignore")
            exported = torch.export.load(str(path))
            model = exported.module()
    except Exception as error:  # noqa: BLE001, whatever PyTorch says of a file
        by = f"PyTorch {torch.__version__}"
        raise GradlabError(f"`{path}` cannot be loaded by {by}: {harmless(told(error))}") from None
    batch, rest = _batch(torch, exported, wish)
    target = _target(torch, wish, rest, exported) if wish.loss else None
    notes: list[str] = []
    step = replace(step_of(model, batch, _loss(torch, wish), target, None, notes), title=path.stem, place=None)
    try:
        found = imported_step(step, None, None, memory=wish.memory, notes=notes)
    except GradlabError as error:
        more = "" if wish.loss else "\nsay `--loss cross_entropy`, or another one, and give it a target in --data"
        raise GradlabError(f"{str(error).removeprefix('error: ')}{more}") from None
    except Exception as error:  # noqa: BLE001, the program runs: shapes may not fit
        raise GradlabError(f"`{path}` does not run on these arrays: {harmless(told(error))}") from None
    return _with_expectations(found)


def _with_expectations(found: Imported) -> Program:
    program = found.built.program
    for item in program.items:
        item.place = None  # the person's lines are not in the file
    params = tuple(item for item in program.items if isinstance(item, Leaf) and item.kind == "parameter")
    program.groups = (OptimizerGroup(params, "sgd", {"lr": RATE}),) if params else ()
    program.expected, program.by = lambda: _expected(found), "torch"
    return program


def _expected(found: Imported) -> Iterator[Expected]:
    """Yield the values and the gradients that PyTorch gives."""
    program = found.built.program
    made: dict[OpCall, tuple[Called, Value]] = {}
    for value, item in found.translated.items.items():
        if isinstance(item, OpCall) and value.producer is not None:
            made.setdefault(item, (value.producer, value))
    for item in program.items:
        if isinstance(item, OpCall) and item in made:
            call, value = made[item]
            yield Expected(item, f"`{call.name}`", array_of(value.numbers))
    for item in reversed(program.items):
        if isinstance(item, Leaf) and item.kind == "parameter":
            sent = found.reference.params.get(item.key)
            if sent is not None:
                yield Expected(item, f"`{item.key}`", sent, gradient=True)


def _loss(torch: Any, wish: ImportWish) -> Callable[..., Any] | None:
    """Return a loss of PyTorch by its word, `mse` or `mse_loss`. Raises GradlabError."""
    if not wish.loss:
        return None
    functions = torch.nn.functional
    found: Callable[..., Any] | None = getattr(functions, f"{wish.loss}_loss", getattr(functions, wish.loss, None))
    if wish.loss.startswith("_") or not callable(found):
        said = f"`torch.nn.functional` has no `{harmless(wish.loss)[:80]}`"
        raise GradlabError(f"{said}: the loss is one of its functions, such as cross_entropy or mse")
    return found


def _batch(torch: Any, exported: Any, wish: ImportWish) -> tuple[Any, dict[str, Array]]:
    """Return what the program is called with, and the arrays that are left. Raises GradlabError."""
    args, named = exported.example_inputs or ((), {})
    names = [str(one) for one in exported.graph_signature.user_inputs]
    flat, spec = torch.utils._pytree.tree_flatten((args, dict(named)))
    if len(flat) != len(names):
        raise GradlabError(f"the program takes {', '.join(names)}, and its sample inputs are {len(flat)}: import it in Python")
    given = {name: array for name, array in wish.data.items() if name != wish.target}
    if len(names) == 1 and names[0] not in given and (len(given) == 1 or "x" in given):
        given[names[0]] = given.pop("x" if "x" in given else next(iter(given)))  # as for a model of ONNX
    for place, name in enumerate(names):
        if name in given:
            kind = flat[place].dtype if isinstance(flat[place], torch.Tensor) else None
            flat[place] = torch.as_tensor(given.pop(name)).to(kind)
    return CallArguments(*torch.utils._pytree.tree_unflatten(flat, spec)), given


def _output(exported: Any) -> Any:
    """Return the output as its export knows it: its shape and its type."""
    (node,) = (one for one in exported.graph.nodes if one.op == "output")
    return node.args[0][-1].meta["val"]


def _target(torch: Any, wish: ImportWish, rest: dict[str, Array], exported: Any) -> Any:
    """Return what the loss compares the output with. Raises GradlabError."""
    have, output = ", ".join(map(harmless, rest)) or "none", _output(exported)
    takes = ", ".join(harmless(str(one)) for one in exported.graph_signature.user_inputs)
    if wish.target and wish.target not in wish.data:
        raise GradlabError(f"--data has no array `{harmless(wish.target)[:80]}` to aim at; it has {have}")
    if not wish.target and len(rest) != 1:
        said = f"--data has {have} beside the inputs of the model"
        raise GradlabError(f"a loss needs one target: {said}; name it with --target")
    if wish.target and rest:
        raise GradlabError(f"--data has {have}, and the program takes no such arrays: it takes {takes}")
    found = torch.as_tensor(wish.data[wish.target] if wish.target else next(iter(rest.values())))
    classes = found.dim() < len(output.shape) and bool((found == found.round()).all())
    return found.to(torch.int64 if classes else output.dtype)
