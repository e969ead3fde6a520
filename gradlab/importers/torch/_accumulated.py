"""Gradients that earlier batches have left in `.grad`, to which those of this batch are added before the optimizer steps.

The loss gets a part whose value is 0 and whose gradient is what was left, G: `custom(0, Σ p·G)`. So each parameter has the
gradient here that the optimizer uses, and the update is the one that PyTorch makes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradlab.importers.program import Leaf, OpCall, Program
from gradlab.importers.torch._numbers import array_of
from gradlab.importers.torch._reference import TorchReference
from gradlab.op import Array


def left_in(model: Any, scale: float = 1.0) -> dict[str, Array]:
    """Return the gradients that the parameters of a model have, by name. scale: that a GradScaler has multiplied them by."""
    return {name: array_of(p.grad) / scale for name, p in model.named_parameters() if p.grad is not None}


EARLIER = "earlier"
"""What the part of the loss is called; `FORGOTTEN` where nobody meant to add them up."""


def add_accumulated(program: Program, reference: TorchReference, grads: Mapping[str, Array], name: str = EARLIER) -> None:
    """Let a program, and what PyTorch gives for it, have the gradients of earlier batches, too. name: of the part."""
    assert program.root is not None
    total = None
    for leaf in [item for item in program.items if isinstance(item, Leaf) and item.kind == "parameter" and item.key in grads]:
        grad = grads[leaf.key]
        left = program.add(Leaf(kind="constant", array=grad, key=f"accumulated.{leaf.key}", name="accumulated"))
        part = program.add(OpCall(op="sum", inputs=[program.add(OpCall(op="mul", inputs=[leaf, left]))]))
        total = part if total is None else program.add(OpCall(op="add", inputs=[total, part]))
        fresh = reference.params.get(leaf.key)
        reference.params[leaf.key] = grad if fresh is None else fresh + grad
    if total is not None:
        size = float(np.sqrt(sum(float(np.sum(np.square(one, dtype=np.float64))) for one in grads.values())))
        program.notes.append(f"gradients of earlier batches, of norm {size:.4g}, are added to those of this one")
        nothing = program.add(OpCall(op="custom", inputs=[0.0, total], name=name))
        program.root = program.add(OpCall(op="add", inputs=[program.root, nothing], name="loss_with_earlier"))
