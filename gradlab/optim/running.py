"""Statistics that run along with training: in the update phase each moves on by what it follows.

They are leaves of the model (`buffer`), but no parameters: nothing is minimized over them. Every objective whose root depends
on such a statistic moves it; what a statistic follows counts as what the root depends on. One that no root depends on is moved
by every objective that moves what it follows: by those whose root depends on it or which move a statistic in it. Where there is
none, all do. Without `minimize` it stays. In mode eval it is committed as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gradlab.graph.graph import Graph, Node, Objective
from gradlab.ops import OPS


def with_running(graph: Graph, objective: Objective, roots: Sequence[int]) -> Objective:
    """Append the nodes that move the statistics of an objective; return the objective that commits them too.

    A `buffer` leaf has in its attributes what it follows (`of`, `mode`: node indexes) and how: a part of the way (`rate`,
    `scale`), or the op that gives the next one of the present one and the new one (`keep`).
    roots: of all objectives.
    """
    movers = _all_movers(graph, roots)
    updates, commits = list[int](), list[tuple[int, int]]()
    for node in [graph.nodes[i] for i, found in movers.items() if objective.root in found]:
        following = _append(graph, objective.label, node)
        updates += [one.index for one in following]
        commits.append((following[-1].index, node.index))
    return _moving(objective, tuple(updates), tuple(commits))


def _moving(objective: Objective, updates: tuple[int, ...], commits: tuple[tuple[int, int], ...]) -> Objective:
    """Return an objective that moves statistics, too, in each of its turns."""
    gathering = objective.gathering and _moving(objective.gathering, updates, commits)
    both = objective.updates + updates, objective.commits + commits
    return replace(objective, updates=both[0], commits=both[1], gathering=gathering)


def _all_movers(graph: Graph, roots: Sequence[int]) -> dict[int, frozenset[int]]:
    """Return for each statistic, in order, the roots whose objectives move it."""
    behind = {root: _behind(graph, root) for root in dict.fromkeys(roots)}
    found: dict[int, frozenset[int]] = {}
    for node in graph.nodes:  # what a statistic follows is made before it
        if node.op.role == "buffer":
            found[node.index] = _movers(graph, node, behind, found)
    return found


def _movers(graph: Graph, node: Node, behind: Mapping[int, set[int]], known: Mapping[int, frozenset[int]]) -> frozenset[int]:
    """Return the roots whose objectives move a statistic. behind: what each of them depends on; known: of those before it."""
    for wanted in (node.index, node.attrs["of"]):
        if found := _depending(wanted, behind):
            return found
    within = [known[index] for index in _behind(graph, node.attrs["of"]) if index in known]
    return frozenset[int]().union(*within) if within else frozenset(behind)


def _depending(wanted: int, behind: Mapping[int, set[int]]) -> frozenset[int]:
    return frozenset(root for root, nodes in behind.items() if wanted in nodes)


def _append(graph: Graph, label: str, node: Node) -> list[Node]:
    """Append what gives the next value of a statistic, which is the last node; return all of them."""
    beginnings = [node.name, *([f"{node.name}.{label}"] if label else []), *(f"{node.name}.{i}" for i in range(2, 1000))]
    start = next(start for start in beginnings if graph.find(f"{start}.next") is None)
    of, mode = (graph.nodes[node.attrs[name]] for name in ("of", "mode"))

    def add(op: str, ending: str, inputs: Iterable[Node], attrs: Mapping[str, float]) -> Node:
        return graph.add(OPS[op], list(inputs), attrs, name=f"{start}.{ending}", phase="u", layer=node.layer)

    if "keep" in node.attrs:
        kept = add(node.attrs["keep"], "kept", (node, of), {})
        return [kept, add("where", "next", (mode, kept, node), {})]
    attrs = {"rate": node.attrs["rate"], "scale": node.attrs["scale"]}
    return [add("running_average", "next", (node, of, mode), attrs)]


def _behind(graph: Graph, root: int) -> set[int]:
    """Return the nodes that a node depends on, itself included; a statistic depends on what it follows."""
    seen, waiting = {root}, [root]
    while waiting:
        node = graph.nodes[waiting.pop()]
        for index in (node.attrs["of"],) if node.op.role == "buffer" else node.inputs:
            if index not in seen:
                seen.add(index)
                waiting.append(index)
    return seen
