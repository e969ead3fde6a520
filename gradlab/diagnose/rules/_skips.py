"""Whether a network has ways around its layers, and which of them are normalised."""

from __future__ import annotations

from gradlab.diagnose.examination import Examination


def has_skips(examination: Examination) -> bool:
    """Return whether what two numbers of layers in series have made is brought together again, as by a residual."""
    graph, roles = examination.graph, examination.roles
    zs = {row.z for row in examination.depth.all}
    end = roles.output.node if roles.output else roles.root
    shortest: dict[int, int] = {}
    for node in graph.nodes[: end + 1]:
        if node.phase != "f":
            continue
        before = [shortest[i] for i in node.inputs if i in shortest]
        if node.index in roles.inputs:
            shortest[node.index] = 0
        elif before:
            if max(before) > min(before) and node.op.role in ("arithmetic", "shape"):
                return True
            shortest[node.index] = max(before) + (node.index in zs)
    return False


def has_norms(examination: Examination) -> bool:
    """Return whether something on the way to the output is normalised."""
    roles = examination.roles
    end = roles.output.node if roles.output else roles.root
    return any(node.op.role == "normalise" for node in examination.graph.nodes[: end + 1])
