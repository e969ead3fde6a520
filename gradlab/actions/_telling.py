"""What is said after a move: plain lines that need no screen."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from gradlab.axis.journal import BackwardAgain
from gradlab.axis.position import Position, State
from gradlab.axis.timeline import PHASE_WORDS
from gradlab.lab.numbers import bare, long, signed, size_of
from gradlab.lab.origins import findings
from gradlab.lab.outcome import Line
from gradlab.lab.recorded import own_losses
from gradlab.lab.remarks import remarks
from gradlab.lab.why.formula import Sent, sends
from gradlab.train.measure import root_mean_square

if TYPE_CHECKING:
    from gradlab.axis.run import Run
    from gradlab.lab.core import Core

MOST = 12
COUNTED = 5000


def position_lines(core: Core) -> Iterator[Line]:
    """Yield where the cursor stands and what came out."""
    at, run = core.position, core.run
    count = run.timeline.count(at.update, at.phase)
    yield Line("value", f"{at}  {PHASE_WORDS[at.phase]}, {at.op} of {count} ops done{_result(run)}")
    if len(core.graph.nodes) <= COUNTED:
        for finding in findings(core):
            yield Line("finding", finding.text)
    yield from (Line("warning", text) for text in remarks(core))


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


def op_lines(core: Core, start: Position) -> Iterator[Line]:
    """Yield what each of the last ops did, that lie between a position and the cursor."""
    if core.position.update - start.update > 1:
        yield from position_lines(core)
        return
    found = deque(islice(core.run.timeline.ops_between(start, core.position), COUNTED), maxlen=MOST + 1)
    if not found:
        yield from position_lines(core)
        return
    if len(found) > MOST:
        found.popleft()
        yield Line("info", f"… only the last {MOST} ops are listed")
    for position, index in found:
        yield from one_op_lines(core, position, index)


def one_op_lines(core: Core, position: Position, index: int) -> Iterator[Line]:
    """Yield what one op did: in phase b, the gradient of its node and what it sent on."""
    node, run = core.graph.nodes[index], core.run
    here = position.update == run.at.update
    line = f"{position}  {node.name}  {node.op.title}  value {_number(run, index, 'value')}"
    backward = here and run.at.phase != "f" and node.phase == "f" and run.done("b") and _ran_backward(run, position)
    if backward:
        line += f"  delta {_number(run, index, 'grad')}  {_grad_state(run, index)}"
    yield Line("value", line if node.shape == () else f"{line}  {size_of(node.shape)}")
    if backward:
        sent = ", ".join(_short(sent) + _partial(run, sent.target) for sent in sends(run, index, 0))
        if sent:
            yield Line("value", f"       sends {sent}")


def _ran_backward(run: Run, position: Position) -> bool:
    return position.phase == "b" and position <= run.at


def _short(sent: Sent) -> str:
    if sent.delta is None or sent.local is None:
        return f"{sent.target} {sent.symbols}"
    return f"{sent.target} {signed(sent.delta * sent.local)} ({bare(sent.delta)} × {bare(sent.local)})"


def _partial(run: Run, name: str) -> str:
    """Yield how much of a gradient has come by now, while that is not all."""
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


def foreign_text(core: Core, start: Position) -> str:
    """Return which update since a position took gradients of another node than its loss, as `backward NODE` asked, or ""."""
    roots, nodes = core.run.root_of, core.graph.nodes
    asked = sorted({deed.position.update for deed in core.journal.deeds if isinstance(deed, BackwardAgain)})
    for update in asked:
        objective, root = core.run.timeline.objective(update), roots(update)
        if start.update <= update < core.position.update and objective is not None and root not in (None, objective.root):
            return f"update {update} took the gradients of {nodes[root or 0].name}, not of {nodes[objective.root].name}"
    return ""


def training_lines(core: Core, start: Position) -> Iterator[Line]:
    """Yield how far a training has come, and how the loss went; of several objectives that of each."""
    done = core.position.update - start.update
    told = [f"{name} {_went(pairs)}" for name, pairs in losses_since(core, start)]
    if told:
        yield Line("value", f"{core.position}  {done:,} update{'s' * (done != 1)}  {', '.join(told)}")
    if foreign := foreign_text(core, start):
        yield Line("info", foreign)
    for finding in findings(core) if len(core.graph.nodes) <= COUNTED else ():
        yield Line("finding", finding.text)


def losses_since(core: Core, start: Position) -> list[tuple[str, Sequence[tuple[int, float]]]]:
    """Return the names of the objectives and their losses since a position, as pairs of update and loss."""
    own = own_losses(core.run) if core.run.own else [("loss", core.run.history)]
    return [(name, pairs) for name, history in own if (pairs := history.pairs(start.update))]


def _went(pairs: Sequence[tuple[int, float]]) -> str:
    """Return the first and the last of some losses."""
    (first, before), (last, after) = pairs[0], pairs[-1]
    return f"{long(before)} (update {first}) to {long(after)} (update {last})"
