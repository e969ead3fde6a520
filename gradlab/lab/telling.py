"""What the laboratory says after a move: plain lines that need no screen."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

from gradlab.axis.position import Position, State
from gradlab.axis.timeline import PHASE_WORDS
from gradlab.lab.numbers import bare, long, signed, size_of
from gradlab.lab.why.formula import Sent, sends
from gradlab.train.probe import root_mean_square

if TYPE_CHECKING:
    from gradlab.axis.run import Run
    from gradlab.lab.lab import Lab

MOST = 12
COUNTED = 5000


def tell_position(lab: Lab) -> None:
    """Say where the cursor stands and what came out."""
    at, run = lab.position, lab.run
    count = run.timeline.count(at.update, at.phase)
    lab.say("value", f"{at}  {PHASE_WORDS[at.phase]}, {at.op} of {count} ops done{_result(run)}")
    if len(lab.graph.nodes) <= COUNTED:
        for finding in lab.findings():
            lab.say("finding", finding.text)


def _result(run: Run) -> str:
    """Return the number that a person looks for first: the root's value, and in phase f of later updates the last loss."""
    root = run.root_of(run.at.update)
    if root is None:
        return ""
    node = run.graph.nodes[root]
    state = run.value_state(root)
    if node.size != 1 or state is State.PENDING:
        return ""
    mark = " (past)" if state is State.PAST else ""
    return f"  {node.name} {signed(float(run.machine.value(root).reshape(-1)[0]))}{mark}"


def tell_ops(lab: Lab, start: Position) -> None:
    """Say what each of the last ops did, that lie between a position and the cursor."""
    if lab.position.update - start.update > 1:
        tell_position(lab)
        return
    found = deque(islice(lab.run.timeline.ops_between(start, lab.position), COUNTED), maxlen=MOST + 1)
    if not found:
        tell_position(lab)
        return
    if len(found) > MOST:
        found.popleft()
        lab.say("info", f"… only the last {MOST} ops are listed")
    for position, index in found:
        tell_op(lab, position, index)


def tell_op(lab: Lab, position: Position, index: int) -> None:
    """Say what one op did: in phase b, the gradient of its node and what it sent on."""
    node, run = lab.graph.nodes[index], lab.run
    here = position.update == run.at.update
    line = f"{position}  {node.name}  {node.op.title}  value {_number(run, index, 'value')}"
    backward = here and run.at.phase != "f" and node.phase == "f" and run.done("b") and _ran_backward(run, position)
    if backward:
        line += f"  delta {_number(run, index, 'grad')}  {_grad_state(run, index)}"
    lab.say("value", line if node.shape == () else f"{line}  {size_of(node.shape)}")
    if backward:
        sent = ", ".join(_short(sent) + _partial(run, sent.target) for sent in sends(run, index, 0))
        if sent:
            lab.say("value", f"       sends {sent}")


def _ran_backward(run: Run, position: Position) -> bool:
    return position.phase == "b" and position <= run.at


def _short(sent: Sent) -> str:
    if sent.delta is None or sent.local is None:
        return f"{sent.target} {sent.symbols}"
    return f"{sent.target} {signed(sent.delta * sent.local)} ({bare(sent.delta)} × {bare(sent.local)})"


def _partial(run: Run, name: str) -> str:
    """Say how much of a gradient has come by now, while that is not all."""
    received, total = run.table.partial(run.at, run.graph.aliases[name])
    return f", {received} of {total} there" if received < total else ""


def _number(run: Run, index: int, what: str) -> str:
    array = run.machine.value(index) if what == "value" else run.machine.grad(index)
    if array.shape == ():
        return signed(float(array))
    return f"RMS {signed(root_mean_square(array.astype('float64')))}" if array.size else "empty"


def _grad_state(run: Run, index: int) -> str:
    state = run.grad_state(index)
    if state is State.PARTIAL:
        return "partial {}/{}".format(*run.table.partial(run.at, index))
    return state.name.lower()


def tell_training(lab: Lab, start: Position) -> None:
    """Say how far a training has come, and how the loss went."""
    pairs = lab.run.history.pairs(start.update)
    done = lab.position.update - start.update
    if pairs:
        (first, before), (last, after) = pairs[0], pairs[-1]
        losses = f"loss {long(before)} (update {first}) to {long(after)} (update {last})"
        lab.say("value", f"{lab.position}  {done:,} updates  {losses}")
    for finding in lab.findings() if len(lab.graph.nodes) <= COUNTED else ():
        lab.say("finding", finding.text)
