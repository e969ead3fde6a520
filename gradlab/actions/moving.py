"""Walking along the time axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.axis.places import FORM, is_mark, is_position, read_position
from gradlab.axis.position import Position
from gradlab.errors import ActionError
from gradlab.lab import passes
from gradlab.lab.action import action
from gradlab.lab.arguments import Move, Words, amount_of_updates, move, node, nothing, together
from gradlab.lab.search.breakpoints import run_forth
from gradlab.lab.telling import tell_ops, tell_position, tell_training
from gradlab.scenario.expressions import Expression, read_expression

if TYPE_CHECKING:
    from gradlab.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class Back:
    """What a backward pass starts from, and where it stops."""

    root: str | None = None
    seed: Expression | None = None
    stop: str | None = None


def _to_node(words: Words) -> str | None:
    """Read `[to NODE]`."""
    head, tail = words.split("to")
    if head.text:
        words.refuse(f"unexpected `{head.text}`", head.span)
    return None if tail is None else node(tail)


def _back(words: Words) -> Back:
    """Read `[NODE] [with EXPR] [to NODE]`."""
    head, stop = words.split("to")
    head, seed = head.split("with")
    found = Back()

    def read_root() -> None:
        nonlocal found
        found = Back(node(head) if head.text else None, found.seed, found.stop)

    def read_seed() -> None:
        nonlocal found
        if seed is not None:
            found = Back(found.root, _expression(seed), found.stop)

    def read_stop() -> None:
        nonlocal found
        if stop is not None:
            found = Back(found.root, found.seed, node(stop))

    together(read_root, read_seed, read_stop)
    return found


def _expression(words: Words) -> Expression:
    from gradlab.lab.arguments import expression

    return expression(words) if words.known is not None else read_expression(words.span)


def _place(words: Words) -> str:
    """Read `POS`: a position, or the name of a mark."""
    text = words.text
    if not text or (not is_position(text) and not is_mark(text)):
        words.refuse(f"`{text}` is not a position" if text else "where to?", words.span, FORM)
    return text


@action("forward", "[to NODE]", "run the forward pass, or go on with it", _to_node, key="f", moves=True)
def forward(lab: Lab, stop: str | None) -> None:
    """Run phase f: go on within it, begin it again from b, or open the next update from u."""
    passes.forward(lab, stop)
    tell_position(lab)


@action("backward", "[NODE] [with EXPR] [to NODE]", "run the backward pass, from a node", _back, key="b", moves=True)
def backward(lab: Lab, given: Back) -> None:
    """Run phase b from a root; another root replaces this update's phase b."""
    passes.backward(lab, given.root, given.seed, given.stop)
    tell_position(lab)


@action("accumulate", "[NODE] [with EXPR]", "run a backward pass that adds to the gradients of the last", _back, moves=True)
def accumulate(lab: Lab, given: Back) -> None:
    """Replace phase b by one that starts from the gradients of leaves that were there."""
    if given.stop is not None:
        raise ActionError("`accumulate` runs to the end; it takes no `to`")
    passes.accumulate(lab, given.root, given.seed)
    tell_position(lab)


@action("update", "", "finish this update: forward, backward and the step of the optimizer", nothing, key="u", moves=True)
def update(lab: Lab, _: None) -> None:
    """Go to the beginning of the next update."""
    if not lab.run.timeline.trains:
        raise ActionError("there is no update: the model has no `minimize`")
    lab.go(Position(lab.position.update + 1))
    tell_position(lab)


@action("step", "[N] [op|layer|phase|update|epoch]", "go forth by some ops, or other units", move, key="n", moves=True)
def step(lab: Lab, by: Move) -> None:
    """Go forth."""
    start = lab.position
    lab.go(lab.run.timeline.forth(start, by.unit, by.number))
    tell_ops(lab, start)


@action("back", "[N] [op|layer|phase|update|epoch]", "go back by some ops, or other units", move, key="N", moves=True)
def back(lab: Lab, by: Move) -> None:
    """Go back."""
    lab.go(lab.run.timeline.back(lab.position, by.unit, by.number))
    tell_position(lab)


@action("goto", "POS", "go to a position, such as 0.b.3, 12.f.end, or a mark", _place, key="g", moves=True)
def goto(lab: Lab, text: str) -> None:
    """Go to a position, or to a mark."""
    lab.go(lab.marks[text] if text in lab.marks else read_position(text, lab.run.timeline))
    tell_position(lab)


@action("train", "N [updates|epochs]", "run many updates at full speed", amount_of_updates, key="t", moves=True)
def train(lab: Lab, by: Move) -> None:
    """Train."""
    start = lab.position
    updates = by.number * (lab.run.timeline.per_epoch if by.unit == "epoch" else 1)
    if lab.breakpoints and lab.run.timeline.trains:
        run_forth(lab, None, updates)
    else:
        lab.train(updates)
    tell_training(lab, start)
