"""Another text of the model, in the session: what `compare with` tries, for good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._telling import position_lines
from gradlab.errors import ActionError, ArgumentError
from gradlab.lab.arguments import Words
from gradlab.lab.changing import change
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.scenario.changes import read_change
from gradlab.scenario.overrides import Change

if TYPE_CHECKING:
    from gradlab.session import Lab


def _changes(words: Words) -> tuple[Change, ...]:
    """Read `NAME=EXPR [with NAME=EXPR …]`. Raises ScenarioError."""
    found: list[Change] = []
    rest: Words | None = words
    while rest is not None:
        one, rest = rest.split("with")
        if not one.text:
            one.refuse("change what to what? for instance `change lr=0.1`")
        try:
            found.append(read_change(one.text))
        except ArgumentError as error:
            one.refuse(str(error))
    return tuple(found)


def _change(lab: Lab, changes: tuple[Change, ...]) -> Outcome:
    """Let the changed model take the place of this one. Raises ActionError."""
    if lab.question is not None:
        raise ActionError("a question is open: answer it first, or `skip`")
    made = change(lab, changes, lab.statement_text)
    lines = [Line("value", line) for line in made.difference]
    lines += [Line("warning", f"the changed model has nothing for `{text}`, which is left out") for text in made.lost]
    return told([*lines, *position_lines(lab)])


def _topics() -> Mapping[str, list[str]]:
    """Return the page of what can be changed, and how it is written."""
    from gradlab.scenario import changes

    return {"edits": (changes.__doc__ or "").strip().split("\n")}


ACTION = Action(
    "change", "NAME=EXPR [with NAME=EXPR …]",
    "let a changed model take the place of this one, at the same position: `change sigmoid=relu`; in EXPR `_` is what stood"
    " there, `NAME@12` is that of line 12; what was done here is done there; the file stays, and `undo` brings back the model"
    " before",
    _changes, _change, moves=True, topics=_topics,
)  # fmt: skip
