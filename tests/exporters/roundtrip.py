"""A model there and back: what the exported program computes, beside what the laboratory does."""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from gradlab.actions._statement import check_script
from gradlab.axis.position import Position
from gradlab.exporters._torch.layers import TorchPlace
from gradlab.exporters._torch.program import TorchProgram, program_of
from gradlab.exporters.torch import beginning_of
from gradlab.lab.archive import write_npz
from gradlab.lab.core import Core
from gradlab.op import Array
from gradlab.scenario.model import draft
from gradlab.scenario.overrides import Overrides
from gradlab.session import Lab

SCENARIOS = Path(__file__).parents[2] / "scenarios"
LESSONS = {f"{path.parent.name}/{path.stem}": path for path in sorted(SCENARIOS.glob("*/*.md"))}
UPDATES = 3
LIMIT, LATER = 1e-12, 1e-11
"""Of update 0, and behind some: through 25 layers a rounding grows from update to update."""
SHARE = 10
"""How much farther apart two ways to compute may be than the last bit of the weights moves a gradient."""
LINEAR = ("sgd", "momentum", "momentum_average", "momentum_velocity", "nesterov")
"""Optimizers whose step is as exact as the gradient is. Others divide by its size: an element that is a millionth of the
largest is known to a millionth as many digits, and they make a whole step of it."""
ROUNDING = 1e-13
"""Gradients that are smaller beside the largest one are 0 but for rounding, and such an optimizer steps by the rounding."""
_numbers = itertools.count()


Found = dict[str, list[tuple[TorchPlace, Array]]]
"""What the program has of each parameter of the laboratory, and where."""


@dataclass(frozen=True, slots=True)
class Trip:
    """What came out. errors: of the loss, of each gradient and of each parameter, relative to the largest of its kind."""

    errors: Mapping[str, float]

    @property
    def whole(self) -> bool:
        """Whether the steps of the optimizer were compared, too."""
        return "loss 1" in self.errors

    @property
    def wrong(self) -> dict[str, float]:
        """The errors that are too large."""
        return {what: error for what, error in self.errors.items() if not error <= (LATER if self._is_later(what) else LIMIT)}

    @staticmethod
    def _is_later(what: str) -> bool:
        return not what.startswith(("gradient of ", "loss 0"))


def float64(path: Path, backend: str = "plain") -> Lab:
    """Open a scenario in float64, whatever its head says."""
    read = draft(path, Overrides(dtype="float64"))
    return Lab(read.finish(check_script(read.script, read.known, read.graph)), backend)


def exported(lab: Lab, folder: Path) -> tuple[TorchProgram, ModuleType]:
    """Write the program of a laboratory, and import it."""
    model = lab.scenario.model
    name = f"exported_{next(_numbers)}"
    given = {"title": lab.scenario.title, "source": "a.md", "beside": f"{name}.npz"}
    made = program_of(model.graph, lab.run.seed, model.dtype, begin=beginning_of(lab), **given)
    (folder / f"{name}.py").write_text(made.text, encoding="utf-8")
    write_npz(folder / f"{name}.npz", made.arrays)
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return made, module


def there_and_back(lab: Lab, folder: Path) -> Trip:
    """Compare loss and gradients of update 0, and the parameters behind some updates."""
    import torch

    usual = torch.get_default_dtype()
    try:
        made, module = exported(lab, folder)
        net = module.Net()
        if not lab.run.graph.objectives:
            loss = module.loss_of(net, lab.position.update)
            loss.backward()
            return Trip(_compared_once(lab, loss.item(), _numbers_of(net, made, "grad")))
        training = module.train(net, UPDATES)
        loss = next(training)
        gradients = _numbers_of(net, made, "grad")
        losses = [loss, *training]
        after = _numbers_of(net, made, "data")
    finally:
        torch.set_default_dtype(usual)
    return Trip(_compared(lab, losses, gradients, after))


def _numbers_of(net: Any, made: TorchProgram, what: str) -> Found:
    """Return gradients or values by the names of the laboratory."""
    parameters = dict(net.named_parameters())

    def numbers(place: TorchPlace) -> Array:
        one = getattr(parameters[place.name], what)
        found: Array = np.zeros(parameters[place.name].shape) if one is None else one.detach().numpy().copy()
        return found

    return {name: [(place, numbers(place)) for place in places] for name, places in made.places.items()}


