"""Whether the gradient that a question asks for can come at all: read off the graph and the script before anything runs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from gradlab.actions import ACTIONS
from gradlab.actions._action import Script
from gradlab.actions._back import Back
from gradlab.errors import Problem, ScenarioError
from gradlab.graph.cuts import behind, cut_text
from gradlab.graph.graph import Graph
from gradlab.lab.teach.question import LessonQuestion
from gradlab.scenario.environment import name_of
from gradlab.scenario.expressions import Expression


def check_in_script(asked: LessonQuestion, script: Script, graph: Graph) -> None:
    """Refuse a question of a script for a gradient that no backward pass of it brings. Raises ScenarioError."""
    read = asked.expression
    if read is None:
        return
    _refuse_seeds(read)
    following = _following(script, graph)
    if asked.root and following not in (None, graph.aliases[asked.root]):
        other = graph.nodes[following or 0].name
        message = f"the next backward pass is that of `{other}`, not of `{asked.root}`"
        raise ScenarioError([Problem(message, read.span, f"`of {other}`, or none")])
    _refuse(read, graph, [graph.aliases[asked.root]] if asked.root else _roots(script, following, graph))


def check_typed(asked: LessonQuestion, graph: Graph) -> None:
    """Refuse a typed question for a gradient that never comes, whatever backward pass is run next. Raises ScenarioError."""
    if asked.expression is not None:
        _refuse_seeds(asked.expression)
        _refuse(asked.expression, graph, [graph.aliases[asked.root]] if asked.root else None)


def _refuse_seeds(read: Expression) -> None:
    """Refuse a mean over other runs, which no position of this one has. Raises ScenarioError."""
    for part in ast.walk(read.tree):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "seeds":
            raise ScenarioError([Problem("a question cannot ask for `seeds(…)`: it is about this run", read.at(part))])


def _refuse(read: Expression, graph: Graph, roots: Sequence[int] | None) -> None:
    found = (_problem(read, call, name, graph, roots) for call, name in _gradients(read, graph))
    if problems := [problem for problem in found if problem is not None]:
        raise ScenarioError(problems)


def _gradients(read: Expression, graph: Graph) -> Iterator[tuple[ast.expr, str]]:
    """Yield each `grad(NODE)` of an expression, and the name of the node."""
    for part in ast.walk(read.tree):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id == "grad" and part.args:
            inner = part.args[0].value if isinstance(part.args[0], ast.Subscript) else part.args[0]
            if isinstance(inner, ast.Name) and name_of(inner) in graph.aliases:  # within `each` it may be `it`
                yield part, name_of(inner)


def _problem(read: Expression, call: ast.expr, name: str, graph: Graph, roots: Sequence[int] | None) -> Problem | None:
    """Return what is wrong with one gradient, if something is. roots: where it may come from; None for any node."""
    node = graph.nodes[graph.aliases[name]]
    if node.phase == "u":
        return Problem(f"`{name}` belongs to the update, which no gradient flows through", read.at(call))
    if roots is None or any(behind(graph, root, flowing=True)[node.index] for root in roots):
        return None
    if not roots:
        return Problem("there is no node that a backward pass could start from", read.at(call), "the model has no scalar")
    why = cut_text(graph, roots[0], node.index).removeprefix(", ")
    return Problem(f"no path leads from `{name}` to `{graph.nodes[roots[0]].name}`", read.at(call), f"this never comes: {why}")


def _roots(script: Script, following: int | None, graph: Graph) -> list[int]:
    """Return the nodes from which the gradient can come: those of all backward passes that the script may run."""
    named = [one.arguments.root for one in script.statements if isinstance(one.arguments, Back) and one.arguments.root]
    first = [] if following is None else [following]
    return list(dict.fromkeys([*first, *(graph.aliases[name] for name in named), *_defaults(graph)]))


def _defaults(graph: Graph) -> list[int]:
    """Return the roots of backward passes for which nobody names one."""
    if graph.objectives:
        return [objective.root for objective in graph.objectives]
    node = graph.default_root()
    return [] if node is None else [node.index]


def _following(script: Script, graph: Graph) -> int | None:
    """Return the root of the next `backward` or `accumulate` that names one; None where something else may run one before."""
    for one in script.behind:
        if isinstance(one.arguments, Back):
            return None if one.arguments.root is None else graph.aliases[one.arguments.root]
        if ACTIONS[one.word].moves:
            return None
    return None
