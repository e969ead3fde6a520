"""Which boxes stay when each takes away those of lower score that overlap it too much: 1 or 0 for each. No gradient flows.

    forward  z[i] = 1 where box i stays else 0
    backward dx = 0,  dy = 0

x: boxes (…, n, 4), left, top, right, bottom. y: their scores (…, n). z: (…, n). The box with the greatest score stays, all
whose overlap with it is above `iou_threshold` go, and so on with those that are left; of equal scores the first is taken.
Overlap is the area that two boxes share over the area that they cover; it is 0 where they cover nothing. How many stay is not
known before the run, so that z says it of each box: `sum(z)` counts them, `z * y` are the scores that count, `argmax(z * y)` is
the best box. A box with a place or a score that is NaN gives NaN, and takes none away.

Arguments:
    iou_threshold  number, from 0 to 1: the overlap above which a box of lower score goes

Source: Girshick, Donahue, Darrell & Malik, *Rich Feature Hierarchies for Accurate Object Detection*, CVPR 2014.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import helper
from gradlab.op import Array, Attrs, Curve, Example, Plan, Shape, array_op
from gradlab.ops._arguments import number
from gradlab.ops._torch import Helped

OPEN = -1.0
"""What stands in z while it is not decided."""


@helper
def overlap(a: Array, b: Array) -> float:
    """Return the area that two boxes share over the area that they cover."""
    wide, tall = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(wide, 0.0) * max(tall, 0.0)
    covered = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return float(shared / covered) if covered > 0 else 0.0


@helper
def greatest(y: Array, z: Array) -> int:
    """Return the first of the boxes with the greatest score that are not decided, -1 where there is none."""
    best = -1
    for i in range(y.shape[0]):
        if z[i] == OPEN and (best < 0 or y[i] > y[best]):
            best = i
    return best


def forward(x: Array, y: Array, z: Array, threshold: float) -> None:
    for n in range(z.shape[0]):
        for i in range(z.shape[1]):
            z[n, i] = np.nan if np.isnan(y[n, i]) or np.isnan(x[n, i]).any() else OPEN
        best = greatest(y[n], z[n])
        while best >= 0:
            z[n, best] = 1.0
            for i in range(z.shape[1]):
                if z[n, i] == OPEN and overlap(x[n, best], x[n, i]) > threshold:
                    z[n, i] = 0.0
            best = greatest(y[n], z[n])


def backward(g: Array, z: Array, x: Array, y: Array, dx: Array, dy: Array, threshold: float) -> None:
    return


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of the scores. Raises ShapeError."""
    x, y = shapes
    if not 0 <= number(attrs, "iou_threshold") <= 1:
        raise ShapeError(f"`iou_threshold` is from 0 to 1, got {attrs['iou_threshold']:g}")
    if not y or x != (*y, 4):
        raise ShapeError(f"`nms` takes boxes of shape (…, n, 4) and scores of (…, n), got {x} and {y}")
    return y


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See lists of boxes."""
    lists, many = prod(out[:-1]), out[-1]
    return Plan(((lists, many, 4), (lists, many), (lists, many)), floats=(attrs["iou_threshold"],))


def work(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> int:
    """Return the multiplications: at most each box meets each."""
    return 4 * prod(out) * out[-1]


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Nothing flows."""
    return np.zeros(0, np.int64), np.zeros(0, z.dtype)


OP = array_op(
    "nms",
    forward,
    backward,
    inputs=("x", "y"),
    role="compare",
    curve=Curve((0.0, 1.0)),
    title="boxes that stay",
    symbols="nms({x}, {y}, {iou_threshold})",
    attrs={"iou_threshold": 0.5},
    shape=shape,
    plan=plan,
    ranks=(3, 2, 2),
    local=local,
    floats=("threshold",),
    differentiable=(False, False),
    work=work,
    examples=(
        Example("nms([[0, 0, 4, 4], [0, 0, 4, 3], [5, 5, 6, 6]], [0.5, 0.9, 0.1])", "[0.0, 1.0, 1.0]"),
        Example("nms([[0, 0, 4, 4], [0, 0, 4, 3]], [0.5, 0.9], 0.75)", "[1.0, 1.0]"),
    ),
)
_HELPER = '''
def nms(boxes, scores, most):
    """Return 1 for each box that stays and 0 for the others. boxes: (…, n, 4), scores: (…, n). No gradient flows."""
    boxes, scores = boxes.detach(), scores.detach()
    stays = torch.zeros_like(scores).reshape(-1, scores.shape[-1])
    for box, score, stay in zip(boxes.reshape(-1, *boxes.shape[-2:]), scores.reshape(stays.shape), stays):
        left, top, right, bottom = box.unbind(-1)
        wide = torch.minimum(right[:, None], right) - torch.maximum(left[:, None], left)
        tall = torch.minimum(bottom[:, None], bottom) - torch.maximum(top[:, None], top)
        shared, area = wide.clamp(min=0) * tall.clamp(min=0), (right - left) * (bottom - top)
        covered = area[:, None] + area - shared
        near = torch.where(covered > 0, shared / covered, 0.0) > most
        undecided = ~(score.isnan() | box.isnan().any(-1))
        stay[~undecided] = float("nan")
        for i in score.argsort(descending=True, stable=True):
            if undecided[i]:
                undecided &= ~near[i]
                undecided[i] = False
                stay[i] = 1.0
    return stays.reshape(scores.shape)
'''
TORCH = Helped("nms(x, y, iou_threshold)", _HELPER)
