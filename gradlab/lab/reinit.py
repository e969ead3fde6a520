"""Drawing parameters anew: which parameters, by which rule."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlab.axis.journal import Edit, Edits
from gradlab.errors import ActionError, ArgumentError, GradlabError, Problem, ScenarioError
from gradlab.graph.graph import Node
from gradlab.lab.arguments import Words
from gradlab.nn.initializers import INITIALIZERS, Drawn, Initializer
from gradlab.scenario.expressions import Expression, read_expression
from gradlab.source import did_you_mean
from gradlab.train.layers import layer_part

if TYPE_CHECKING:
    from gradlab.lab.core import Core

ALL = "all"


@dataclass(frozen=True, slots=True)
class Redraw:
    """`NAME [SPEC]`. name: of a parameter or a layer, or `all`.   rule: None for that by which each was drawn at first."""

    name: str
    rule: Initializer | None


def redraw(words: Words) -> Redraw:
    """Read `NAME [SPEC]`. Raises ScenarioError."""
    given = list(words)
    if not given:
        words.refuse("what, and how? for instance `reinit h0.W he`, or `reinit all`", words.span)
    name = given[0].text
    known = words.known
    if known is not None and name != ALL and name not in known.nodes and name not in known.layers:
        near = did_you_mean(name, [*known.nodes, *known.layers, ALL])
        raise ScenarioError([Problem(f"unknown name `{name}`", given[0], near)])
    if len(given) == 1:
        return Redraw(name, None)
    start = given[1].start - words.span.start
    return Redraw(name, _rule(read_expression(words.span.part(start, len(words.span.text.rstrip())))))


def _rule(read: Expression) -> Initializer:
    """Read `he`, `normal(0.01)`, `uniform(-1, high=2)`."""
    tree = read.tree
    call = tree if isinstance(tree, ast.Call) else None
    word = call.func if call is not None else tree
    if not isinstance(word, ast.Name):
        raise ScenarioError([Problem("an initializer is needed here", read.span, "such as `he` or `normal(0.01)`")])
    if word.id not in INITIALIZERS:
        label = did_you_mean(word.id, INITIALIZERS) or f"one of {', '.join(INITIALIZERS)}"
        raise ScenarioError([Problem(f"unknown initializer `{word.id}`", read.at(word), label)])
    rule = INITIALIZERS[word.id]
    if rule.by_data:
        raise ScenarioError([Problem(f"`{word.id}` asks the data, which a run has left behind", read.at(word))])
    if call is None:
        return rule
    try:
        return rule(*map(_number, call.args), **{k.arg or "**": _number(k.value) for k in call.keywords})
    except (ArgumentError, ValueError) as error:
        raise ScenarioError([Problem(str(error), read.span)]) from None


def _number(node: ast.expr) -> Any:
    """Return a number that was written down. Raises ValueError."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        raise ValueError("the arguments of an initializer are numbers here") from None


def apply(core: Core, wanted: Redraw, text: str) -> list[str]:
    """Draw parameters anew where the cursor stands; return their names. Raises ActionError where nothing is to be drawn."""
    chosen = _chosen(core, wanted.name)
    if wanted.rule is None and wanted.name == ALL:
        chosen = [node for node in chosen if isinstance(node.feed, Drawn)]
    parts = tuple(_drawn(core, node, wanted.rule or _own(node), text) for node in chosen)
    if not parts and wanted.rule is None:
        raise ActionError(f"nothing of `{wanted.name}` was drawn: say how, for instance `reinit {wanted.name} he`")
    if not parts:
        raise ActionError(f"`{wanted.name}` has no weights: parameters with two axes or more")
    core.edit(Edits(core.position, text, parts))
    return [core.graph.nodes[part.node].name for part in parts]


def _chosen(core: Core, name: str) -> list[Node]:
    """Return a parameter, or the weights of a layer or of the model; biases stay as they are."""
    nodes = core.graph.nodes
    if name == ALL:
        return [node for node in core.graph.params if len(node.shape) > 1] or core.graph.params
    node = nodes[core.known.nodes[name]] if name in core.known.nodes else None
    if name in core.known.layers and (node is None or node.op.role != "parameter"):
        part = layer_part(core.graph, name)
        return [nodes[i] for i in part.weights] if part is not None else []
    assert node is not None
    if node.op.role != "parameter":
        raise ActionError(f"`{name}` is no parameter ({node.op.name}): only what was drawn can be drawn anew")
    return [node]


def _own(node: Node) -> Initializer:
    """Return the rule by which a parameter was drawn at first. Raises ActionError where it was not drawn, or by the data."""
    if not isinstance(node.feed, Drawn):
        raise ActionError(
            f"`{node.name}` was not drawn, its numbers were written: say how, for instance `reinit {node.name} he`"
        )
    if node.feed.initializer.by_data:
        raise ActionError(
            f"`{node.feed.initializer}` of `{node.name}` asks the data, which a run has left behind: say another rule"
        )
    return node.feed.initializer


def _drawn(core: Core, node: Node, rule: Initializer, text: str) -> Edit:
    try:
        array = rule.draw(core.run.seed, node.key, node.shape).astype(core.tape.dtype)
    except GradlabError as error:
        raise ActionError(f"`{node.name}`: {error}") from None
    return Edit(core.position, text, node.index, "value", Ellipsis, array, True)
