"""A network with batch norm that is another one in use than it was in training.

In training each layer is normalised by the batch, in use by running averages. Where these are not what the batches are, the
same data with the same weights give another loss. Dropout differs between the modes as well, so that a network with both is not
asked.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, each
from gradlab.graph.graph import Node

SHARE, LEAST = 0.5, 0.15


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where the losses of the two modes are far apart, on the same data."""
    running = running_statistics(examination)
    if not running or any(node.op.role == "mask" for node in examination.graph.nodes):
        return
    train, use = examination.ended_train.loss, examination.ended.loss
    bound = SHARE * min(abs(train), abs(use)) + LEAST * (examination.chance or 1.0)
    if not abs(use - train) > bound:
        return
    yield Finding(
        f"the network is another one in use: on the same data the loss is {use:.3g} with the running statistics and {train:.3g}"
        " with those of the batches",
        node=running[0].index,
        statistic="difference of the losses in mode eval and train, over all training data",
        value=abs(use - train),
        threshold=bound,
        at=examination.updates,
        fixes=(Fix("a momentum of 0.1", (Argument("momentum", "0.1"),)), Fix("layer norm, which has no running statistics")),
    )


def running_statistics(examination: Examination) -> list[Node]:
    """Return the statistics that run along with training and are what the model takes in use."""
    graph = examination.graph
    end = examination.roles.output.node if examination.roles.output else examination.roles.root
    read = {i for node in graph.nodes[: end + 1] for i in node.inputs}
    return [node for node in graph.nodes if node.op.role == "buffer" and node.index in read]


NORMED = "relu(batch_norm(dense({}, 32, init=he){}))"
RULE = Rule(
    "bn_mismatch",
    find,
    reads=("ended", "ended_train"),
    id="E2",
    statistic="|loss in mode eval - loss in mode train| on the same data at the end",
    threshold="half of the smaller one, and 0.15 of chance: 0.1 with two classes",
    source="Ioffe & Szegedy 2015; TheDeepChecker (Ben Braiek & Khomh 2023)",
    traps="dropout changes the modes as well: a network with both is not asked",
    remedy="a larger momentum, statistics that are estimated again, longer training",
    faulty=circles(each([NORMED.format("4.0 * h + 3.0", ", momentum=0.0001"), NORMED.format("h", ", momentum=0.0001")])),
    healthy=circles(each([NORMED.format("4.0 * h + 3.0", ""), NORMED.format("h", "")])),
    rank=110,
    stays=True,
    doc=__doc__ or "",
)
