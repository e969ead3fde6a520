"""The output of a sample depends on other samples of its batch, or is compared with the target of another one.

One row of the inputs is changed, everything is run again in mode eval, and it is looked at which outputs moved, and which rows
of the target moved when its row was changed. Outputs that move without being compared with that row get the inputs of others:
a `reshape` where a `transpose` belongs, a softmax over the batch, labels that slipped by a row. Running it forward finds it
wherever it is, and the first value in which the rows are mixed names the op.

Samples that are compared with one another, as in a contrastive loss, move rows and columns of output and target alike. What
reads several samples because somebody wants it to, such as a normalisation or a recurrent network over the rows, is told as a
fact at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gradlab.diagnose.bounds import made_of_params, sides
from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Unwrap, Wrap
from gradlab.diagnose.roles import Output
from gradlab.diagnose.rule import Rule
from gradlab.graph.cuts import behind
from gradlab.graph.graph import Node
from gradlab.op import Array

SHARE = 1e-9
SLIP = 15
"""The place among causes of rows that are mixed by mistake: nothing behind them can be right."""
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Moved:
    """What moved when one row of some leaves was changed. row: which.   nodes: for each node which of its elements did."""

    row: int
    nodes: dict[int, Flags]


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for the first output whose rows are mixed."""
    roles, batch = examination.roles, examination.batch
    inputs = [i for i in roles.inputs if examination.graph.nodes[i].shape[:1] == (batch,)]
    targets = [i for i in roles.targets if examination.graph.nodes[i].shape[:1] == (batch,)]
    if batch < 3 or not inputs or not (targets or roles.both) or roles.output is None or roles.target < 0:
        return
    row = batch // 2
    moved = _moved(examination, inputs, row)
    target = moved if roles.both else _moved(examination, targets, row)
    for out in roles.outputs:
        outputs = moved.nodes.get(out.node)
        own = _own(examination, out, target)
        if outputs is None or own is None or not outputs.any():
            continue
        share = float(np.mean(outputs & ~own)) / float(np.mean(outputs))
        if share > SHARE:
            theirs = sides(examination.graph, out, made_of_params(examination.graph)).theirs
            slip = _culprit(examination, target, theirs) if theirs >= 0 else None
            yield _found(examination, out.node, _culprit(examination, moved, out.node), slip, share)
            return


def _moved(examination: Examination, leaves: list[int], row: int) -> _Moved:
    """Change one row of some leaves, and return what moved behind them."""
    bench, order = examination.bench, examination.bench.machine.tape.forward_order
    machine = next(iter(bench.passes(examination.leaves[0], "eval", 1)))
    before = {i: machine.value(i).copy() for i in (*leaves, *order)}
    for index in leaves:
        machine.write(index, _other(before[index], row))
    with np.errstate(all="ignore"):
        machine.forward(0, len(order))
    return _Moved(row, {i: _differs(machine.value(i), before[i]) for i in before})


def _differs(now: Array, before: Array) -> Flags:
    return np.asarray((now != before) & ~(np.isnan(now) & np.isnan(before)), np.bool_)


def _other(array: Array, row: int) -> Array:
    """Return an array with another row in the place of one: one that is there and differs."""
    changed = array.copy()
    for other in range(len(array)):
        if not np.array_equal(array[other], array[row], equal_nan=True):
            changed[row] = array[other]
            break
    return changed


