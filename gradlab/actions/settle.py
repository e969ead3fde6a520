"""How a bet came out.

settle NAME = KEY     one of the options, as it is written in the bet
settle NAME = EXPR    a number is the place of the option, from 0, as `argmin([…])` gives it; of two options a comparison,
or another truth such as `isnan(loss)`, chooses the first where it holds, else the second; where it hangs on a NaN, none
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
from gradlab.scenario.environment import Environment
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
            value = np.asarray(key.evaluate(lab.environment()))
            if len(placed.bet.options) == 2:
                _decided(key, key.tree, lab.environment())
            key = _chosen(placed.bet, key, value)
        except ActionError as error:
            return said("fail", f"{lab.line_of_file}{lab.statement_text}    {error}")
    if not placed.chosen:
        return said("bet", f"{placed.bet.title} {key}")
    same = placed.chosen == key
    return said("bet", f"{placed.bet.title} you bet on {placed.chosen}{', and so it is' if same else f'; the answer is {key}'}")


def _decided(read: Expression, tree: ast.expr, environment: Environment) -> bool | None:
    """Return whether a truth holds; None for what is none. Raises ActionError where that hangs on a NaN.

    A part that is NaN does not count where the others decide alone: of `isnan(loss) or loss > 5` the first.
    """
    if isinstance(tree, ast.BoolOp):
        return _joined(isinstance(tree.op, ast.And), read, tree.values, environment)
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        inner = _decided(read, tree.operand, environment)
        return None if inner is None else not inner
    sides = [tree.left, *tree.comparators] if isinstance(tree, ast.Compare) else []
    for side in sides:
        if np.isnan(np.asarray(read.part(side).evaluate(environment), np.float64)).any():
            raise ActionError(f"`{read.part(side).text}` is NaN: that decides nothing")
    value = np.asarray(read.part(tree).evaluate(environment))
    return bool(value.reshape(-1)[0]) if value.size == 1 else None


def _joined(every: bool, read: Expression, parts: list[ast.expr], environment: Environment) -> bool:
    """Return whether `and` or `or` of some parts holds. Raises ActionError where none decides, and one is undecided."""
    undecided: list[ActionError] = []
    for part in parts:
        try:
            if bool(_decided(read, part, environment)) is not every:
                return not every
        except ActionError as error:
            undecided.append(error)
    if undecided:
        raise undecided[0]
    return every


def _chosen(bet: BetQuestion, read: Expression, value: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    """Return the option that a value chooses. Raises ActionError for a value that chooses none."""
    if value.size != 1:
        raise ActionError(f"one number is needed, got {shown(value)}")
    if len(bet.options) == 2 and (_is_truth(read) or value.dtype == np.bool_):
        return bet.options[0 if bool(value.reshape(-1)[0]) else 1]
    number = float(value.reshape(-1)[0])
    if not number.is_integer() or not 0 <= number < len(bet.options):
        raise ActionError(f"{shown(value)} is the place of no option: allowed are 0 to {len(bet.options) - 1}")
    return bet.options[int(number)]


ACTION = Action(
    "settle", "NAME = KEY | EXPR", "say how a bet came out", _settled, _settle,
    listed=lambda given: f"settle {given.name}", stands=True, fits=_fits,
)  # fmt: skip
