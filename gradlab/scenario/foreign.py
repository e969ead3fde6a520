"""Names that words of the model language have in other libraries: no words here, but an error says what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from gradlab.manual import Documented, known_as
from gradlab.nn.initializers import INITIALIZERS
from gradlab.nn.layers import LAYERS
from gradlab.ops import OPS
from gradlab.optim import TUNABLES
from gradlab.scenario.grammar import ATTRIBUTES
from gradlab.scenario.queries import call_words
from gradlab.scenario.vocabulary import own_words
from gradlab.source import did_you_mean

LONGEST = 60
"""Characters of a call that are shown with all its arguments."""


def hint(name: str, known: Iterable[str]) -> str:
    """Return what is to be written instead of an unknown name: what another library calls so, else a known name like it."""
    return meant(name) or did_you_mean(name, known)


def hint_of_call(name: str, known: Iterable[str]) -> str:
    """Return the same for a function that a model calls; one of scripts is told so, and no word like it is meant."""
    if name in ATTRIBUTES:
        return f"a model reads `x.{name}`"
    if not meant(name) and name in call_words():
        return "it is a function of scripts, as in `expect`"
    return hint(name, known)


def meant(name: str) -> str:
    """Return "here it is `clip(x, low, high)`" for a name of another library, or for a word in another spelling, else ""."""
    written = names().get(name) or _spellings().get(_plain(name))
    return f"here it is `{written}`" if written else ""


@cache
def names() -> dict[str, str]:
    """Return the names in other libraries, each with what is written here."""
    return {name: form or _call(thing) for thing in _things() for name, form in known_as(thing.doc).items()}


@cache
def _spellings() -> dict[str, str]:
    """Return the same by their plain spelling; the words themselves come first."""
    own = {_plain(thing.name): _call(thing) for thing in _things()}
    return {**{_plain(name): written for name, written in names().items()}, **own}


def _plain(name: str) -> str:
    """Return a name in small letters without `_`: `LeakyReLU`, `leakyrelu` and `leaky_relu_` are one."""
    return name.lower().replace("_", "")


def _things() -> Iterator[Documented]:
    """Return what can be written in a model; where two things have one name the last is what a call makes."""
    yield from INITIALIZERS.values()
    yield from TUNABLES.values()
    yield from (op for op in OPS.values() if not op.is_leaf and not op.update_only)
    yield from LAYERS.values()
    yield from own_words().values()


def _call(thing: Documented) -> str:
    """Return how a word is written; without its arguments where they are many."""
    return thing.usage if len(thing.usage) <= LONGEST else f"{thing.name}(…)"
