"""What the text at the top of a file says about the words that the file declares.

A page begins with what the word is, in a sentence. A file that declares several words has, further down, a line for each:

    word      what it is

Four lines mean something to a program, too: `Arguments:`, with a line for each below it, its name, then what it can be and what it
does; `Source:`, up to the next empty line; `Example:`, with a line of the model language behind it or, indented below it,
several, which run as they stand; and, before them, the names that the word has in other libraries, with what is written here
instead where that is not the word with its arguments:

    Known as: clamp; clip_by_value; relu6: clip(x, 0, 6).

Arguments that mean the same everywhere stand in `COMMON` alone.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from gradlab.arguments import REQUIRED

_ARGUMENTS = re.compile(r"^Arguments:\n((?:    [^\n]*\n?)+)", re.MULTILINE)
_ARGUMENT = re.compile(r"^    (\w+(?:, \w+)*) {2,}(\S[^\n]*(?:\n {6,}\S[^\n]*)*)", re.MULTILINE)
_EXAMPLE = re.compile(r"^Example:(?P<inline>[^\n]*)\n?(?P<block>(?: +[^\n]*(?:\n|$))*)", re.MULTILINE)
_SOURCE = re.compile(r"^Source: (.+?)(?=\n\n|\nExample:|\Z)", re.MULTILINE | re.DOTALL)
COMMON = """\
Arguments:
    x, y             a node, or numbers
    axis             whole; the axis along which it is taken, from 0, or from -1 back; None: all
    axes             a list of axes
    keepdims         True or False: whether an axis that is taken together stays, with the size 1
    reduction        "mean", "sum", or "none": one number for each sample or term
    sample_weights   a node of numbers from 0: how much each sample or term counts; None: all alike
    init             an initializer, such as `he` or `normal(0.01)`: how the parameters begin
    bias             True, False, or an initializer: whether there is a bias, and how it begins
    act              an op of one input, such as `relu`
    units            whole, from 1: numbers that it gives for a sample
    channels         whole, from 1: channels that it gives
    features         whole, from 1: numbers in a sample
    eps              number, from 0: keeps a division from 0
    lr               number or schedule, from 0: the length of a step
    gain             number: what the spread is multiplied by
    kernel_size      whole, from 1, or one for each axis: the size of the window
    stride           whole, from 1, or one for each axis: how far the window moves
    padding          whole, from 0, or one for each axis: the border that is put around
    dilation         whole, from 1, or one for each axis: places from one element of the window to the next
    groups           whole, from 1: channels are parted in so many groups, each by itself
    ceil_mode        True or False: whether the last window may reach over the border
    shape            whole, from 0, or a tuple of them
    split            "train", "validation", "test", or None: all rows
    batch            whole, from 1: rows in one update; None: all
    test             share between 0 and 1, or whole: rows that are put aside
    validation       share between 0 and 1, or whole, from 0: rows that are put aside for choosing
    folds            whole, from 2: parts for cross-validation; None: none
    fold             whole, from 0: which of the folds is the test part
    scale            None, number, "center", "standard", "unit", "pca", "whiten" or "zca": how x is prepared
    components       whole, from 1: principal axes that are kept
    augment          text: changes of training rows, such as "flip, shift(1)"
    shuffle          True or False: whether each epoch has an order of its own
    file             text: a file beside the scenario or below it
    n                whole, from 1: rows
    W, b             a node to use as the parameter; None: a new one
"""
"""What arguments are that mean the same in every word; a word that means something else says so itself."""
_KNOWN_AS = re.compile(r"^Known as: (.+?)\.?(?=\n\n|\nSource:|\nExample:|\Z)", re.MULTILINE | re.DOTALL)
_END = re.compile(r"\.(?= [A-Z`]|$)")


class Documented(Protocol):
    """What everything that a registry of words holds can say about itself.

    usage: how it is written, with its arguments and their defaults.   doc: the text of its page.
    parameters: names and defaults of its arguments, `REQUIRED` where there is none.
    """

    @property
    def name(self) -> str:
        """The word."""
        ...

    @property
    def usage(self) -> str:
        """How it is written."""
        ...

    @property
    def doc(self) -> str:
        """The text of its page."""
        ...

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Its arguments."""
        ...


