"""What the text at the top of a file says about the words that the file declares.

A page begins with what the word is, in a sentence. A file that declares several words has, further down, a line for each:

    word      what it is

Three lines mean something to a program, too: `Source:`, up to the next empty line; `Example:`, with a line of the model
language behind it or, indented below it, several, which run as they stand; and, before them, the names that the word has in
other libraries, with what is written here instead where that is not the word with its arguments:

    Known as: clamp; clip_by_value; relu6: clip(x, 0, 6).
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from typing import Any, Protocol

from gradlab.arguments import REQUIRED

_EXAMPLE = re.compile(r"^Example:(?P<inline>[^\n]*)\n?(?P<block>(?: +[^\n]*(?:\n|$))*)", re.MULTILINE)
_SOURCE = re.compile(r"^Source: (.+?)(?=\n\n|\nExample:|\Z)", re.MULTILINE | re.DOTALL)
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


def body(doc: str) -> str:
    """Return a page without its source and its examples."""
    return re.sub(r"\n{3,}", "\n\n", _EXAMPLE.sub("", _SOURCE.sub("", doc))).strip()
