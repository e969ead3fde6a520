"""What the mode does to a node, and that it is frozen, in a line for whoever looks at it."""

from __future__ import annotations

from gradlab.axis.run import Run
from gradlab.graph.graph import Node
from gradlab.lab.numbers import bare


def remark(run: Run, node: Node) -> str:
    """Return the line of a node that reads the mode, is frozen, or is a statistic that runs along; of any other it is empty."""
    nodes = run.graph.nodes
    if run.is_frozen(node.index):
        return "frozen: no update changes it"
    if node.op.role == "mode":
        return f"mode {run.mode}"
    if node.op.role == "buffer":
        follows = (node.attrs["of"], *(of for of, *_ in node.attrs.get("also", ())))
        of = ", then ".join(nodes[i].name for i in follows)
        stays = "" if run.mode == "train" else "; now, in mode eval, it stays as it is"
        if "keep" in node.attrs:
            return f"keeps the {node.attrs['keep']} of {of}, as an update in mode train sees it{stays}"
        return f"follows {of}: an update in mode train moves it {bare(float(node.attrs['rate']))} of the way{stays}"
    if not any(nodes[i].op.role == "mode" for i in node.inputs):
        return ""
    return f"mode {run.mode}{_effect(run, node)}"


def _effect(run: Run, node: Node) -> str:
    trains = run.mode == "train"
    if node.op.role == "mask":
        share = f"each with probability {bare(float(node.attrs['p']))}"
        return f": dropped, {share}" if trains else ": nothing is dropped"
    if node.op.role == "update":
        return "" if trains else ": nothing moves"
    if len(node.inputs) == 3 and run.graph.nodes[node.inputs[0]].op.role == "mode":
        return f": {run.graph.nodes[node.inputs[1 if trains else 2]].name} is used"
    return ""
