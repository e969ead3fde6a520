"""Statistics that run along with training: in the update phase each moves on by what it follows.

They are leaves of the model (`buffer`), but no parameters: nothing is minimized over them. Every objective whose root depends
on such a statistic moves it; what a statistic follows counts as what the root depends on. One that no root depends on is moved
by every objective that moves what it follows: by those whose root depends on it or which move a statistic in it. Where there is
none, all do. One that several calls of a layer share follows each of them that the root depends on, one after the other.
Without `minimize` it stays. In mode eval it is committed as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gradlab.graph.graph import Graph, Node, Objective
from gradlab.ops import OPS

Behind = Mapping[int, set[int]]
"""What each root depends on."""


def with_running(graph: Graph, objective: Objective, roots: Sequence[int]) -> Objective:
    """Append the nodes that move the statistics of an objective; return the objective that commits them too.

    A `buffer` leaf has in its attributes what it follows (`of`, `mode`: node indexes) and how: a part of the way (`rate`,
    `scale`), or the op that gives the next one of the present one and the new one (`keep`). Where calls share it: `also`,
    pairs of what it follows in later calls and the scale, and `read`, from where to where each call may read it.
    roots: of all objectives.
    """
    behind = {root: _behind(graph, root) for root in dict.fromkeys(roots)}
    movers = _all_movers(graph, behind)
    updates, commits = list[int](), list[tuple[int, int]]()
    for node in [graph.nodes[i] for i, found in movers.items() if objective.root in found]:
        following = _append_all(graph, objective.label, node, behind[objective.root])
        updates += [one.index for one in following]
        commits.append((following[-1].index, node.index))
    return _moving(objective, tuple(updates), tuple(commits))


def _moving(objective: Objective, updates: tuple[int, ...], commits: tuple[tuple[int, int], ...]) -> Objective:
    """Return an objective that moves statistics, too, in each of its turns."""
    gathering = objective.gathering and _moving(objective.gathering, updates, commits)
    both = objective.updates + updates, objective.commits + commits
    return replace(objective, updates=both[0], commits=both[1], gathering=gathering)


def _all_movers(graph: Graph, behind: Behind) -> dict[int, frozenset[int]]:
    """Return for each statistic, in order, the roots whose objectives move it."""
    statistics = [node for node in graph.nodes if node.op.role == "buffer"]
    found = {node.index: roots for node in statistics if (roots := _depending(node, behind))}
    for node in statistics:  # what a statistic follows is made before it, but for later calls of what is shared
        if node.index not in found:
            found[node.index] = _within(graph, node, found) or frozenset(behind)
    return {node.index: found[node.index] for node in statistics}


def _depending(node: Node, behind: Behind) -> frozenset[int]:
    """Return the roots that depend on a statistic; where there is none, those that depend on what it follows."""
    for wanted in ({node.index}, {of for of, _ in _calls(node)}):
        if found := frozenset(root for root, nodes in behind.items() if not wanted.isdisjoint(nodes)):
            return found
    return frozenset()


def _within(graph: Graph, node: Node, known: Mapping[int, frozenset[int]]) -> frozenset[int]:
    """Return the roots whose objectives move a statistic in what a statistic follows. known: what moves others."""
    inner = {index for of, _ in _calls(node) for index in _behind(graph, of)}
    return frozenset[int]().union(*(known[index] for index in inner if index in known))


def _calls(node: Node) -> tuple[tuple[int, float], ...]:
    """Return what a statistic follows, and by which scale: a node for each call of a layer that is shared."""
    return ((node.attrs["of"], node.attrs.get("scale", 1.0)), *node.attrs.get("also", ()))


def _followed(graph: Graph, node: Node, behind: set[int]) -> Sequence[tuple[int, float]]:
    """Return which of its calls a statistic follows: those that the root depends on, else all.

    It does by what is followed there, or by what reads the statistic there.
    """
    calls = _calls(node)
    places = node.attrs.get("read") or [(0, 0)] * len(calls)
    read = [any(n.index in behind and node.index in n.inputs for n in graph.nodes[first:stop]) for first, stop in places]
    return [call for call, reads in zip(calls, read, strict=True) if reads or call[0] in behind] or calls


def _append_all(graph: Graph, label: str, node: Node, behind: set[int]) -> list[Node]:
    """Append what gives the next value of a statistic, which is the last node; return all of them.

    behind: what the root depends on.
    """
    made = list[Node]()
    for of, scale in _followed(graph, node, behind):
        made += _append(graph, label, node, made[-1] if made else node, graph.nodes[of], scale)
    return made


def _append(graph: Graph, label: str, node: Node, before: Node, of: Node, scale: float) -> list[Node]:
    """Append a move of a statistic. before: its value so far."""
    beginnings = [node.name, *([f"{node.name}.{label}"] if label else []), *(f"{node.name}.{i}" for i in range(2, 1000))]
    start = next(start for start in beginnings if graph.find(f"{start}.next") is None)
    mode = graph.nodes[node.attrs["mode"]]

    def add(op: str, ending: str, inputs: Iterable[Node], attrs: Mapping[str, float]) -> Node:
        return graph.add(OPS[op], list(inputs), attrs, name=f"{start}.{ending}", phase="u", layer=node.place)

    if "keep" in node.attrs:
        kept = add(node.attrs["keep"], "kept", (before, of), {})
        return [kept, add("where", "next", (mode, kept, before), {})]
    return [add("running_average", "next", (before, of, mode), {"rate": node.attrs["rate"], "scale": scale})]


def _behind(graph: Graph, root: int) -> set[int]:
    """Return the nodes that a node depends on, itself included; a statistic depends on what it follows."""
    seen, before = {root}, 0
    _go_back(graph, seen, [root])
    while before < len(seen):
        before = len(seen)
        for index in sorted((i for i in seen if "also" in graph.nodes[i].attrs), reverse=True):
            new = {of for of, _ in _followed(graph, graph.nodes[index], seen)} - seen
            seen |= new
            _go_back(graph, seen, [*new])
    return seen


def _go_back(graph: Graph, seen: set[int], waiting: list[int]) -> None:
    """Add to what was seen all that nodes are made from, and what statistics follow that one call has."""
    while waiting:
        node = graph.nodes[waiting.pop()]
        alone = node.op.role == "buffer" and "also" not in node.attrs
        new = [index for index in ((node.attrs["of"],) if alone else node.inputs) if index not in seen]
        seen.update(new)
        waiting += new
