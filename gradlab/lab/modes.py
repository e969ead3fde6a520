"""What the mode does to a node, in a line for whoever looks at it."""

from __future__ import annotations

from gradlab.axis.run import Run
from gradlab.graph.graph import Node
from gradlab.lab.numbers import bare


def remark(run: Run, node: Node) -> str:
    """Return the line of a node that reads the mode, or of a statistic that runs along; of any other it is empty."""
    nodes = run.graph.nodes
    if node.op.name == "mode":
        return f"mode {run.mode}"
    if node.op.name == "buffer":
        of, rate = nodes[node.attrs["of"]].name, bare(float(node.attrs["rate"]))
        stays = "" if run.mode == "train" else "; now, in mode eval, it stays as it is"
        return f"follows {of}: an update in mode train moves it {rate} of the way{stays}"
    if not any(nodes[i].op.name == "mode" for i in node.inputs):
        return ""
    return f"mode {run.mode}{_effect(run, node)}"


def _effect(run: Run, node: Node) -> str:
    trains = run.mode == "train"
    if node.op.name == "drop_mask":
        share = f"each with probability {bare(float(node.attrs['p']))}"
        return f": dropped, {share}" if trains else ": nothing is dropped"
    if node.op.name == "where" and run.graph.nodes[node.inputs[0]].op.name == "mode":
        return f": {run.graph.nodes[node.inputs[1 if trains else 2]].name} is used"
    if node.op.name == "running_average":
        return "" if trains else ": nothing moves"
    return ""
