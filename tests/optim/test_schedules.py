"""Every schedule: its closed form, PyTorch's, and its nodes in a graph."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradlab.arguments import REQUIRED
from gradlab.errors import ArgumentError
from gradlab.graph.machines import make_machine
from gradlab.graph.tape import Tape
from gradlab.optim import OPTIMIZERS, SCHEDULES, build_update
from gradlab.optim.arrays import Scheduled
from gradlab.optim.tunable import Schedule
from tests.optim.bowl import bowl

S = SCHEDULES
LOSSES = [5.0, 4.0, 4.5, 4.1, 4.2, 3.0, 3.0, 3.0, 3.0, 3.0, 2.9999, 2.0, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6, 2.7, 2.8]


def restarts(t: int) -> float:
    """Waves of 4, 8, 16 … updates."""
    period, begin = 4, 0
    while t >= begin + period:
        begin, period = begin + period, period * 2
    return 0.1 + 0.4 * (1 + math.cos(math.pi * (t - begin) / period)) / 2


CLOSED: dict[str, tuple[Schedule, Callable[[int], float]]] = {
    "step_decay": (S["step_decay"](0.5, every=3, factor=0.2), lambda t: 0.5 * 0.2 ** (t // 3)),
    "exponential_decay": (S["exponential_decay"](0.5, 0.3), lambda t: 0.5 * math.exp(-0.3 * t)),
    "inverse_decay": (S["inverse_decay"](1.0, rate=0.001), lambda t: 1000 / (1000 + t)),
    "cosine_decay": (
        S["cosine_decay"](0.5, 8, low=0.1),
        lambda t: 0.1 + 0.4 * (1 + math.cos(math.pi * min(t, 8) / 8)) / 2,
    ),
    "cosine_restarts": (S["cosine_restarts"](0.5, every=4, low=0.1, growth=2), restarts),
    "cyclical": (S["cyclical"](0.1, 0.5, half=4), lambda t: 0.1 + 0.1 * (4 - abs(t % 8 - 4))),
    "linear_decay": (S["linear_decay"](0.5, 0.1, updates=8), lambda t: 0.5 - 0.4 * min(t, 8) / 8),
    "milestones": (S["milestones"](0.5, at=[2, 5, 5]), lambda t: 0.5 * 0.1 ** ((t >= 2) + 2 * (t >= 5))),
    "warmup": (S["warmup"](0.5, updates=4), lambda t: 0.5 * min((t + 1) / 4, 1)),
}
TORCH: dict[str, tuple[str, dict[str, Any]]] = {
    "step_decay": ("StepLR", {"step_size": 3, "gamma": 0.2}),
    "exponential_decay": ("ExponentialLR", {"gamma": math.exp(-0.3)}),
    "linear_decay": ("LinearLR", {"start_factor": 1.0, "end_factor": 0.2, "total_iters": 8}),
    "milestones": ("MultiStepLR", {"milestones": [2, 5, 5], "gamma": 0.1}),
    "cosine_decay": ("CosineAnnealingLR", {"T_max": 8, "eta_min": 0.1}),
    "cosine_restarts": ("CosineAnnealingWarmRestarts", {"T_0": 4, "T_mult": 2, "eta_min": 0.1}),
    "cyclical": ("CyclicLR", {"base_lr": 0.1, "max_lr": 0.5, "step_size_up": 4, "cycle_momentum": False}),
}


def values(schedule: Schedule, updates: int = 30) -> list[float]:
    one = Scheduled(schedule)
    return [one(1.0) for _ in range(updates)]


def test_every_schedule_has_an_oracle() -> None:
    assert {*CLOSED, "plateau"} == set(SCHEDULES)


@pytest.mark.parametrize("name", CLOSED)
def test_a_schedule_is_its_closed_form(name: str) -> None:
    schedule, formula = CLOSED[name]
    np.testing.assert_allclose(values(schedule), [formula(t) for t in range(30)], rtol=1e-14, atol=1e-16)


@pytest.mark.parametrize("name", TORCH)
def test_a_schedule_is_what_pytorch_computes(name: str, torch: Any) -> None:
    peer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    word, arguments = TORCH[name]
    theirs, lrs = getattr(torch.optim.lr_scheduler, word)(peer, **arguments), []
    for _ in range(8 if name == "cosine_decay" else 20):
        lrs.append(peer.param_groups[0]["lr"])
        peer.step()
        theirs.step()
    np.testing.assert_allclose(values(CLOSED[name][0], len(lrs)), lrs, rtol=1e-10)


def test_a_plateau_is_what_pytorch_computes(torch: Any) -> None:
    peer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(peer, factor=0.3, patience=2, threshold=1e-3, min_lr=0.02)
    ours = Scheduled(S["plateau"](0.5, factor=0.3, patience=2, threshold=1e-3, low=0.02))
    for loss in LOSSES:
        theirs.step(loss)
        assert ours(loss) == pytest.approx(peer.param_groups[0]["lr"], rel=1e-14)
    assert ours(0.0) == 0.02


def test_a_plateau_below_zero_wants_a_better_loss_too() -> None:
    ours = Scheduled(S["plateau"](1.0, factor=0.5, patience=1, threshold=0.1))
    assert [ours(loss) for loss in (-1.0, -1.05, -1.05, -1.2, -1.2, -1.2)] == [1.0, 1.0, 0.5, 0.5, 0.5, 0.25]


def test_a_warmup_stands_around_another_schedule() -> None:
    inner = S["step_decay"](1.0, every=2, factor=0.5)
    assert values(S["warmup"](inner, updates=4), 6) == [0.25, 0.5, 0.375, 0.5, 0.25, 0.25]


EACH = {name: schedule for name, (schedule, _) in CLOSED.items()} | {"plateau": S["plateau"](0.5, patience=1, threshold=0.5)}


@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize("name", EACH)
def test_the_learning_rate_of_an_update_is_a_node(name: str, backend: str) -> None:
    graph, loss, params = bowl()
    objective = build_update(graph, "", loss, params, OPTIMIZERS["sgd"](lr=EACH[name]))
    machine, ours = make_machine(Tape(graph), backend), Scheduled(EACH[name])
    machine.load(seed=0)
    lr = graph.find("sgd.lr")
    assert lr is not None and not lr.is_leaf and lr.phase == "u"
    for t in range(12):
        losses = machine.train(objective, 1, t)
        np.testing.assert_allclose(machine.value(lr.index), ours(float(losses[0])), rtol=1e-13)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_has_a_text_with_its_formula_and_source(name: str) -> None:
    assert "value" in SCHEDULES[name].doc and "Source:" in SCHEDULES[name].doc
    assert REQUIRED in SCHEDULES[name].hyper.values()


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: OPTIMIZERS["sgd"](S["step_decay"]), "`step_decay` needs `start`; it takes (start, every, factor=0.1)"),
        (lambda: S["step_decay"](0.1, every=0), "`every` of `step_decay` is at least 1, got 0"),
        (
            lambda: S["step_decay"](0.1, every=S["warmup"](2, 3)),
            "`every` of `step_decay` is a number, got warmup(rate=2, updates=3)",
        ),
        (lambda: S["plateau"](0.1, factor=2), "`factor` of `plateau` is from 0 to 1, got 2"),
        (lambda: S["warmup"](S["warmup"](0.1, 2), updates="x"), '`updates` of `warmup` is a number, got "x"'),
        (lambda: S["milestones"](0.1, at=3), "`at` of `milestones` is a list of numbers, got 3"),
        (lambda: S["milestones"](0.1, at=[]), "`at` of `milestones` is a list of numbers, got []"),
        (lambda: S["milestones"](0.1, at=[2, -1]), "`at` of `milestones` is at least 0, got -1"),
        (lambda: S["linear_decay"](0.1), "`linear_decay` needs `end`; it takes (start, end, updates)"),
        (lambda: S["cosine_decay"](0.1), "`cosine_decay` needs `updates`; it takes (start, updates, low=0.0)"),
    ],
)
def test_a_wrong_schedule_is_named(make: Callable[[], object], text: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        make()
    assert str(caught.value) == text
