"""A laboratory for tests of the screen: a sigmoid neuron whose numbers are written down, and the methods that panels ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np

from gradlab.errors import ActionError
from gradlab.lab.snapshot import Brief, Line, NodeInfo, Position, Snapshot, State
from gradlab.scenario.markdown import read_text
from gradlab.scenario.script import statements

NAMES = ["w0", "w1", "w2", "x0", "x1", "_mul.0", "_mul.1", "_add.0", "dot", "f"]
INPUTS: list[tuple[int, ...]] = [(), (), (), (), (), (0, 3), (1, 4), (5, 6), (7, 2), (8,)]
VALUES = [2.0, -3.0, -3.0, -1.0, -2.0, -2.0, 6.0, 4.0, 1.0, 0.7310585786]
GRADS = [-0.196612, -0.393224, 0.196612, 0.393224, -0.589836, 0.196612, 0.196612, 0.196612, 0.196612, 1.0]
OPS = ["param"] * 3 + ["input"] * 2 + ["multiply", "multiply", "add", "add", "sigmoid"]


LESSON = """---
title: The sigmoid neuron
---
# The sigmoid neuron
Two inputs, three weights, one *squashing* function. The multiply gate swaps its inputs.

```python model
w0 = param(2.0)
f = sigmoid(w0)
```

Walk forward gate by gate.

```lab
forward
# then back
say watch the _add
quiz grad(w1)
backward
```
"""


class FakeLab:
    """Five ops forward, five back."""

    def __init__(self, title: str = "The sigmoid neuron", prefix: str = "") -> None:
        self.title = title
        self.names = [prefix + name for name in NAMES]
        self.at = Position()
        self.version = 0
        self.focus = -1
        self.losses: list[tuple[int, float]] = []
        self.done: list[str] = []
        self.scenario = SimpleNamespace(document=read_text(LESSON), script=statements(read_text(LESSON)))
        self.cursor_line = 0
        self.on_chunk: Callable[[], None] | None = None
        self.cancelled = False
        self.nodes = tuple(self._info(i) for i in range(len(NAMES)))
        self.actions = ("backward", "back", "forward", "focus", "goto", "say", "step", "train")

    def _info(self, i: int) -> NodeInfo:
        expression = " · ".join(self.names[k] for k in INPUTS[i])
        return NodeInfo(i, self.names[i], OPS[i], OPS[i], expression, (), INPUTS[i], "", "f", i < 5)

    def snapshot(self) -> Snapshot:
        f = 5 if self.at.phase != "f" else self.at.op
        b = self.at.op if self.at.phase == "b" else 0
        values = bytes([State.DONE] * (5 + f) + [State.PENDING] * (5 - f))
        grads = bytes(State.FINAL if b and i >= 10 - b - 1 else State.PENDING for i in range(10))
        current = 4 + f if self.at.phase == "f" and f else 10 - b if b else -1
        return Snapshot(
            version=self.version, position=self.at, counts=(5, 5, 0), root="f", value_states=values, grad_states=grads,
            current=current, focus=self.focus, losses=tuple(self.losses),
        )  # fmt: skip

    @property
    def position(self) -> Position:
        return self.at

    def do(self, text: str) -> Any:
        self.done.append(text)
        self.version += 1
        word, *rest = text.split()
        if word == "step":
            self._move(1)
        elif word == "back":
            self._move(-1)
        elif word == "forward":
            self.at = Position(0, "f", 5)
        elif word == "backward":
            self.at = Position(0, "b", 5)
        elif word == "goto":
            update, phase, op = rest[0].split(".")
            self.at = Position(int(update), phase, int(op))
        elif word == "focus":
            self.focus = self.names.index(rest[0])
        elif word == "train":
            for _ in self.train_chunks(int(rest[0])):
                pass
        elif word == "quiz":
            return SimpleNamespace(ok=True, lines=(Line("quiz", f"predict {rest[0]}"),))
        elif word != "say":
            raise ActionError(f"error: unknown action `{word}`\n  |\n1 | {text}\n  | {'^' * len(word)}")
        return SimpleNamespace(ok=True, lines=(Line("say" if word == "say" else "info", " ".join(rest) or f"at {self.at}"),))

    def _move(self, by: int) -> None:
        k = (self.at.op if self.at.phase == "f" else 5 + self.at.op) + by
        k = max(0, min(10, k))
        self.at = Position(0, "f", k) if k <= 5 else Position(0, "b", k - 5)

    def train_chunks(self, n: int) -> Iterator[int]:
        for k in range(1, n + 1):
            self.losses.append((k, 1.0 / k))
            if self.on_chunk is not None:
                self.on_chunk()
            if self.cancelled:
                self.cancelled = False
                raise ActionError(f"stopped at {k}.f.0")
            yield k

    def cancel(self) -> None:
        self.cancelled = True

    def next_line(self) -> Any:
        self.cursor_line += 1
        return self.do(self.script[self.cursor_line - 1].span.text)

    @property
    def script(self) -> Any:
        return self.scenario.script

    def brief(self, indexes: list[int]) -> list[Brief]:
        return [Brief(VALUES[i], GRADS[i]) for i in indexes]

    def formula(self, index: int, element: int) -> tuple[str, ...]:
        return (f"{self.names[index]} = {self.nodes[index].expression}", f"{self.names[index]} = {VALUES[index]}")

    def window(self, index: int, what: str, row0: int, rows: int, col0: int, cols: int) -> Any:
        raise AssertionError("all nodes are scalars")

    def ledger(self, index: int, element: int = 0) -> Any:
        readers = [i for i in range(10) if index in INPUTS[i]]
        rows = tuple(
            SimpleNamespace(consumer=i, place=0, name=self.names[i], upstream=GRADS[i], local=1.0, part=GRADS[index], share=1.0)
            for i in readers
        )
        return SimpleNamespace(rows=rows, other=0.0, total=GRADS[index], note="")

    def stats(self) -> tuple[Any, ...]:
        return ()

    def close(self) -> None:
        np.seterr()
