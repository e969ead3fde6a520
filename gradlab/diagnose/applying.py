"""From the edits of a fix to changes of the text: where the calls stand that made the nodes, and what is written there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gradlab.diagnose.fix import Argument, Edit, Fix, Hyper, Length, Swap, Unwrap, Wrap
from gradlab.errors import ScenarioError
from gradlab.graph.graph import Graph, Node
from gradlab.nn.layers import LAYERS
from gradlab.op import Op
from gradlab.ops import find_op
from gradlab.scenario.changes import changed_document, rewritten
from gradlab.scenario.markdown import Document
from gradlab.scenario.overrides import Change
from gradlab.scenario.overwriting import Overwrite
from gradlab.scenario.places import at
from gradlab.scenario.script import statements
from gradlab.source import Span

_CALLED = re.compile(r"([^\W\d]\w*)\s*\(")
_NUMBER = re.compile(r"\d[\d_]*")
_SET = re.compile(r"[ \t>]*((?:\w+\s*,\s*)+\w+)\s*=\s*$")


class Unfit(Exception):
    """An edit cannot be made in this text; the message says why."""


def changes_of(graph: Graph, document: Document, edits: Iterable[Edit]) -> tuple[Change, ...]:
    """Return the changes that edits come to, each once; those of nodes that a loop makes stand in one place. Raises Unfit."""
    found = dict.fromkeys(change for edit in edits for change in _changes(graph, edit))
    return tuple(_simplified(document, list(found)))


def times(fix: Fix) -> float:
    """Return how many times as long a fix trains."""
    return max((edit.factor for edit in fix.edits if isinstance(edit, Length)), default=1.0)


def longer(document: Document, factor: float) -> Document:
    """Return a document whose script trains so many times as long. Raises ScenarioError."""
    found = ((one.rest, _NUMBER.match(one.rest.text)) for one in statements(document) if one.word == "train")
    writes = [
        Overwrite(rest.start, rest.start + match.end(), (str(round(int(match[0].replace("_", "")) * factor)),))
        for rest, match in found
        if match is not None
    ]
    return rewritten(document, writes)


def _changes(graph: Graph, edit: Edit) -> Iterator[Change]:
    if isinstance(edit, Length):
        return
    if isinstance(edit, Hyper) or (isinstance(edit, Argument) and edit.node < 0):
        yield Change(edit.name, _text(edit.value))
    else:
        node = graph.nodes[edit.node]
        if node.span is None:
            raise Unfit(f"`{node.name}` stands nowhere in the text")
        yield _placed(edit, node, node.span)


def _placed(edit: Argument | Swap | Wrap | Unwrap, node: Node, span: Span) -> Change:
    """Return the change of the call that made a node."""
    place, word = at(span), _word(span)
    if isinstance(edit, Argument):
        if node.op.role == "parameter" and word == node.op.name:
            raise Unfit(f"`{_short(span)}` begins with numbers of its own")
        return Change(edit.name, _text(edit.value), place)
    if isinstance(edit, Wrap):
        name = _one_of_many(node, span)
        return Change(name, _text(edit.around), str(span.line) if name else place)
    if not word:
        raise Unfit(f"`{_short(span)}` is no call")
    if isinstance(edit, Unwrap):
        return Change(word, "_", place)
    return _swapped(edit.word, node, word, place)


def _swapped(new: str, node: Node, word: str, place: str) -> Change:
    """Return the change that puts a word in the place of another one, or of what a layer was given."""
    if word in LAYERS and word != node.op.name and new not in LAYERS:
        given = [name for name, default in LAYERS[word].parameters.items() if isinstance(default, Op)]
        if not given:
            raise Unfit(f"`{word}` is a layer without a nonlinearity, in whose place `{new}` could stand")
        return Change(given[0], new, place)
    before, after = find_op(word), find_op(new)
    fewer = before is not None and after is not None and len(after.inputs) < len(before.inputs)
    return Change(word, f"{new}(_)" if fewer else new, place)


def _one_of_many(node: Node, span: Span) -> str:
    """Return the name of a node, if its call makes several at once (`x, t = dataset(…)`), else ""."""
    line = span.source.line(span.line)[: span.column - 1]
    found = _SET.match(line)
    name = node.name.rpartition(".")[2]
    return name if found is not None and name in re.split(r"\s*,\s*", found[1].strip()) else ""


def _word(span: Span) -> str:
    found = _CALLED.match(span.text)
    return found[1] if found is not None else ""


def _text(value: str) -> str:
    return value.replace("{}", "_")


def _short(span: Span) -> str:
    text = " ".join(span.text.split())
    return text if len(text) <= 40 else text[:39] + "…"


def _simplified(document: Document, changes: Sequence[Change]) -> Iterator[Change]:
    """Yield changes; where all calls of a word are changed alike, that is one change without a place."""
    left = list(changes)
    while left:
        first = left.pop(0)
        alike = [first, *(one for one in left if (one.name, one.text) == (first.name, first.text))]
        everywhere = replace(first, place="")
        if first.place and first.name and _same(document, alike, everywhere):
            left = [one for one in left if one not in alike]
            yield everywhere
        else:
            yield first


def _same(document: Document, changes: Sequence[Change], other: Change) -> bool:
    try:
        return changed_document(document, changes).source.text == changed_document(document, [other]).source.text
    except ScenarioError:
        return False
