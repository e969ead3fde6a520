"""What a model holds is after an import what it was before, however deep and however odd it is."""

from __future__ import annotations

import logging
import random
import threading
import weakref
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import gradlab
from gradlab.importers.torch._held import MOST, held_by

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]
torch = pytest.importorskip("torch")
nn = torch.nn


class Slots:
    """What has no dictionary."""

    __slots__ = ("count", "late", "seen")

    def __init__(self) -> None:
        self.count, self.seen = 0, [0]

    def __repr__(self) -> str:
        return f"Slots({self.count}, {self.seen}, {hasattr(self, 'late')})"


@dataclass
class Counts:
    """What counts."""

    count: int = 0
    seen: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Fixed:
    """What does not change itself."""

    box: dict[str, Any] = field(default_factory=dict)


class Attributes(dict[str, Any]):
    """A dictionary whose keys are attributes."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.__dict__ = self


class Proud:
    """What does not want to be asked."""

    def __init__(self) -> None:
        object.__setattr__(self, "count", 0)

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        raise RuntimeError(name)

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __bool__(self) -> bool:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]


class Lazy(ModuleType):
    """A module with a class of its own."""


class Net(nn.Module):  # type: ignore[name-defined]
    """Two layers, and what is done between them. changes: that."""

    def __init__(self, changes: Callable[[Any], Any], **held: Any) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.last, self.changes = nn.Linear(3, 4), nn.Linear(4, 1), changes
        self.__dict__ |= held

    def forward(self, x: Any) -> Any:
        h = torch.tanh(self.first(x))
        more = self.changes(self)
        return self.last(h if more is None else h + more)


def read(model: Any) -> None:
    """Let a model be read."""
    torch.manual_seed(1)
    batch = torch.randn(6, 3), torch.randn(6)
    gradlab.from_torch(model, batch, loss_fn=lambda net, x, y: (net(x)[:, 0] - y).square().mean(), quiet=True)


def slots(m: Any) -> None:
    m.held.count += 1
    m.held.seen[0] += 1
    m.held.late = 1


def nested(m: Any) -> None:
    m.held["a"]["b"][0].append(1)
    m.held["a"]["new"] = [2]
    m.held["t"][0][0] += 1


def queues(m: Any) -> None:
    m.held[0][0][0] += 1
    m.held[0].append([9])
    m.held[1]["a"] += 1
    m.held[1]["b"] += 1
    m.held[2]["x"].append(1)
    m.held[3].move_to_end("a")
    m.held[3]["c"] = 1
    m.held[4] += b"x"


def objects(m: Any) -> None:
    m.held[0].count += 1
    m.held[0].seen.append(Counts())
    m.held[1].box["x"][0] += 1
    m.held[1].box["y"] = 1
    m.held[2].inner.count += 1
    m.held[2].new = 1
    m.held[3].count += 1
    m.held[3]["new"] = 1


def numbers(m: Any) -> None:
    m.held["a"][0].add_(1.0)
    m.held["a"][1].tensor.mul_(2.0)
    m.held["a"][2][:] += 1


def unregistered(m: Any) -> Any:
    return m.held[0](m.held[1]["norm"](torch.ones(2, 4).cumsum(0)))[0]


def drawing(m: Any) -> Any:
    return torch.rand(4, generator=m.held[0]) * m.held[1].random() * m.held[2].random() * m.held[3].rand()


def layers() -> list[Any]:
    return [nn.Linear(4, 4), {"norm": nn.BatchNorm1d(4)}]


def statistics(held: Any) -> Any:
    return held[1]["norm"].running_mean, held[1]["norm"].num_batches_tracked


def drawn(held: Any) -> Any:
    return held[0].get_state().tolist(), held[1].getstate(), held[2].bit_generator.state, held[3].get_state()[1:]


CASES: dict[str, tuple[Callable[[Any], Any], Callable[[], Any], Callable[[Any], Any]]] = {
    "slots": (slots, Slots, repr),
    "boxes in boxes": (nested, lambda: {"a": {"b": [[0]]}, "t": ([0],)}, repr),
    "queues, counters and their like": (
        queues,
        lambda: [deque([[0]], maxlen=2), Counter(a=2), defaultdict(list), OrderedDict(a=1, b=2), bytearray(b"ab")],
        repr,
    ),
    "objects": (
        objects,
        lambda: [Counts(), Fixed({"x": [0]}), SimpleNamespace(inner=Counts()), Attributes(count=0)],
        repr,
    ),
    "numbers": (numbers, lambda: {"a": [torch.ones(2), SimpleNamespace(tensor=torch.ones(2)), np.ones(2)]}, repr),
    "modules in a list": (unregistered, layers, lambda held: repr(statistics(held))),
    "generators of random numbers": (
        drawing,
        lambda: [torch.Generator(), random.Random(1), np.random.default_rng(1), np.random.RandomState(1)],
        lambda held: repr(drawn(held)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_held_is_what_it_was(name: str) -> None:
    changes, make, look = CASES[name]
    held = make()
    before = look(held)
    changes(SimpleNamespace(held=make()))
    model = Net(changes, held=held)
    read(model)
    assert look(held) == before and model.held is held


def test_a_step_that_is_watched_is_as_it_was_without(tmp_path: Path) -> None:
    held = []
    for watched in (True, False):
        model = Net(queues, held=CASES["queues, counters and their like"][1]())
        optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
        x, y = torch.ones(6, 3), torch.ones(6)

        def loss(net: Any, x: Any, y: Any) -> Any:
            return (net(x)[:, 0] - y).square().mean()

        if watched:
            with gradlab.watch(model, loss, optimizer, on="loss > -1", folder=tmp_path) as w:
                w.step(x, y)
                w.step(x, y)
            assert w.files
        else:
            loss(model, x, y), loss(model, x, y)
        held.append(repr(model.held))
    assert held[0] == held[1]


def test_what_is_held_twice_or_holds_its_holder_is_one_thing_still() -> None:
    shared: dict[str, Any] = {"n": [0]}
    ring: list[Any] = [shared]
    ring.append(ring)

    def changes(m: Any) -> None:
        m.shared["n"][0] += 1
        m.ring.append(1)
        m.first.shared["m"] = 1

    model = Net(changes, shared=shared, ring=ring)
    model.first.__dict__ |= {"shared": shared, "parent": model}
    read(model)
    assert shared == {"n": [0]} and len(ring) == 2 and ring[1] is ring
    assert model.first.shared is shared and model.ring is ring and model.first.parent is model


def test_what_is_odd_is_left_alone(tmp_path: Path) -> None:
    gone = Counts()
    with (tmp_path / "log").open("w") as file:
        odd = {
            "lock": threading.Lock(), "file": file, "lines": (i for i in range(9)), "event": threading.Event(),
            "local": threading.local(), "log": logging.getLogger("a"), "own": weakref.ref(gone), "gone": weakref.proxy(gone),
            "weak": weakref.WeakValueDictionary(), "kind": Counts, "part": [weakref.proxy(gone), Proud()], "proud": Proud(),
            "module": pytest, "count": 0, "function": torch.autograd.Function, "lazy": Lazy("lazy"),
        }  # fmt: skip
        del gone

        def changes(m: Any) -> None:
            with m.lock:
                m.count += 1

        model = Net(changes, **odd)
        kept = dict(model.__dict__)
        read(model)
        assert model.__dict__.keys() == kept.keys()
        assert all(model.__dict__[name] is one for name, one in kept.items())
        assert next(model.lines) == 0 and not file.closed


class Ticking(threading.Thread):
    """A thread that counts."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.count = 0


