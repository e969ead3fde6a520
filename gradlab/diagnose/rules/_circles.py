"""Small networks on two circles, which rules show their fault and its twin with."""

from __future__ import annotations

from collections.abc import Sequence

ROWS = 'x, t = dataset("circles", n=400, noise=0.1, factor=0.5, split="train", test=120, batch={}, target="column")\n'


def circles(body: str, optimizer: str = "adam(0.01)", batch: int = 32, out: str = "dense(h, 1)") -> str:
    """Return the text of a model with these hidden layers, one output unit, and binary cross-entropy of its logits.

    body: lines that make `h` of `x`.
    """
    return f"{ROWS.format(batch)}{body}out = {out}\nloss = bce(out, t)\nminimize(loss, {optimizer})\n"


def stack(count: int, layer: str) -> str:
    """Return lines that make `h` with so many layers: `stack(3, "relu(dense(h, 16, init=he))")`."""
    return f"h = x\nfor i in range({count}):\n    h = {layer}\n"


def each(layers: Sequence[str]) -> str:
    """Return lines that make `h` with these layers, one behind the other."""
    return "h = x\n" + "".join(f"h = {layer}\n" for layer in layers)
