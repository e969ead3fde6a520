"""How a bet came out.

settle NAME = KEY     one of the options, as it is written in the bet
settle NAME = EXPR    a number is the place of the option, from 0, as `argmin([…])` gives it; of two options a comparison
chooses the first where it holds, else the second
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradlab.actions._action import Action, Read, Script
from gradlab.errors import ActionError
from gradlab.lab.arguments import Words, expression
from gradlab.lab.numbers import shown
from gradlab.lab.outcome import Outcome, said
from gradlab.lab.teach import wording
from gradlab.lab.teach.choosing import BetQuestion
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class Settled:
    """A bet by its name, and what decides it."""

    name: str
    by: Words


def _settled(words: Words) -> Settled:
    """Read `NAME = KEY` or `NAME = EXPR`."""
    bet, by = words.split("=")
    if by is None or not by.text:
        words.refuse("how did it come out?", words.span, "write `settle NAME = …`: an option of the bet, or an expression")
    name, rest = wording.first_name(bet)
    if rest.text:
        rest.refuse(f"unexpected `{rest.text}`")
    return Settled(name, by)


def _fits(read: Read, script: Script) -> None:
    """Refuse a bet that nobody offered, and what decides no option of it."""
    bets = {one.arguments.name: one.arguments for one in script.before if isinstance(one.arguments, BetQuestion)}
    bet = bets.get(read.arguments.name)
    if bet is None:
        read.words.refuse(f"there is no bet `{read.arguments.name}` before this", wording.first_word(read.words), _there(bets))
    _key(bet, read.arguments.by)


def _there(bets: dict[str, BetQuestion]) -> str:
    return f"there is {', '.join(f'`{name}`' for name in sorted(bets))}" if bets else 'write `bet NAME "WORDS" A|B|C` above'


def _key(bet: BetQuestion, by: Words) -> str | Expression:
    """Return the option that is written, or the expression that chooses one. Raises ScenarioError."""
    written = " ".join(by.text.strip("\"'").split())
    if written in bet.options:
        return written
    if wording.is_words(by):
        by.refuse(
            f"`{by.text}` is not one of {', '.join(bet.options)}", by.span, "an option as it is written there, or an expression"
        )
    read = expression(by)
    if _is_truth(read) and len(bet.options) != 2:
        by.refuse(
            f"a comparison chooses between two options, the bet has {len(bet.options)}", by.span, "a number chooses the place"
        )
    return read


def _is_truth(read: Expression) -> bool:
    tree = read.tree
    return isinstance(tree, ast.Compare | ast.BoolOp) or (isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not))


def _settle(lab: Lab, given: Settled) -> Outcome:
    """Say how the bet came out, beside what the student chose."""
    placed = lab.bets.get(given.name)
    if placed is None:
        raise ActionError(f"there is no bet `{given.name}`: {_there({name: one.bet for name, one in lab.bets.items()})}")
    key = _key(placed.bet, given.by)
    if isinstance(key, Expression):
        try:
            key = _chosen(placed.bet, key, np.asarray(key.evaluate(lab.environment())))
        except ActionError as error:
            return said("fail", f"{lab.line_of_file}{lab.statement_text}    {error}")
    if not placed.chosen:
        return said("bet", f"{placed.bet.title} {key}")
    same = placed.chosen == key
    return said("bet", f"{placed.bet.title} you bet on {placed.chosen}{', and so it is' if same else f'; the answer is {key}'}")


def _chosen(bet: BetQuestion, read: Expression, value: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    """Return the option that a value chooses. Raises ActionError for a value that chooses none."""
    if value.size != 1:
        raise ActionError(f"one number is needed, got {shown(value)}")
    if _is_truth(read):
        return bet.options[0 if bool(value.reshape(-1)[0]) else 1]
    number = float(value.reshape(-1)[0])
    if not number.is_integer() or not 0 <= number < len(bet.options):
        raise ActionError(f"{shown(value)} is the place of no option: allowed are 0 to {len(bet.options) - 1}")
    return bet.options[int(number)]


ACTION = Action(
    "settle", "NAME = KEY | EXPR", "say how a bet came out", _settled, _settle,
    listed=lambda given: f"settle {given.name}", stands=True, fits=_fits,
)  # fmt: skip
