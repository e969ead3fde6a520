"""A backward that somebody wrote does not send the derivative of its forward.

Every op that is not gradlab's own is asked, and so is `custom(x, y)`, which gives x and sends the gradient of y: what it
reads is moved up and down in float64 by five steps, and the slope of the loss is compared with the gradient. A difference
counts only where the steps agree with one another: at a kink, behind a jump, or where rounding hides the change, nothing is
said. A straight-through unit, `y + stop_gradient(x - y)`, says what it does and is no mistake.

An imported step has the gradients of the program that it is from: where its script claims with `agree` that they are those
here, and they are not, that program has a backward or a hook which sends something else than the derivative. A function of its
own that gives what it reads, or whose derivative is 0 everywhere, is written for the sake of its backward: that is said, and is
no error.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix
from gradlab.diagnose.foreign import OwnBackward, Parted, parted
from gradlab.diagnose.rule import Rule
from gradlab.graph import gradcheck
from gradlab.graph.gradcheck import Verdict
from gradlab.graph.graph import Graph, Node
from gradlab.graph.machines import make_machine
from gradlab.lab.beside.agreeing import ArrayGap

SECONDS, DIFFERENCE = 5.0, 1e-2
OWN = "gradlab."
"""What the modules of gradlab's own ops begin with: these are checked by its tests."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for the op that sent a wrong gradient and is nearest to the loss."""
    graph, root = examination.graph, examination.roles.root
    foreign = [node for node in graph.nodes[: root + 1] if _is_foreign(node)]
    asked = sorted({source for node in foreign for source in _behind(graph, node)})
    wrong = [one for one in _checked(examination, asked) if one.verdict == "wrong" and one.error > DIFFERENCE]
    if not wrong:
        yield from _theirs(examination)
        return
    worst = max(wrong, key=lambda one: one.node)
    node = next((n for n in foreign if n.name == worst.culprit), None) or _reader(graph, foreign, worst.node)
    yield Finding(
        f"the gradient that `{node.op.name}` in `{node.name}` sends to `{worst.name}` is {worst.analytic:.4g}, and the slope "
        f"of the loss there is {worst.numeric:.4g}",
        node=node.index,
        statistic="relative difference of gradient and slope",
        value=worst.error,
        threshold=DIFFERENCE,
        at=0,
        evidence=(f"`check {worst.name}` shows it",),
        fixes=(Fix(f"correct the backward of `{node.name}`: a wrong sign, a factor or a mask that was forgotten"),),
    )


