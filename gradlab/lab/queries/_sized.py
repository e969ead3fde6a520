"""Queries that add something up over a layer, a node, the nodes of a pattern, or the model, before any number is computed."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.axis.environment import RunEnvironment
from gradlab.errors import Problem
from gradlab.graph.graph import Graph, Node
from gradlab.graph.patterns import matching, names_matching
from gradlab.graph.tape import Tape
from gradlab.op import Array
from gradlab.scenario.environment import Environment, Unknown, name_of
from gradlab.scenario.query import Asking, Operand, Query, meant, query
from gradlab.source import did_you_mean

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Known

Size = Callable[[Tape, Node], int]
"""Returns what a node counts for."""


def members(graph: Graph, name: str) -> list[Node]:
    """Return the nodes of the model in a layer or in any other scope, or the one node of a name."""
    layer, node = graph.layer_names.get(name, name), graph.find(name)
    within = {index for called, index in graph.aliases.items() if called.startswith(f"{name}.")}
    model = (node for node in graph.nodes if node.phase == "f")
    inside = [node for node in model if node.index in within or layer in graph.layers_of(node)]
    return [node] if node is not None and (layer not in graph.layers or not inside) else inside


def total(asking: Asking, environment: Environment, size: Size) -> Array:
    """Return the sum over what a call names. Raises Unknown where there is no run."""
    if not isinstance(environment, RunEnvironment):
        raise Unknown
    graph, tape = environment.run.graph, environment.run.tape
    pattern, given = asking.text(0), asking.node.args
    if not given:
        found = [node for node in graph.nodes if node.phase == "f"]
    elif pattern is not None:
        found = [graph.nodes[index] for index in matching(graph, pattern)]
    else:
        assert isinstance(given[0], ast.Name)
        found = members(graph, name_of(given[0]))
    return np.array(sum(size(tape, node) for node in found), np.int64)


def check(asking: Asking, known: Known) -> Iterator[Problem]:
    """Return what is wrong with a call."""
    given, pattern = asking.node.args, asking.text(0)
    if asking.node.keywords or len(given) > 1 or (given and pattern is None and not isinstance(given[0], ast.Name)):
        label = f'`{asking.word}(h0)`, `{asking.word}("conv*.W")` or `{asking.word}()`'
        yield asking.wrong(f"`{asking.word}` takes the name of a layer or a node, or a pattern", None, label)
    elif pattern is not None and not names_matching(known.nodes, pattern):
        near = did_you_mean(pattern.replace("*", ""), known.nodes)
        yield asking.wrong(f"`{pattern}` matches no node", given[0], near or "`*` stands for any characters")
    elif given and isinstance(given[0], ast.Name):
        name, names = name_of(given[0]), [*known.nodes, *known.layers]
        if name not in names and not any(one.startswith(f"{name}.") for one in known.nodes):
            yield asking.wrong(f"unknown name `{name}`", given[0], meant(name, names))


def nothing(asking: Asking, known: Known) -> Iterator[Operand]:
    """Return that nothing has to be known."""
    yield from ()


def rehearse(asking: Asking, environment: Environment) -> Any:
    """Return one number."""
    return np.zeros(())


def sized(answer: Callable[[Asking, Environment], Any]) -> Query:
    """Return the query of a file."""
    name = answer.__module__.rpartition(".")[2].rstrip("_")
    rest = {"check": check, "operands": nothing, "rehearse": rehearse, "written": f"{name}(pattern)"}
    return query(answer, {"pattern": None}, **rest)
