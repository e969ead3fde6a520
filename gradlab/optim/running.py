"""Statistics that run along with training: in the update phase each moves a part of the way to what it follows.

They are leaves of the model (`buffer`), but no parameters: nothing is minimized over them. Every objective whose root depends
on such a statistic moves it. One that no root depends on is moved by every objective whose root depends on what it follows, and
where there is none, by all. One that several calls of a layer share follows each of them that the root depends on, one after
the other. Without `minimize` it stays. In mode eval it is committed as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gradlab.graph.graph import Graph, Node, Objective
from gradlab.ops import OPS


def with_running(graph: Graph, objective: Objective, roots: Sequence[int]) -> Objective:
    """Append the nodes that move the statistics of an objective; return the objective that commits them too.

    A `buffer` leaf has in its attributes what it follows (`of`, `mode`: node indexes) and how (`rate`, `scale`), and `also`,
    pairs of what it follows in later calls and the scale.
    roots: of all objectives.
    """
    behind = {root: _behind(graph, root) for root in dict.fromkeys(roots)}
    updates, commits = list(objective.updates), list(objective.commits)
    for node in [n for n in graph.nodes if n.op.role == "buffer" and objective.root in _movers(n, behind)]:
        following = node
        for of, scale in _followed(node, behind[objective.root]):
            following = _append(graph, objective.label, node, following, of, scale)
            updates.append(following.index)
        commits.append((following.index, node.index))
    return replace(objective, updates=tuple(updates), commits=tuple(commits))


def _movers(node: Node, behind: Mapping[int, set[int]]) -> Iterable[int]:
    """Return the roots whose objectives move a statistic. behind: what each of them depends on."""
    for wanted in ({node.index}, {of for of, _ in _calls(node)}):
        if found := [root for root, nodes in behind.items() if not wanted.isdisjoint(nodes)]:
            return found
    return behind


def _calls(node: Node) -> tuple[tuple[int, float], ...]:
    """Return what a statistic follows, and by which scale: a node for each call of a layer that is shared."""
    return ((node.attrs["of"], node.attrs["scale"]), *node.attrs.get("also", ()))


def _followed(node: Node, behind: set[int]) -> Sequence[tuple[int, float]]:
    """Return what a statistic follows in the updates of a root: of several calls those that the root depends on, else all."""
    return [call for call in _calls(node) if call[0] in behind] or _calls(node)


def _append(graph: Graph, label: str, node: Node, before: Node, of: int, scale: float) -> Node:
    beginnings = [node.name, *([f"{node.name}.{label}"] if label else []), *(f"{node.name}.{i}" for i in range(2, 1000))]
    name = next(f"{start}.next" for start in beginnings if graph.find(f"{start}.next") is None)
    inputs = [before, graph.nodes[of], graph.nodes[node.attrs["mode"]]]
    attrs = {"rate": node.attrs["rate"], "scale": scale}
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
