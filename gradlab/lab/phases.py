"""Phases of a training: updates of one objective alone, and parameters that stay as they are for a while."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.axis.journal import Freeze, Thaw, Turn
from gradlab.axis.position import Position
from gradlab.errors import ActionError
from gradlab.graph.patterns import is_pattern, matching
from gradlab.lab.arguments import Words
from gradlab.optim.frozen import moved_together, owned
from gradlab.scenario.tracing import covers
from gradlab.source import did_you_mean

if TYPE_CHECKING:
    from gradlab.graph.graph import Graph, Node
    from gradlab.lab.core import Core
    from gradlab.scenario.expressions import Known


def objective(words: Words) -> int:
    """Read the name of an objective: its root, or its label where several have that root. Return its place; -1 if unknown.

    Raises ScenarioError.
    """
    name, known = words.text, words.known
    if known is None:
        return -1
    there = list(_objective_names(known))
    found = [place for place, names in enumerate(there) if name in names]
    if len(found) != 1:
        if not there:
            words.refuse(f"no objective is called `{name}`", label="the model has no `minimize`")
        what = f"{len(found)} objectives are called `{name}`" if found else f"no objective is called `{name}`"
        words.refuse(
            what if name else "which objective?",
            label=f"there {'is' if len(there) == 1 else 'are'} {_listed(_shortest(there))}",
        )
    return found[0]


def _objective_names(known: Known) -> Iterator[set[str]]:
    """Yield what each objective can be called."""
    for root, label in known.objectives:
        yield {name for name, index in known.nodes.items() if index == root} | ({label} if label else set())


def _shortest(there: list[set[str]]) -> Iterator[str]:
    """Yield the name of each objective that no other one has, if there is one."""
    for names in there:
        own = [name for name in names if sum(name in others for others in there) == 1]
        yield min(own or names, key=lambda name: (len(name), name))


def _listed(names: Iterable[str]) -> str:
    quoted = [f"`{name}`" for name in dict.fromkeys(names)]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def hand_over(core: Core, place: int, updates: int, text: str) -> None:
    """Give this update and those behind it to one objective; stand at the beginning of this update where it was another's.

    Where there is one objective alone, every update is its own already, and nothing is written.
    """
    at = core.position
    if len(core.graph.objectives) > 1:
        core.replan(Turn(Position(at.update), text, place, updates), Position(at.update))


@dataclass(frozen=True, slots=True)
class FrozenChoice:
    """Leaves that a pattern or a name stands for. running: whether statistics that run along are meant, too."""

    text: str
    running: bool = True


def chosen(words: Words) -> FrozenChoice:
    """Read `PATTERN [but running]`. Raises ScenarioError."""
    head, but = words.split("but")
    given = list(head)
    if len(given) != 1:
        words.refuse("which parameters?" if not given else f"unexpected `{given[1].text}`", given[1] if given else words.span)
    if but is not None and but.text != "running":
        words.refuse(
            f"unexpected `{but.text}`" if but.text else "but what?",
            but.span,
            "`but running` leaves out statistics that run along",
        )
    return FrozenChoice(given[0].text, but is None)


def freeze(core: Core, wanted: FrozenChoice, text: str) -> list[str]:
    """Freeze leaves from the next phase u on; return the names of those that a person named. Raises ActionError."""
    nodes = _meant(core, wanted)
    core.edit(Freeze(core.position, text, _leaves(core, nodes)))
    return [node.name for node in nodes]


def thaw(core: Core, wanted: FrozenChoice, text: str) -> list[str]:
    """Let updates change frozen leaves again, from the next phase u on; return their names. Raises ActionError."""
    nodes, frozen = _meant(core, wanted), core.journal.frozen(_next_step(core))
    thawed = [node for node in nodes if node.index in frozen]
    if not thawed:
        raise ActionError(f"`{wanted.text}` is not frozen: `thaw` takes back what `freeze` did")
    core.edit(Thaw(core.position, text, _leaves(core, thawed)))
    return [node.name for node in thawed]


def _next_step(core: Core) -> int:
    """Return the update whose phase u comes next."""
    at = core.position
    return at.update + (at.phase == "u" and at.op > 0)


def _meant(core: Core, wanted: FrozenChoice) -> list[Node]:
    """Return the parameters that are meant, and the statistics that run along in what is meant. Raises ActionError."""
    graph = core.graph
    named = [graph.nodes[i] for i in matching(graph, wanted.text)]
    if not is_pattern(wanted.text):
        named += [node for node in graph.nodes if node.phase == "f" and covers(graph, wanted.text, node)]
    roles = ("parameter", "buffer") if wanted.running else ("parameter",)
    found = sorted({node.index for node in named if node.op.role in roles and node.phase == "f"})
    if not found:
        known = [*graph.layers, *(node.name for node in graph.nodes if node.op.role in roles and node.phase == "f")]
        near = did_you_mean(wanted.text, known)
        raise ActionError(f"no parameter is called `{wanted.text}`, and no layer with parameters{'; ' if near else ''}{near}")
    moved = [graph.nodes[i] for i in found if i in core.run.followers]
    if not moved:
        raise ActionError(f"no `minimize` moves `{graph.nodes[found[0]].name}`: it stays as it is, frozen or not")
    return moved


def _leaves(core: Core, nodes: list[Node]) -> frozenset[int]:
    """Return the leaves with all that goes with them. Raises ActionError for a part of what is moved as one vector."""
    graph, found = core.graph, {node.index for node in nodes}
    for one in graph.objectives:
        for node in nodes:
            if node.index in one.params:
                _refuse_part(graph, moved_together(graph, one, node.index), found)
                found |= owned(graph, one, node.index)
    return frozenset(found)


def _refuse_part(graph: Graph, together: tuple[int, ...], found: set[int]) -> None:
    left = [graph.nodes[i].name for i in together if i not in found]
    if left:
        raise ActionError(f"its optimizer moves all parameters as one vector, `{left[0]}` too: freeze all of them, or none")