def _own(examination: Examination, out: Output, target: _Moved) -> Flags | None:
    """Return which elements of an output belong to a row: those that are compared with what moved in the target.

    Where the two have no common shape, those of the row in an axis as long as the batch; None where there is none.
    """
    nodes, batch = examination.graph.nodes, examination.batch
    shape = nodes[out.node].shape
    against = target.nodes.get(sides(examination.graph, out, made_of_params(examination.graph)).theirs)
    if against is not None and against.any():
        own = _rows_of(against, batch)
        if against.shape == shape and len(shape) > 1:
            return np.broadcast_to(own.any(axis=-1, keepdims=True), shape)
        if against.shape in (shape, shape[:-1]):
            return np.broadcast_to(own if against.shape == shape else own[..., None], shape)
    only = np.zeros(shape, np.bool_)
    axis = next((axis for axis, size in enumerate(shape) if size == batch), None)
    if axis is not None:
        np.moveaxis(only, axis, 0)[target.row] = True
        return only
    if not shape or shape[0] % batch:
        return None
    only.reshape((batch, shape[0] // batch, -1))[target.row] = True
    only.reshape((shape[0] // batch, batch, -1))[:, target.row] = True
    return only


def _rows_of(flags: Flags, batch: int) -> Flags:
    """Return all of the rows that what moved lies in: two rows may have numbers in common. Of what is in no row, itself."""
    whole, found = np.zeros(flags.shape, np.bool_), False
    for axis, size in enumerate(flags.shape):
        turned, marked = np.moveaxis(flags, axis, 0), np.moveaxis(whole, axis, 0)
        hit = np.flatnonzero(turned.reshape(size, -1).any(axis=1))
        if size >= batch and size % batch == 0 and len(hit):
            every = np.arange(size)
            for rows in (every // (size // batch), every % batch):
                if len(set(rows[hit].tolist())) == 1:
                    marked[rows == rows[hit[0]]] = True
                    found = True
    return whole if found else flags


def _found(examination: Examination, output: int, culprit: Node | None, moved: Node | None, share: float) -> Finding:
    """Return the finding. culprit: what mixes the rows of the output.   moved: what moves the rows of its target."""
    node = culprit or moved or examination.graph.nodes[output]
    slip = culprit is None or _is_slip(examination, culprit)
    by = f" by `{node.op.name}` in `{node.name}`" if culprit or moved else ""
    where = f"belongs to others, mixed{by}" if culprit else f"is compared with targets of others{', moved' * bool(by)}{by}"
    return Finding(
        f"samples of a batch are mixed up: {share:.0%} of the outputs that one row of the inputs moves {where}",
        node=node.index,
        statistic="share of the outputs that one row of the inputs moves and that belong to other rows",
        value=share,
        threshold=SHARE,
        at=0,
        fixes=_fixes(examination, culprit, moved),
        most="error" if slip else "info",
        rank=SLIP if slip else -1,
    )


def _fixes(examination: Examination, culprit: Node | None, moved: Node | None) -> tuple[Fix, ...]:
    """Return what keeps the samples apart: the op left out, along another axis, or axes that are turned."""
    found: Fix | None = None
    if culprit is None:
        if moved is not None and _keeps_shape(examination, moved):
            found = Fix(f"leave `{moved.op.name}` out", (Unwrap(moved.index),))
    elif culprit.op.role == "activation" and "axis" in culprit.attrs:
        last = Argument("axis", "-1", culprit.index)
        found = Fix(f"let `{culprit.op.name}` run along the last axis, within a sample", (last,))
    elif "shape" in culprit.attrs and _has_samples_first(examination, culprit):
        found = _turned(culprit, examination.batch)
    return (found or Fix("keep the samples in one axis: `transpose` turns axes, `reshape` only counts the numbers anew"),)


def _turned(node: Node, batch: int) -> Fix | None:
    """Return the change of a reshape that gives the samples another axis than the first: they keep it, and then axes turn."""
    axis = next((axis for axis, size in enumerate(node.shape) if size == batch), 0)
    if axis == 0:
        return None
    rest = tuple(size for k, size in enumerate(node.shape) if k != axis)
    order = (*range(1, axis + 1), 0, *range(axis + 1, len(node.shape)))
    change = Argument("shape", str((batch, *rest)), node.index), Wrap(f"transpose({{}}, {order})", node.index)
    return Fix("keep each sample in a row, and turn the axes with `transpose`", change)


def _keeps_shape(examination: Examination, node: Node) -> bool:
    """Whether an op only moves numbers of one array, and gives one of the same shape: it can be left out."""
    return len(node.inputs) == 1 and node.op.role == "shape" and examination.graph.nodes[node.inputs[0]].shape == node.shape


def _has_samples_first(examination: Examination, node: Node) -> bool:
    """Whether an op reads rows that are samples."""
    return examination.graph.nodes[node.inputs[0]].shape[:1] == (examination.batch,)


def _is_slip(examination: Examination, node: Node) -> bool:
    """Whether an op mixes rows by mistake: it only moves numbers, or is an activation along the wrong axis."""
    source = examination.graph.nodes[node.inputs[0]]
    return (node.op.role == "shape" and len(node.inputs) == 1 and source.size == node.size) or node.op.role == "activation"


def _culprit(examination: Examination, moved: _Moved, output: int) -> Node | None:
    """Return the first op on the way to an output that moves several rows although none of its inputs does."""
    batch, leading = examination.batch, behind(examination.graph, output)
    for index, flags in moved.nodes.items():
        if not leading[index]:
            continue
        node = examination.graph.nodes[index]
        if node.is_leaf or not flags.any() or _is_apart(flags, batch, moved.row):
            continue
        given = [moved.nodes[i] for i in node.inputs if i in moved.nodes and moved.nodes[i].any()]
        if all(_is_apart(one, batch, moved.row) for one in given):
            return node
    return None


def _is_apart(flags: Flags, batch: int, row: int) -> bool:
    """Whether what moved lies in one row of some axis as long as the batch, or of one that holds several batches."""
    for axis, size in enumerate(flags.shape):
        turned = np.moveaxis(flags, axis, 0)
        if size == batch and not np.delete(turned, row, axis=0).any():
            return True
        if size > batch and size % batch == 0:
            steps = turned.reshape((batch, size // batch, -1)), turned.reshape((size // batch, batch, -1)).swapaxes(0, 1)
            if any(not np.delete(one, row, axis=0).any() for one in steps):
                return True
    return False


DATA = 'x, t = dataset("circles", n=400, noise=0.1, factor=0.5, split="train", test=0.3, batch=32, target="column")\n'
HIDDEN = "h = relu(dense(x, 16, init=he))\n"
NET = "y = dense(relu(dense(g, 16, init=he)), 1)\nloss = bce(y, t)\nminimize(loss, adam(0.01))\n"
RULE = Rule(
    "batch_mixing",
    find,
    reads=("graph", "roles", "first"),
    id="A12",
    statistic="share of the outputs that one row of the inputs moves and that belong to other rows, in mode eval",
    threshold="1e-9",
    source="Karpathy, *A recipe for training neural networks*, 2019 (use backprop to chart dependencies)",
    remedy="`transpose` to turn axes, `reshape` only within a sample",
    traps="batch normalisation, losses that compare samples, images or steps that are laid into the batch and taken out again",
    faulty=DATA + HIDDEN + "g = reshape(h, (16, 32)).T\n" + NET,
    healthy=DATA + HIDDEN + "g = reshape(h, (32, 4, 4))\ng = reshape(transpose(g, (0, 2, 1)), (32, 16))\n" + NET,
    updates=300,
    rank=122,
    doc=__doc__ or "",
)