def usage(name: str, parameters: Mapping[str, Any], *before: str) -> str:
    """Return how something is called: `sgd(lr=0.01)`. before: what stands in front of the parameters."""
    return f"{name}({', '.join((*before, *arguments(parameters)))})"


def arguments(parameters: Mapping[str, Any]) -> list[str]:
    """Return each argument as it is written: its name, and its default if it has one."""
    return [name if default is REQUIRED else f"{name}={written(default)}" for name, default in parameters.items()]


def written(value: Any) -> str:
    """Return a default as a model would write it: "mean", 1e-05, None, he."""
    if isinstance(value, str):
        return f'"{value}"'
    return f"{value:.6g}" if isinstance(value, float) and len(repr(value)) > 8 else str(value)


def sentence(doc: str, name: str) -> str:
    """Return what a word is, in one line: its own line of the page, or the first sentence, without the full stop."""
    own = re.search(rf"^ +{re.escape(name)} {{2,}}(.+)$", doc, re.MULTILINE)
    if own is not None:
        return re.sub(r" {2,}", ",  ", own[1].strip()).rstrip(".")
    first = " ".join(doc.partition("\n\n")[0].split())
    return _END.split(first, maxsplit=1)[0]


def argument_texts(doc: str) -> dict[str, str]:
    """Return what a page says of each argument."""
    blocks = "".join(found[1] for found in _ARGUMENTS.finditer(doc))
    return {
        name: " ".join(found[2].split()) for found in _ARGUMENT.finditer(blocks) for name in found[1].split(", ")
    }  # fmt: skip


@cache
def _common() -> dict[str, str]:
    return argument_texts(COMMON)


def said_of(doc: str, name: str) -> str:
    """Return what an argument can be and what it does: as the page says, else as it is everywhere; "" where nobody says it."""
    return argument_texts(doc).get(name) or _common().get(name, "")


def source(doc: str) -> str:
    """Return where a page says that its word is from, or ""."""
    found = _SOURCE.search(doc)
    return " ".join(found[1].split()) if found else ""


def formulas(doc: str) -> tuple[str, tuple[str, ...]]:
    """Return the formula of a page, behind the word forward, and its derivatives, behind backward, with two spaces between."""
    formula, derivatives = "", []
    for line in doc.splitlines():
        word, _, rest = line.strip().partition(" ")
        text = rest.strip().split("   ")[0].strip()  # three spaces or more away stand shapes
        if word == "forward":
            formula = text
        elif word == "backward":
            derivatives += [part.strip() for part in text.split(",  ")]
    return formula, tuple(derivatives)


def known_as(doc: str) -> dict[str, str]:
    """Return the names that a word has in other libraries, each with what is written here instead, or ""."""
    found = _KNOWN_AS.search(doc)
    listed = " ".join(found[1].split()).split("; ") if found else ()
    return {name: form for name, _, form in (one.partition(": ") for one in listed)}


def examples(doc: str) -> tuple[str, ...]:
    """Return the examples of a page, each a piece of a model."""
    return tuple(found["inline"].strip() or textwrap.dedent(found["block"]).strip() for found in _EXAMPLE.finditer(doc))


def without_arguments(doc: str) -> str:
    """Return a page without its arguments."""
    return _ARGUMENTS.sub("", doc).strip()


def body(doc: str) -> str:
    """Return a page without its arguments, its source and its examples."""
    return re.sub(r"\n{3,}", "\n\n", _EXAMPLE.sub("", _SOURCE.sub("", _ARGUMENTS.sub("", doc)))).strip()
