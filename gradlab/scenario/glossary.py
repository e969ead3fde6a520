"""Every word of the model language, and every function of expressions, in one place: what is listed here are registries.

A word has a page: how it is written, what it is, formula, shapes, examples, where it is from. A few names are words of two
kinds, an operation and an augmentation, say: they have a page for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from textwrap import wrap
from typing import Any

from gradlab import manual
from gradlab.arguments import REQUIRED
from gradlab.data import DATASETS
from gradlab.data.augmentations import AUGMENTATIONS
from gradlab.errors import GradlabError
from gradlab.manual import Documented
from gradlab.nn.initializers import INITIALIZERS
from gradlab.nn.layers import LAYERS
from gradlab.op import Example, Op
from gradlab.ops import OPS
from gradlab.optim import AVERAGES, CLIPS, OPTIMIZERS, SCHEDULES
from gradlab.plugins import giver
from gradlab.scenario import foreign
from gradlab.scenario.functions import FUNCTIONS
from gradlab.scenario.op_functions import stands_in_expressions
from gradlab.scenario.queries import QUERIES
from gradlab.scenario.vocabulary import CONSTANTS, own_words


@dataclass(frozen=True, slots=True)
class WordGroup:
    """A kind of words. name: of the group.   one: what one of them is called.   holds: what they are for.

    explains: whether their pages say of each argument what it can be.
    """

    name: str
    one: str
    holds: str
    explains: bool = True


GROUPS: Mapping[str, WordGroup] = {
    group.name: group
    for group in (
        WordGroup(
            "words", "word", "what makes parameters, inputs, noise and data, what is trained, what is known before the run"
        ),
        WordGroup("operations", "operation", "nodes: what forward gives, and what backward sends"),
        WordGroup("layers", "layer", "the library: operations and parameters, ready to be stepped into"),
        WordGroup(
            "initializers", "initializer", "how a parameter begins: `param(shape=(4, 5), init=he)`, `dense(x, 5, init=he)`"
        ),
        WordGroup("optimizers", "optimizer", "how parameters are moved: `minimize(loss, adam(lr=0.001))`"),
        WordGroup(
            "schedules", "schedule", "in place of a number: `sgd(step_decay(0.1, every=30))` or `linear_decay(0, 1, 500) * x`"
        ),
        WordGroup("clips", "clip", "bounds of gradients: `minimize(loss, sgd(0.1), clip=clip_norm(1.0))`"),
        WordGroup("averages", "average", "of parameters, as training goes on: `minimize(loss, sgd(0.1), average=ema(0.995))`"),
        WordGroup("datasets", "data set", '`x, t = dataset("moons", n=200)`; `gradlab ops dataset` says what every set takes'),
        WordGroup("augmentations", "augmentation", 'of training rows: `dataset("digits", augment="shift(1), noise(0.05)")`'),
        WordGroup(
            "expressions",
            "function of expressions",
            "for scripts: `expect share(h == 0) < 0.5`; operations, too: `sigmoid(x)`, `softmax(x)`",
            explains=False,
        ),
        WordGroup(
            "inner",
            "inner node",
            "no words: nodes that only gradlab makes, leaves and operations of the update phase",
            explains=False,
        ),
    )
}
"""The kinds of words, in the order of a list."""
NO_WORD = "A model cannot call it: gradlab makes such nodes."
WIDEST = 48
COLUMNS = 66
"""Columns that the lines of arguments keep to: what a page in a terminal of 80 has for text."""
LONG = 10
"""Characters: behind a longer default the text has a line of its own."""


@dataclass(frozen=True, slots=True)
class WordArgument:
    """An argument of a word.

    default: as a model would write it, "" where there is none.   text: what it can be, and what it does.
    """

    name: str
    default: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A word in its group.

    thing: what the registry has.   own: what the language adds to an operation of its name.   called: the layer that a call
    of an operation of its name makes.
    """

    group: WordGroup
    thing: Documented
    own: Documented | None = None
    called: Documented | None = None

    @property
    def name(self) -> str:
        """The word."""
        return self.thing.name

    @property
    def aliases(self) -> tuple[str, ...]:
        """Its other names."""
        return self.thing.aliases if isinstance(self.thing, Op) else ()

    @property
    def usage(self) -> str:
        """How it is written."""
        return (self.called or self.own or self.thing).usage

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Names and defaults of its arguments, `REQUIRED` where there is none."""
        return (self.called and self.called.parameters) or (self.own and self.own.parameters) or self.thing.parameters

    @property
    def arguments(self) -> tuple[WordArgument, ...]:
        """Its arguments, with what is said of them; none of a group whose usage has to do."""
        if not self.group.explains:
            return ()
        said = manual.argument_texts("\n\n".join(thing.doc for thing in (self.called, self.own, self.thing) if thing))
        return tuple(
            WordArgument(name, "" if default is REQUIRED else manual.written(default), said.get(name) or self._usual(name))
            for name, default in self.parameters.items()
        )

    def _usual(self, name: str) -> str:
        """Return what an argument is of which the page says nothing: an input of an operation, or what it is everywhere."""
        op = self.thing if isinstance(self.thing, Op) and self.called is None else None
        letters = [letter.rstrip("*") for letter in op.inputs] if op else []
        if op is None or name not in letters:
            return manual.common(name)
        what = "a list of nodes" if op.variadic else "a node, or numbers"
        fixed = "" if op.flows(letters.index(name)) else "; no gradient flows to it"
        return what + fixed + ("; None: left out" if self.parameters[name] is None else "")

    @property
    def summary(self) -> str:
        """What it is, in one line."""
        if isinstance(self.thing, Op):
            return self.thing.title + (f": {self.thing.formula}" if self.thing.formula else "")
        return manual.sentence(self.thing.doc, self.name)

    @property
    def doc(self) -> str:
        """The text of its page."""
        return "\n\n".join(thing.doc.strip() for thing in (self.thing, self.own) if thing is not None and thing.doc)

    @property
    def source(self) -> str:
        """Where it is from, or ""."""
        return manual.source(self.doc)

    @property
    def results(self) -> tuple[Example, ...]:
        """Calls of an operation with what they give; none where a call makes a layer."""
        return self.thing.examples if isinstance(self.thing, Op) and self.called is None else ()

    @property
    def examples(self) -> tuple[str, ...]:
        """Pieces of models that have it in them."""
        return manual.examples(self.doc)


@cache
def entries() -> tuple[Entry, ...]:
    """Return all words, group by group, in order of their names."""
    order = {group: place for place, group in enumerate(GROUPS)}
    return tuple(sorted(_collected(), key=lambda entry: (order[entry.group.name], entry.name)))


def _collected() -> Iterator[Entry]:
    own = own_words()
    for name, op in OPS.items():
        if op.is_leaf and name in own:
            continue
        inner = op.is_leaf or op.update_only
        yield Entry(GROUPS["inner"], op) if inner else Entry(GROUPS["operations"], op, own.get(name), LAYERS.get(name))
    yield from (Entry(GROUPS["words"], word) for name, word in own.items() if name not in OPS or OPS[name].is_leaf)
    yield from (Entry(GROUPS["words"], constant) for constant in CONSTANTS.values())
    registries: dict[str, Mapping[str, Documented]] = {
        "layers": LAYERS, "initializers": INITIALIZERS, "optimizers": OPTIMIZERS, "schedules": SCHEDULES, "clips": CLIPS,
        "averages": AVERAGES, "datasets": DATASETS, "augmentations": AUGMENTATIONS,
        "expressions": {**FUNCTIONS.listed, **QUERIES},
    }  # fmt: skip
    for group, registry in registries.items():
        yield from (Entry(GROUPS[group], thing) for thing in registry.values())


def find(name: str) -> tuple[Entry, ...]:
    """Return the words of a name, or of another name for it. Raises GradlabError with the nearest name."""
    found = tuple(entry for entry in entries() if name in (entry.name, *entry.aliases))
    if not found:
        near = foreign.hint(name, names())
        raise GradlabError(f"unknown word `{name}`{near and ': ' + near}")
    return found


def names() -> tuple[str, ...]:
    """Return all names that have something to read: groups, words, and other names of words."""
    return (*GROUPS, *(word for entry in entries() for word in (entry.name, *entry.aliases)))


def knows(name: str) -> bool:
    """Return whether there is a word or a group of that name."""
    return name in names()


def about(name: str) -> list[str]:
    """Return the lines of a group, or of the pages of a word. Raises GradlabError with the nearest name."""
    if name in GROUPS:
        return listing(in_group(name))
    pages = [page(entry) for entry in find(name)]
    return [line for number, lines in enumerate(pages) for line in ([""] * (2 * bool(number)) + lines)]


def in_group(name: str) -> list[Entry]:
    """Return the words of a group."""
    return [entry for entry in entries() if entry.group.name == name]


def listing(chosen: Iterable[Entry]) -> list[str]:
    """Return a line for each word, under the heading of its group: how it is written, cut where it is long, and what it is."""
    lines: list[str] = []
    for group, members in groupby(chosen, key=lambda entry: entry.group):
        rows = [(_cut(entry.usage), entry.summary) for entry in members]
        width = max(len(usage) for usage, _ in rows)
        lines += [*([""] if lines else []), f"{group.name}    {group.holds}", ""]
        lines += [f"  {usage:<{width}}  {summary}" for usage, summary in rows]
    return lines


def _cut(usage: str) -> str:
    """Return a line of usage without the arguments that are too much for a list."""
    if len(usage) <= WIDEST:
        return usage
    kept = usage[: WIDEST - 2].rpartition(", ")[0]
    return f"{kept}, …)"


def page(entry: Entry) -> list[str]:
    """Return all about a word, as lines."""
    op = entry.thing if isinstance(entry.thing, Op) else None
    lines = [f"{entry.usage}    {op.title if op else entry.group.one}"]
    lines += ["", NO_WORD] if entry.group.name == "inner" else []
    lines += ["", *manual.without_arguments(entry.doc).splitlines()] if entry.doc else []
    lines += ["", *arguments(entry)] if entry.arguments else []
    lines += ["", f"From the package {of}."] if (of := giver(entry.thing)) else []
    lines += [line for remark in (remarks(op) if op else []) for line in ("", remark)]
    results = [f"    {example.call} gives {example.gives}" for example in entry.results]
    return lines + ([""] if results else []) + results


def arguments(entry: Entry) -> list[str]:
    """Return the lines of a word's arguments: name, default, what it can be and what it does, within `COLUMNS`."""
    names = max(len(one.name) for one in entry.arguments)
    defaults = max((len(one.default) for one in entry.arguments if len(one.default) <= LONG), default=0)
    indent = " " * (4 + names + 2 + (defaults + 2 if defaults else 0))
    lines = ["Arguments:"]
    for one in entry.arguments:
        head = f"    {one.name:<{names}}  {one.default}".rstrip() + "  "
        if len(head) > len(indent):
            lines.append(head.rstrip())
            head = ""
        parts = wrap(one.text, COLUMNS - len(indent), break_long_words=False, break_on_hyphens=False) or [""]
        lines += [f"{'' if number else head:<{len(indent)}}{part}".rstrip() for number, part in enumerate(parts)]
    return lines


def remarks(op: Op) -> list[str]:
    """Return what an operation knows about itself besides its text, a sentence each."""
    lines: list[str] = []
    if op.operator:
        lines.append(f"Also written `{op.operator}`.")
    if stands_in_expressions(op):
        lines.append("It is a function of expressions, too.")
    if op.aliases:
        lines.append(f"Other names: {', '.join(op.aliases)}.")
    if op.surrogate:
        lines.append(f"Its backward is no derivative but a surrogate: {op.surrogate}.")
    if op.kinked and not op.surrogate:
        lines.append("Its gradient jumps at a kink; `check` says `kink` there, and it is no failure.")
    if not op.derivable and not op.update_only:
        lines.append("A model's `gradient` does not go through it: its backward pass is not written in ops.")
    return lines
