"""What stands around an optimizer: clips, L2, averages; their nodes against plain loops and against PyTorch."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradlab.errors import ArgumentError
from gradlab.graph.graph import Graph
from gradlab.graph.machines import make_machine
from gradlab.graph.tape import Tape
from gradlab.op import Array
from gradlab.optim import AVERAGES, CLIPS, OPTIMIZERS, SCHEDULES, Recipe, build_update
from tests.optim.bowl import B0, W0, bowl, gradients

sgd = OPTIMIZERS["sgd"](lr=0.1)
UPDATES = 20


def trained(recipe: Recipe, optimizer: Any = sgd, updates: int = UPDATES, backend: str = "plain") -> tuple[Graph, Any]:
    """Return the graph and the machine after some updates."""
    graph, loss, params = bowl()
    objective = build_update(graph, "", loss, params, optimizer, recipe=recipe)
    machine = make_machine(Tape(graph), backend)
    machine.load(seed=0)
    machine.train(objective, updates, 0)
    return graph, machine


def value(graph: Graph, machine: Any, name: str) -> Array:
    node = graph.find(name)
    assert node is not None, name
    found: Array = machine.value(node.index)
    return found


def by_norm(w: Array, b: Array, limit: float) -> tuple[Array, Array]:
    norm = math.sqrt(sum(float(g) ** 2 for g in (*w.flat, *b.flat)))
    return (w * limit / norm, b * limit / norm) if norm > limit else (w, b)


def by_each(w: Array, b: Array, limit: float) -> tuple[Array, Array]:
    return tuple(g * limit / max(limit, math.sqrt(sum(float(e) ** 2 for e in g.flat))) for g in (w, b))  # type: ignore[return-value]


def by_value(w: Array, b: Array, limit: float) -> tuple[Array, Array]:
    return np.clip(w, -limit, limit), np.clip(b, -limit, limit)


NAIVE: dict[str, Callable[[Array, Array, float], tuple[Array, Array]]] = {
    "clip_norm": by_norm, "clip_each": by_each, "clip_value": by_value,
}  # fmt: skip


def test_every_clip_and_average_has_an_oracle() -> None:
    assert set(NAIVE) == set(CLIPS) and set(AVERAGES) == {"ema", "polyak"}


@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize("name", NAIVE)
def test_a_clip_is_what_a_plain_loop_computes(name: str, backend: str) -> None:
    graph, machine = trained(Recipe(clip=CLIPS[name](2.5)), backend=backend)
    w, b = W0.copy(), B0.copy()
    bounded = 0
    for _ in range(UPDATES):
        raw = gradients(w, b)
        gw, gb = NAIVE[name](*raw, 2.5)
        bounded += not np.array_equal(gw, raw[0])
        w, b = w - 0.1 * gw, b - 0.1 * gb
    assert 0 < bounded < UPDATES
    np.testing.assert_allclose(value(graph, machine, "h.W"), w, rtol=1e-12)
    np.testing.assert_allclose(value(graph, machine, "b"), b, rtol=1e-12, atol=1e-15)


def test_a_norm_is_a_visible_node_and_a_short_gradient_keeps_its_bits() -> None:
    graph, machine = trained(Recipe(clip=CLIPS["clip_norm"](1e9)), updates=1)
    w, b = gradients(W0, B0)
    np.testing.assert_allclose(value(graph, machine, "sgd.clip.norm"), math.sqrt((w**2).sum() + b**2), rtol=1e-15)
    assert value(graph, machine, "sgd.clip.scale") == 1.0
    assert np.array_equal(value(graph, machine, "h.W.clipped"), value(graph, machine, "h.W.grad"))


def test_clipping_by_the_norm_is_what_pytorch_does(torch: Any) -> None:
    w, b = (torch.tensor(a, requires_grad=True) for a in (W0, B0))
    peer = torch.optim.SGD([w, b], lr=0.1)
    for _ in range(UPDATES):
        peer.zero_grad()
        ((w + b) ** 2).sum().backward()
        torch.nn.utils.clip_grad_norm_([w, b], 2.5)  # divides by norm + 1e-6: the difference below
        peer.step()
    graph, machine = trained(Recipe(clip=CLIPS["clip_norm"](2.5)))
    np.testing.assert_allclose(value(graph, machine, "h.W"), w.detach().numpy(), rtol=1e-5)


@pytest.mark.parametrize(
    ("name", "word"), [("sgd", "SGD"), ("momentum_velocity", "SGD"), ("adam", "Adam"), ("rmsprop", "RMSprop")]
)
def test_l2_is_the_weight_decay_of_pytorch(name: str, word: str, torch: Any) -> None:
    w, b = (torch.tensor(a, requires_grad=True) for a in (W0, B0))
    more = {"momentum": 0.9} if name == "momentum_velocity" else {}
    peer = getattr(torch.optim, word)([w, b], lr=0.03, weight_decay=0.2, **more)
    for _ in range(UPDATES):
        peer.zero_grad()
        ((w + b) ** 2).sum().backward()
        peer.step()
    graph, machine = trained(Recipe(l2=0.2), OPTIMIZERS[name](lr=0.03))
    np.testing.assert_allclose(value(graph, machine, "h.W"), w.detach().numpy(), rtol=1e-10)
    np.testing.assert_allclose(value(graph, machine, "b"), b.detach().numpy(), rtol=1e-10)
    assert value(graph, machine, "h.W.decayed").shape == (3, 2)


def test_clipping_comes_before_l2() -> None:
    graph, machine = trained(Recipe(CLIPS["clip_value"](0.0), 0.5), updates=1)
    np.testing.assert_allclose(value(graph, machine, "h.W"), W0 * (1 - 0.1 * 0.5), rtol=1e-15)


def test_l2_may_follow_a_schedule() -> None:
    graph, machine = trained(Recipe(CLIPS["clip_value"](0.0), SCHEDULES["step_decay"](0.5, 1, 0.5)), updates=2)
    np.testing.assert_allclose(value(graph, machine, "h.W"), W0 * 0.95 * 0.975, rtol=1e-15)
    assert value(graph, machine, "sgd.l2") == 0.25


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_averages_follow_the_parameters(backend: str) -> None:
    kept = [trained(Recipe(average=average), backend=backend) for average in (AVERAGES["ema"](0.9), AVERAGES["polyak"])]
    w, b, ema, seen = W0.copy(), B0.copy(), W0.copy(), []
    for _ in range(UPDATES):
        gw, gb = gradients(w, b)
        w, b = w - 0.1 * gw, b - 0.1 * gb
        ema = 0.9 * ema + 0.1 * w
        seen.append(w)
    for (graph, machine), mean in zip(kept, (ema, np.mean(seen, axis=0)), strict=True):
        np.testing.assert_allclose(value(graph, machine, "h.W"), w, rtol=1e-12)
        np.testing.assert_allclose(value(graph, machine, "h.W.avg"), mean, rtol=1e-12)


def test_an_average_begins_at_the_parameter_and_leaves_the_training_alone() -> None:
    graph, machine = trained(Recipe(average=AVERAGES["ema"]), updates=0)
    assert np.array_equal(value(graph, machine, "h.W.avg"), W0)
    plain, other = trained(Recipe()), trained(Recipe(average=AVERAGES["ema"]))
    assert np.array_equal(value(*plain, "h.W"), value(*other, "h.W"))


def test_two_objectives_have_clips_and_counters_of_their_own() -> None:
    graph, loss, params = bowl()
    recipes = (Recipe(CLIPS["clip_norm"](1.0)), Recipe(CLIPS["clip_norm"](3.0), average=AVERAGES["polyak"]))
    lr = SCHEDULES["plateau"](0.1, patience=0, factor=0.5)
    first, second = (build_update(graph, "", loss, params[i : i + 1], sgd(lr), recipe=r) for i, r in enumerate(recipes))
    machine = make_machine(Tape(graph))
    machine.load(seed=0)
    machine.train(first, 3, 0)
    machine.train(second, 1, 0)
    assert value(graph, machine, "sgd.clip.limit") == 1.0 and value(graph, machine, "sgd.2.clip.limit") == 3.0
    assert value(graph, machine, "sgd.lr.best") < value(graph, machine, "sgd.2.lr.best") * 2
    assert np.array_equal(value(graph, machine, "b.avg"), value(graph, machine, "b"))
    assert graph.find("h.W.avg") is None


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: CLIPS["clip_norm"](0), "`limit` of `clip_norm` is at least 1e-30, got 0"),
        (CLIPS["clip_value"], "`clip_value` needs `limit`; it takes (limit)"),
        (lambda: AVERAGES["ema"](1.5), "`keep` of `ema` is from 0 to 1, got 1.5"),
        (lambda: AVERAGES["polyak"](1), "`polyak` takes no arguments, got 1 values"),
    ],
)
def test_a_wrong_clip_or_average_is_named(make: Callable[[], object], text: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        make()
    assert str(caught.value) == text


@pytest.mark.parametrize("thing", [*CLIPS.values(), *AVERAGES.values()], ids=lambda t: str(t.name))
def test_it_has_a_text_with_its_formula_and_source(thing: Any) -> None:
    assert " = " in thing.doc and "Source:" in thing.doc


def test_the_jitted_loop_of_many_updates_carries_all_state_along() -> None:
    lr = SCHEDULES["warmup"](SCHEDULES["cosine_restarts"](0.1, every=3, growth=2), updates=5)
    recipe = Recipe(CLIPS["clip_norm"](2.0), SCHEDULES["plateau"](0.01, patience=1, threshold=0.2), AVERAGES["polyak"])
    plain, jit = (trained(recipe, OPTIMIZERS["amsgrad"](lr), backend=backend) for backend in ("plain", "jit"))
    kept = [node.name for node in plain[0].nodes if node.op.name in ("param", "state")]
    assert {"h.W.top", "h.W.avg", "amsgrad.lr.rate.since", "amsgrad.l2.best", "amsgrad.t"} <= set(kept)
    for name in kept:
        np.testing.assert_allclose(value(*jit, name), value(*plain, name), rtol=1e-11, atol=1e-14)
    assert value(*jit, "amsgrad.t") == UPDATES