def _theirs(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where another program has other gradients, at the op that sends the first of them."""
    found = parted(examination.lab)
    if found is None:
        return
    node, gap = examination.graph.nodes[found.node], found.gap
    if found.by is not None:
        yield _own(node, found, found.by)
        return
    sender = _sender(examination.graph, found.node)
    by = f"that arrives at `{node.name}` from `{sender.name}`" if sender else f"of `{node.name}`"
    yield Finding(
        f"the gradient {by} in `{found.file}` is {_much(gap)}",
        node=(sender or node).index,
        statistic="gap of a gradient, of its largest number",
        value=gap.gap,
        threshold=found.allowed,
        at=0,
        evidence=("here it is the derivative: the program that the step is from trains otherwise than this run",),
        fixes=(Fix("correct the backward that stands there, or take away the hook that changes it"),),
        stays=True,
    )


def _own(node: Node, found: Parted, by: OwnBackward) -> Finding:
    """Return a finding about a function with a backward of its own, which may be meant to send something else.

    One that gives what it reads is there for its backward alone: it turns gradients around, scales or clips them. One whose
    derivative is 0 everywhere has a backward in its place.
    """
    meant = by.keeps or by.flat
    if by.keeps:
        much = f"{by.factor:.4g} times the gradient that it gets" if by.factor is not None else "another gradient than it gets"
        text = f"`{by.name}` gives what it reads, and sends `{node.name}` {much}"
    elif by.flat:
        text = f"the derivative of `{by.name}` to `{node.name}` is 0 everywhere, and its own backward sends a gradient there"
    else:
        text = f"the gradient of `{node.name}` comes through `{by.name}`, which has its own backward, and is {_much(found.gap)}"
    evidence = ("here it is the derivative: the program that the step is from trains otherwise than this run",)
    usual = "a reversal, a scale or a limit of gradients" if by.keeps else "a straight-through estimate or a surrogate gradient"
    return Finding(
        text,
        node=by.node,
        statistic="gap of a gradient, of its largest number",
        value=found.gap.gap,
        threshold=found.allowed,
        at=0,
        evidence=(*evidence, *([f"{usual} is written so"] if meant else [])),
        fixes=() if meant else (Fix(f"correct the backward of `{by.name}`, or a hook beside it, unless it is meant"),),
        most="warning" if meant else "error",
        stays=not meant,
    )


def _much(gap: ArrayGap) -> str:
    """Return how far a gradient is from the derivative."""
    return f"{gap.factor:.4g} times the derivative" if gap.factor is not None else f"off by {gap.gap:.3g} of its largest number"


def _sender(graph: Graph, index: int) -> Node | None:
    """Return the only op that sends a gradient to a node."""
    readers = [node for node in graph.nodes if node.phase == "f" and index in node.inputs]
    senders = [node for node in readers if node.op.flows(node.inputs.index(index))]
    return senders[0] if len(senders) == 1 else None


def _is_foreign(node: Node) -> bool:
    """Whether the backward of an op is not gradlab's: one of another package, or one that a model writes itself."""
    given = node.op.role == "stop" and any(node.op.flows(k) for k in range(len(node.inputs)))
    return node.phase == "f" and not node.is_leaf and (given or not node.op.module.startswith(OWN))


def _behind(graph: Graph, node: Node) -> list[int]:
    """Return what may be moved: what an op reads, or, of one whose expressions are computed, what both are made of."""
    if node.op.role != "stop":
        return [i for k, i in enumerate(node.inputs) if node.op.flows(k)]
    first, second = (_made_of(graph, i) for i in node.inputs[:2])
    common = first & second
    return [max(common)] if common else []


def _made_of(graph: Graph, index: int) -> set[int]:
    found, waiting = set[int](), [index]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += graph.nodes[here].inputs
    return {i for i in found if graph.nodes[i].op.role not in ("constant", "input", "noise", "mode")}


def _checked(examination: Examination, nodes: list[int]) -> tuple[Verdict, ...]:
    """Check some nodes as they are in the first update, in float64. Raises Stopped."""
    if not nodes:
        return ()
    lab = examination.lab
    tape = lab.tape if lab.tape.dtype == "float64" else lab.wide_tape
    lab.twins.afford("a check beside the run", tape)
    machine = make_machine(tape)
    machine.load(lab.run.origin.seed)
    for index, array in examination.leaves[0].items():
        machine.write(index, array)
    return gradcheck.check(machine, examination.roles.root, nodes, 0, False, lab.breathe, SECONDS)


def _reader(graph: Graph, foreign: list[Node], index: int) -> Node:
    """Return the first of the ops that depends on a value."""
    return next((node for node in foreign if index in _made_of(graph, node.index)), foreign[0])


DATA = 'x, t = dataset("circles", n=400, noise=0.1, factor=0.5, split="train", test=0.3, batch=32, target="column")\n'
NET = "y = dense(h, 1)\nloss = bce(y, t)\nminimize(loss, adam(0.01))\n"
RULE = Rule(
    "wrong_gradient",
    find,
    reads=("graph", "first", "roles"),
    id="B1",
    statistic="relative difference of a gradient and the slope of the loss, at steps that agree with one another",
    threshold="1e-2",
    source="Stanford CS231n, *Gradient checks*; Press et al., *Numerical Recipes*, 5.7 (several steps)",
    remedy="the backward of the op that is named",
    traps="kinks, saturation, large curvature, straight-through units",
    faulty=DATA + "z = dense(x, 16)\nh = custom(tanh(z), -0.5 * tanh(z))\n" + NET,
    healthy=DATA + "z = dense(x, 16)\nh = custom(tanh(z), tanh(z))\n" + NET,
    updates=300,
    rank=21,
    doc=__doc__ or "",
)
