"""Statistics that run along with training: in the update phase each moves a part of the way to what it follows.

They are leaves of the model (`buffer`), but no parameters: nothing is minimized over them. Every objective whose root depends
on such a statistic moves it. One that no root depends on is moved by every objective whose root depends on what it follows, and
where there is none, by all. Without `minimize` it stays. In mode eval it is committed as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gradlab.graph.graph import Graph, Node, Objective
from gradlab.ops import OPS


def with_running(graph: Graph, objective: Objective, roots: Sequence[int]) -> Objective:
    """Append the nodes that move the statistics of an objective; return the objective that commits them too.

    A `buffer` leaf has in its attributes what it follows (`of`, `mode`: node indexes) and how (`rate`, `scale`).
    roots: of all objectives.
    """
    behind = {root: _behind(graph, root) for root in dict.fromkeys(roots)}
    updates, commits = list(objective.updates), list(objective.commits)
    for node in [n for n in graph.nodes if n.op.role == "buffer" and objective.root in _movers(n, behind)]:
        following = _append(graph, objective.label, node)
        updates.append(following.index)
        commits.append((following.index, node.index))
    return replace(objective, updates=tuple(updates), commits=tuple(commits))


def _movers(node: Node, behind: Mapping[int, set[int]]) -> Iterable[int]:
    """Return the roots whose objectives move a statistic. behind: what each of them depends on."""
    for wanted in (node.index, node.attrs["of"]):
        if found := [root for root, nodes in behind.items() if wanted in nodes]:
            return found
    return behind


def _append(graph: Graph, label: str, node: Node) -> Node:
    beginnings = [node.name, *([f"{node.name}.{label}"] if label else []), *(f"{node.name}.{i}" for i in range(2, 1000))]
    name = next(f"{start}.next" for start in beginnings if graph.find(f"{start}.next") is None)
    inputs = [node, graph.nodes[node.attrs["of"]], graph.nodes[node.attrs["mode"]]]
    attrs = {"rate": node.attrs["rate"], "scale": node.attrs["scale"]}
    return graph.add(OPS["running_average"], inputs, attrs, name=name, phase="u", layer=node.place)


def _behind(graph: Graph, root: int) -> set[int]:
    """Return the nodes that a root depends on."""
    seen, waiting = {root}, [root]
    while waiting:
        for index in graph.nodes[waiting.pop()].inputs:
            if index not in seen:
                seen.add(index)
                waiting.append(index)
    return seen
