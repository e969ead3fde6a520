"""Keeping a number, or an array, for later lines: a constant from its line on, whatever the run does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradlab.actions._action import Action
from gradlab.lab.arguments import Words, expression, together
from gradlab.lab.hidden import HIDDEN
from gradlab.lab.numbers import shown
from gradlab.lab.outcome import Outcome, said
from gradlab.scenario.expressions import Expression
from gradlab.scenario.queries import call_words

if TYPE_CHECKING:
    from gradlab.session import Lab

_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Kept:
    """A name, and what it stands for."""

    name: str
    value: Expression


def _kept(words: Words) -> Kept:
    """Read `NAME = EXPR`."""
    name, value = words.split("=")
    if value is None:
        words.refuse("`let` needs ` = ` with spaces around it", words.span)
    together(lambda: _free(name), lambda: expression(value))
    return Kept(name.text, expression(value))


def _free(words: Words) -> None:
    """Refuse what is no name, and a name that means something else."""
    name, known = words.text, words.known
    if not _NAME.fullmatch(name):
        words.refuse(f"`{name}` is no name", label="letters, digits and `_`, a letter first")
    if name in call_words():
        words.refuse(f"`{name}` is a word of expressions", label="another name is needed")
    if known is not None and name in {*known.nodes, *known.layers, *known.numbers}:
        what = "a node" if name in known.nodes else "a layer" if name in known.layers else "a number of the model"
        words.refuse(f"`{name}` is {what}", label="another name is needed")


def _let(lab: Lab, given: Kept) -> Outcome:
    """Work it out where the run stands, keep it, and say it."""
    seen = lab.environment()
    value = np.array(given.value.evaluate(seen))
    lab.keep(**{given.name: value})
    lab.made_of[given.name] = tuple(seen.sources)
    return said("value", f"{given.name} = {HIDDEN if lab.hides(given.name) else shown(value)}")


def _names(given: Kept) -> tuple[str, ...]:
    return (given.name,)


ACTION = Action("let", "NAME = EXPR", "keep a number for later lines", _kept, _let, moves=True, names=_names, part="aside")
