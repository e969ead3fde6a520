"""Models and helpers that the tests of the laboratory share."""

from __future__ import annotations

from gradlab.axis.checkpoints import Checkpoints
from gradlab.axis.digest import digest
from gradlab.axis.position import Position, State
from gradlab.axis.run import Run
from gradlab.axis.walker import Walker
from gradlab.graph.machine import Machine
from gradlab.graph.machines import make_machine
from gradlab.graph.machines.plain import PlainMachine
from gradlab.session import Lab, build

NEURON = """
w0, w1, w2 = param(2.0), param(-3.0), param(-3.0)
x0, x1 = input(-1.0), input(-2.0)
dot = w0*x0 + w1*x1 + w2
f = sigmoid(dot)
"""
FORK = """
a, b = param(2.0), param(1.0)
c = a + b
d = b + 1.0
e = c * d
"""
XOR = """
x = const([[0, 0], [0, 1], [1, 0], [1, 1]])
t = const([[0], [1], [1], [0]])
with layer("hidden"):
    h = tanh(dense(x, 2))
with layer("output"):
    y = sigmoid(dense(h, 1))
loss = mse(y, t)
minimize(loss, adam(lr=0.1))
"""
BATCHES = """
x, t = dataset("moons", n=24, batch=5)
h = relu(dense(x, 3))
loss = bce(dense(h, 1), reshape(t, (5, 1)))
minimize(loss, momentum(lr=0.2))
"""
TURNS = """
with layer("one"):
    a = param([1.0, -2.0])
with layer("two"):
    b = param([0.5, 3.0])
p = sum((a - b) ** 2)
q = sum((a + 2 * b) ** 2)
minimize(p, sgd(lr=0.1), over="one")
minimize(q, adam(lr=0.1), over="two")
"""
NORMED = """
x, t = dataset("moons", n=24, split="train", batch=5)
h = dropout(relu(batch_norm(dense(x, 4))), 0.3)
y = dropconnect(h, 1, p=0.2)
loss = bce(y, reshape(t, t.shape + (1,)))
minimize(loss, adam(lr=0.05))
"""


def plain(text: str, seed: int = 0) -> Lab:
    """Open a model on the machine that compiles nothing."""
    return build(text, seed, backend="plain")


def folded_anew(lab: Lab, at: Position | None = None) -> str:
    """Return the digest of a position, folded from the beginning without anything that was kept."""
    machine = make_machine(lab.tape, lab.run.machine.backend)
    run = Run(machine, lab.journal, lab.run.timeline.per_epoch)
    walker = Walker(run, Checkpoints(0))
    for _ in walker.walk(at or lab.position):
        pass
    return digest(run)


def states(lab: Lab) -> str:
    """Return a text with the states of values and gradients, a line a node of the model."""
    snapshot = lab.snapshot()
    lines = []
    for node in lab.nodes:
        value, grad = State(snapshot.value_states[node.index]), State(snapshot.grad_states[node.index])
        lines.append(f"{node.name} {value.name.lower()} {grad.name.lower()}")
    return "\n".join(lines)


def said(lab: Lab, line: str) -> list[str]:
    """Do a line and give what was said, with the kinds."""
    return [f"{spoken.kind}: {spoken.text}" for spoken in lab.do(line).lines]


class ReadyBackend:
    """A backend whose other machine becomes ready when work was told of so many times."""

    def __init__(self, lab: Lab, after: int) -> None:
        self.lab, self.after = lab, after
        self.changed, self.told = False, 0

    def worked(self, seconds: float) -> None:
        """Take note of work."""
        self.told += 1
        self.changed = self.told == self.after

    def take_notes(self) -> list[str]:
        """Return nothing to say."""
        return []

    def machine(self) -> Machine:
        """Return the other machine."""
        self.changed = False
        return PlainMachine(self.lab.tape)