def test_what_has_to_do_with_other_threads_is_left_to_them() -> None:
    thread, locked = Ticking(), SimpleNamespace(lock=threading.Lock(), count=0)

    def changes(m: Any) -> None:
        for one in m.held:
            one.count += 1

    model = Net(changes, held=[thread, locked])
    read(model)
    assert thread.count == locked.count > 0, "who holds a lock is asked for it before it is written"


def test_tensors_that_are_no_plain_arrays_are_left_alone() -> None:
    held = [
        torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8),
        torch.empty(3, device="meta"),
        torch.eye(3).to_sparse(),
        torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]),
        torch.ones(1).expand(5),
        np.array([None, "a"]),
    ]
    model = Net(lambda m: None, held=held, part={"deep": [held]})
    read(model)
    assert [id(one) for one in model.held] == [*map(id, held)]


def test_a_tensor_of_a_former_step_keeps_its_history() -> None:
    def changes(m: Any) -> Any:
        former = m.memory["h"][-1].detach()
        m.memory["h"].append(m.last.weight[0] * 2)
        return former

    model = Net(changes)
    model.memory = {"h": [model.last.weight[0] * 3]}
    former = model.memory["h"][0]
    read(model)
    assert model.memory["h"] == [former]
    former.sum().backward()
    assert torch.equal(model.last.weight.grad, torch.full((1, 4), 3.0))


