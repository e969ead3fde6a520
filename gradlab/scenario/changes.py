"""One change to a model from outside: `init=he`, `lr=_/10`, `sigmoid=relu`, `relu=relu(batch_norm(_))`, `init@logits=zeros`.

    NAME=EXPR         what a variable of that name is set to, and the argument that is written with that name. If there is no
                      such variable, the argument in every call that has one; a call of a layer, an optimizer or data that takes
                      one is given it. If the model has neither, every call of that word
    NAME@PLACE=EXPR   only there: a line of the file, a stretch of it (`12:5-20`), a variable or a layer
    @PLACE=EXPR       the expression that stands there

In EXPR `_` is what stood there, for a call its first argument; the word of the call is then the call itself with its other
arguments, so that `softmax=_` takes one away, and `dense=relu(dense(_))` puts one around it. Another word alone stands in the
place of the word. What is around the change stays as it is in the text.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gradlab.errors import ArgumentError, Problem, ScenarioError
from gradlab.scenario.markdown import Document, parse, read_model
from gradlab.scenario.overrides import Change
from gradlab.scenario.overwriting import Overwrite, Piece, overwritten
from gradlab.scenario.parsing import parse_statements
from gradlab.scenario.places import Places, Within, calls, default_text, names_in, parameters_of
from gradlab.scenario.templates import LOOSE, OLD, Old, Template
from gradlab.scenario.vocabulary import is_documented
from gradlab.source import Span, did_you_mean

MAX_CHANGE = 10_000
"""Letters of a change."""


def read_change(text: str) -> Change:
    """Read `NAME=EXPR`, `NAME@PLACE=EXPR` or `@PLACE=EXPR`. Raises ArgumentError."""
    name, equals, value = (part.strip() for part in text.partition("="))
    name, sign, place = (part.strip() for part in name.partition("@"))
    named = name.isidentifier() if name else bool(sign)
    if not equals or not named or not value or len(text) > MAX_CHANGE or value.startswith("="):
        raise ArgumentError(f"a change is NAME=EXPR, such as `init=he`, got `{text[:80]}`")
    if sign and Within.read(place) is None:
        raise ArgumentError(f"`{text}`: a place is a line, `12:5-20`, or the name of a variable or a layer, got `{place}`")
    Template.read(value, text)
    return Change(name, value, place)


def changed_document(document: Document, changes: Sequence[Change]) -> Document:
    """Return a document in which changes are made. Raises ScenarioError with those that change nothing.

    Those with a place in the file come first, all at once, so that their places are those of the text as it is; the others are
    made one after the other.
    """
    placed = [change for change in changes if change.place[:1].isdigit()]
    rounds = [placed] if placed else []
    rounds += [[change] for change in changes if change not in placed]
    problems: list[Problem] = []
    for some in rounds:
        found = [_writes(document, change) for change in some]
        problems += [one for one in found if isinstance(one, Problem)]
        document = rewritten(document, [write for one in found if not isinstance(one, Problem) for write in one])
    if problems:
        raise ScenarioError(problems)
    return document


def rewritten(document: Document, writes: Sequence[Overwrite]) -> Document:
    """Return the document of the text with some stretches written over. Raises ScenarioError."""
    source = document.source
    text = overwritten(source.text, writes)
    blocks = document.blocks
    if len(blocks) == 1 and blocks[0].kind == "model" and not blocks[0].info:
        return replace(read_model(text, source.name, document.folder), head=document.head)
    found, problems = parse(text, source.name, document.folder)
    if problems:
        raise ScenarioError(problems)
    return replace(found, head=document.head)


def _writes(document: Document, change: Change) -> list[Overwrite] | Problem:
    """Return what a change writes over, or that it changes nothing."""
    fragment = document.model
    tree, _, _ = parse_statements(fragment)
    writer = _Writer(Places(fragment, tree), change)
    writes = writer.writes()
    if writes:
        return writes
    if change.name:
        what = "no argument, no variable and no call" if change.place else "no argument and no variable"
    else:
        what = "no expression"
    where = f" at `{change.place}`" if change.place else ""
    near = did_you_mean(change.name, writer.seen) if change.name else ""
    hint = near or (f"there are {', '.join(sorted(writer.seen)[:20])}" if change.name and writer.seen else "")
    named = " of that name" if change.name else ""
    return Problem(f"`{change}` changes nothing: the model has {what}{named}{where}" + (f"; {hint}" if hint else ""))


class _Writer:
    """Finds all places of a change. seen: the names there would have been."""

    def __init__(self, places: Places, change: Change) -> None:
        self.places, self.name = places, change.name
        self.template = Template.read(change.text, str(change))
        self.where = Within.read(change.place) if change.place else None
        self.nodes = places.within(self.where)
        self.seen: set[str] = set()

    def writes(self) -> list[Overwrite]:
        """Return what is written over: arguments and variables, else calls."""
        if not self.name:
            return self._expression()
        found = [write for node in self.nodes if isinstance(node, ast.Assign) for write in self._variable(node)]
        if found:
            return found + [write for call, _ in calls(self.nodes) for write in self._by_name(call)]
        for call, word in calls(self.nodes):
            found += self._argument(call, word)
        for node in self.nodes:
            found += self._bare(node)
        return found or [write for node in self.nodes for write in self._word(node)]

    def _span(self, node: ast.AST) -> Span:
        return self.places.fragment.span(node)

    def _inner(self, node: ast.AST) -> tuple[int, int]:
        span = self._span(node)
        return span.start, span.stop

    def _over(self, node: ast.expr) -> Overwrite:
        """Write over an expression."""
        beside = self.places.parents.get(node)
        pieces = self.template.pieces(Old(self._inner(node), node), beside)
        return Overwrite(*self._inner(node), pieces)

    # Expressions and variables.

    def _expression(self) -> list[Overwrite]:
        """Write over the outermost expression at a place."""
        found = [node for node in self.nodes if isinstance(node, ast.expr)]
        found.sort(key=lambda node: self._span(node).start - self._span(node).stop)
        return [self._over(found[0])] if found else []

    def _variable(self, node: ast.Assign) -> Iterator[Overwrite]:
        """Write over what a variable is set to; one of several that are set together is set anew behind them."""
        names = [name for target in node.targets for name in names_in(target)]
        self.seen.update(names)
        if self.name not in names:
            return
        target, value = node.targets[-1], node.value
        if any(isinstance(one, ast.Name) and one.id == self.name for one in node.targets):
            yield self._over(value)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for one, part in zip(target.elts, value.elts, strict=True):
                if isinstance(one, ast.Name) and one.id == self.name:
                    yield self._over(part)
        else:
            yield self._set_behind(node)

    def _set_behind(self, node: ast.Assign) -> Overwrite:
        """Set a variable in a statement of its own behind one that sets it."""
        text, span = self.places.fragment.source.text, self._span(node)
        line = text.rfind("\n", 0, span.start) + 1
        before = text[line : span.start]
        pieces = [piece if isinstance(piece, str) else self.name for piece in self.template.pieces(_named(self.name))]
        statement = f"{self.name} = {''.join(pieces)}"
        if before.strip(" >\t"):
            return Overwrite(span.stop, span.stop, (f"; {statement}",))
        end = text.find("\n", span.stop)
        end = len(text) if end < 0 else end
        if text[span.stop : end].lstrip()[:1] == ";":
            return Overwrite(span.stop, span.stop, (f"; {statement}",))
        return Overwrite(end, end, (f"\n{before}{statement}",))

    # Arguments.

    def _by_name(self, node: ast.Call) -> Iterator[Overwrite]:
        """Write over an argument that stands with its name, and is not the variable of that name, which is set already."""
        self.seen.update(k.arg for k in node.keywords if k.arg)
        for keyword in node.keywords:
            own = isinstance(keyword.value, ast.Name) and keyword.value.id == self.name
            if keyword.arg == self.name and not own:
                yield from self._value(keyword.value)

    def _argument(self, node: ast.Call, word: str) -> Iterator[Overwrite]:
        """Write over an argument, or give it to a call that takes it."""
        parameters = parameters_of(word, all_words=self.where is not None)
        self.seen.update(parameters, (k.arg for k in node.keywords if k.arg))
        order = list(parameters)
        given = next((k.value for k in node.keywords if k.arg == self.name), None)
        if given is None and self.name in order:
            place = order.index(self.name)
            given = node.args[place] if place < len(node.args) else None
            if given is None:
                yield from self._given(node, parameters[self.name])
                return
        if given is not None:
            yield from self._value(given)

    def _value(self, given: ast.expr) -> Iterator[Overwrite]:
        """Write over the value of an argument; arithmetic with a schedule is done with the rates in it."""
        from gradlab.optim import SCHEDULES

        word = given.func.id if isinstance(given, ast.Call) and isinstance(given.func, ast.Name) else ""
        if not self.template.scales or word not in SCHEDULES:
            yield self._over(given)
            return
        assert isinstance(given, ast.Call)
        order = list(SCHEDULES[word].hyper)
        named = {k.arg: k.value for k in given.keywords}
        for name in SCHEDULES[word].levels:
            place = order.index(name)
            inner = named.get(name, given.args[place] if place < len(given.args) else None)
            if inner is not None:
                yield from self._value(inner)

    def _given(self, node: ast.Call, default: object) -> Iterator[Overwrite]:
        """Give a call an argument that it takes and that was not written."""
        text = self._instead_of(default)
        if text is None:
            return
        place, lead, behind = self._end_of_arguments(node)
        yield Overwrite(place, place, (f"{lead}{self.name}={text}{behind}",))

    def _instead_of(self, default: object) -> str | None:
        """Return what is written where nothing stood: of `_` the default; None where that cannot be written."""
        if not self.template.uses_old:
            return self.template.text
        written = default_text(default)
        if written is None:
            return None
        old = Old((0, 0), ast.parse(written, mode="eval").body)
        return "".join(piece if isinstance(piece, str) else written for piece in self.template.pieces(old))

    def _end_of_arguments(self, node: ast.Call) -> tuple[int, str, str]:
        """Return where another argument is put in, and what stands before and behind it."""
        text, stop = self.places.fragment.source.text, self._span(node).stop - 1
        values = [*node.args, *(k.value for k in node.keywords)]
        at = self._span(node.func).stop
        at = max([text.index("(", at) + 1, *(self._span(value).stop for value in values)])
        found, lead = at, ", " if values else ""
        while at < stop:
            if text[at] == "#":
                at = text.find("\n", at, stop) if "\n" in text[at:stop] else stop
            elif text[at] == ",":
                return at + 1, " ", ","
            elif text[at] == ")":
                found = at + 1
            at += 1
        return found, lead, ""

    def _bare(self, node: ast.AST) -> Iterator[Overwrite]:
        """Give an argument to an optimizer that stands without brackets: `adam` becomes `adam(lr=0.1)`."""
        from gradlab.optim import TUNABLES

        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load) or node.id not in TUNABLES:
            return
        parent = self.places.parents.get(node)
        called = isinstance(parent, ast.Call) and parent.func is node
        hyper = TUNABLES[node.id].hyper
        if called or self.name not in hyper:
            return
        text = self._instead_of(hyper[self.name])
        if text is not None:
            _, stop = self._inner(node)
            yield Overwrite(stop, stop, (f"({self.name}={text})",))

    # Calls.

    def _word(self, node: ast.AST) -> Iterator[Overwrite]:
        """Write over a call of the word, or over the word itself where it is given as an argument."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            self.seen.add(node.func.id)
            if node.func.id == self.name:
                yield from self._called(node)
        elif isinstance(node, ast.Name) and node.id == self.name and self.template.word and is_documented(self.name):
            parent = self.places.parents.get(node)
            if not (isinstance(parent, ast.Call) and parent.func is node):
                yield Overwrite(*self._inner(node), (self.template.word,))

    def _called(self, node: ast.Call) -> Iterator[Overwrite]:
        """Write over a call. Another word takes over those of the arguments that it knows."""
        word = self.template.word
        if word:
            yield Overwrite(*self._inner(node.func), (word,))
            yield from self._dropped(node, word)
            return
        first = self._first(node)
        if first is not None:
            old = Old(self._inner(first), first, self._inner(node), self.name)
            yield Overwrite(*self._inner(node), self._around(old, node))

    def _around(self, old: Old, node: ast.Call) -> tuple[Piece, ...]:
        parent = self.places.parents.get(node)
        pieces = self.template.pieces(old, parent)
        alone = isinstance(self.template.tree, ast.Name) and self.template.tree.id == OLD
        tight = isinstance(parent, (*LOOSE, ast.Attribute, ast.Subscript))
        return ("(", *pieces, ")") if alone and old.loose and tight and pieces[0] != "(" else pieces

    def _first(self, node: ast.Call) -> ast.expr | None:
        """Return the first argument of a call, by place or by name."""
        if node.args:
            return node.args[0]
        order = list(parameters_of(self.name, all_words=True))
        named = {k.arg: k.value for k in node.keywords}
        return named.get(order[0]) if order else None

    def _dropped(self, node: ast.Call, word: str) -> Iterator[Overwrite]:
        """Take the arguments away that another word does not take."""
        known = parameters_of(word, all_words=True)
        text = self.places.fragment.source.text
        for keyword in node.keywords:
            if known and keyword.arg not in known:
                start, stop = self._span(keyword).start, self._span(keyword.value).stop
                comma = text.rfind(",", self._span(node).start, start)
                yield Overwrite(comma if comma >= 0 else start, stop, ())


def _named(name: str) -> Old:
    return Old((0, 0), ast.Name(name, ast.Load()))