def _compared_once(lab: Lab, loss: float, gradients: Found) -> dict[str, float]:
    """Compare loss and gradients where no optimizer is.

    Where gradients explode, the last bit of the weights moves them by more than `LIMIT`: then that is the measure.
    """
    beside = lab.beside()
    here, now = _once(lab, gradients)
    for name in gradients:
        beside.run.machine.write(index := beside.graph.aliases[name], beside.run.machine.value(index) * (1 + 2**-52))
    there, then = _once(beside, gradients)
    moved = _errors("", {name: [(TorchPlace(name), array)] for name, array in then.items()}, now, {})
    unit = max(1.0, SHARE * max([abs(there - here) / (abs(here) or 1.0), *(error for _, error in moved)]) / LIMIT)
    found = {"loss 0": abs(loss - here) / (abs(here) or 1.0), **dict(_errors("gradient of ", gradients, now, {}))}
    return {name: error / unit for name, error in found.items()}


def _once(lab: Core, names: Iterable[str]) -> tuple[float, dict[str, Array]]:
    """Return the root, and the gradients of some nodes, behind a backward pass."""
    run = lab.run
    lab.go(run.timeline.end(run.at.update, "b"))
    root = run.root_of(run.at.update)
    assert root is not None
    here = float(np.asarray(run.machine.value(root)).reshape(()))
    return here, {name: np.array(run.machine.grad(run.graph.aliases[name])) for name in names}


def _compared(lab: Lab, losses: list[float], gradients: Found, after: Found) -> dict[str, float]:
    run, errors = lab.run, dict[str, float]()
    places = {name: run.graph.aliases[name] for name in gradients}
    here, least = list[float](), dict[str, Array]()
    first = run.at.update
    for update in range(first, first + UPDATES):
        lab.go(run.timeline.end(update, "b"))
        root = run.root_of(update)
        assert root is not None
        here.append(float(np.asarray(run.machine.value(root)).reshape(())))
        now = {name: np.array(run.machine.grad(index)) for name, index in places.items()}
        if update == first:
            errors.update(_errors("gradient of ", gradients, now, {}))
        for name, share in _shares(now).items():
            least[name] = np.minimum(share, least.get(name, share))
    lab.go(Position(first + UPDATES))
    scale = np.nanmax(np.abs(here)) or 1.0
    apart = [0.0 if np.isnan(a) and np.isnan(b) else abs(a - b) / scale for a, b in zip(losses, here, strict=True)]
    errors["loss 0"] = apart[0]
    known = min((share[share > 0].min(initial=1.0) for share in least.values()), default=1.0)
    linear = all(name.partition(".")[0] in LINEAR for one in run.graph.objectives for name in one.optimizers)
    if known < ROUNDING and not linear:
        return errors
    errors.update({f"loss {k}": error * (1.0 if linear else known) for k, error in enumerate(apart) if k})
    if np.isfinite(here).all():  # in PyTorch not every op hands NaN on
        there = {name: run.machine.value(index) for name, index in places.items()}
        errors.update(_errors("", after, there, {} if linear else least))
    return errors


def _shares(gradients: dict[str, Array]) -> dict[str, Array]:
    """Return how large each element of a gradient is beside the largest of all."""
    largest = max((float(np.abs(g).max(initial=0.0)) for g in gradients.values()), default=0.0) or 1.0
    return {name: np.abs(g) / largest for name, g in gradients.items()}


def _errors(what: str, found: Found, here: dict[str, Array], weights: dict[str, Array]) -> Iterator[tuple[str, float]]:
    """Yield the error of each array, relative to the largest number of all."""
    scale = max((float(np.nan_to_num(np.abs(a)).max(initial=0.0)) for a in here.values()), default=0.0) or 1.0
    for name, pairs in found.items():
        for place, numbers in pairs:
            wanted, weight = (
                np.asarray(eval(place.take, {"a": np.array(a), "np": np}))  # noqa: S307
                for a in (here[name], weights.get(name, np.ones(here[name].shape)))
            )
            apart = np.where(~np.isfinite(wanted) & ~np.isfinite(numbers), 0.0, np.abs(wanted - numbers) * weight)
            yield f"{what}{name}", float(apart.max(initial=0.0)) / scale