def test_the_walk_ends() -> None:
    rows = [[k] for k in range(3 * MOST)]
    found = held_by([rows], [])
    assert len(found.boxes) == 1 + MOST
    chain: list[Any] = []
    for _ in range(2 * MOST):
        chain = [chain]
    assert len(held_by([chain], []).boxes) == 1 + MOST


class Centred(nn.Module):  # type: ignore[name-defined]
    """A loss with a mean that follows what it is given, and a count."""

    centre: Any

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(4))
        self.count = 0

    def forward(self, out: Any, target: Any) -> Any:
        self.count += 1
        self.centre = 0.9 * self.centre + 0.1 * target.mean(0)
        return (out - target + self.centre).square().mean()


CRITERION, SEEN, CALLS = Centred(), [0], 0


def through_globals(net: Any, x: Any, y: Any) -> Any:
    global CALLS  # noqa: PLW0603, as programs do
    CALLS += 1
    SEEN[0] += 1
    return CRITERION(net(x), y)


class Criterion:
    """A loss that is an object."""

    def __init__(self) -> None:
        self.inner = Centred()

    def __call__(self, net: Any, x: Any, y: Any) -> Any:
        return self.inner(net(x), y)

    def method(self, net: Any, x: Any, y: Any) -> Any:
        return self(net, x, y)


def closed_over(inner: Centred) -> tuple[Any, Callable[[], int]]:
    count = 0

    def loss(net: Any, x: Any, y: Any) -> Any:
        nonlocal count
        count += 1
        return inner(net(x), y)

    return loss, lambda: count


@pytest.mark.parametrize("kind", ["module", "object", "method", "partial", "closure", "globals"])
def test_a_loss_is_what_it_was_too(kind: str) -> None:
    owner = Criterion()
    inner = owner.inner if kind != "globals" else CRITERION
    closure, count = closed_over(inner)
    ways: dict[str, Any] = {
        "object": owner, "method": owner.method, "partial": partial(owner.method), "closure": closure,
        "globals": through_globals,
    }  # fmt: skip
    centre, (x, y) = inner.centre, (torch.randn(6, 3), torch.randn(6, 4))
    if kind == "module":
        gradlab.from_torch(nn.Linear(3, 4), (x,), loss=inner, target=y, quiet=True)
    else:
        gradlab.from_torch(nn.Linear(3, 4), (x, y), loss_fn=ways[kind], quiet=True)
    assert inner.centre is centre and not centre.any()
    assert (inner.count, count(), SEEN, CALLS) == (0, 0, [0], 0)


def test_what_hooks_have_seen_is_what_it_was() -> None:
    model, seen = Net(lambda m: None), [0]
    model.first.register_forward_hook(lambda module, given, out: seen.append(1))
    read(model)
    assert seen == [0]
