"""What a lesson says and points at; the run does not change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.axis.places import is_mark
from gradlab.errors import ActionError
from gradlab.lab.action import action
from gradlab.lab.arguments import Words, node, nothing, optional, text
from gradlab.source import did_you_mean

if TYPE_CHECKING:
    from gradlab.lab.lab import Lab


@action("say", "TEXT", "say a sentence", text)
def say(lab: Lab, words: str) -> None:
    """Say the words."""
    lab.say("say", words)


@action("focus", "NODE", "look at a node", node)
def focus(lab: Lab, name: str) -> None:
    """Look at a node."""
    lab.focus = lab.known.nodes[name]
    lab.say("info", f"looking at {name}")


@action("pause", "", "wait for a key when a lesson is played", nothing)
def pause(lab: Lab, _: None) -> None:
    """Wait; without a screen nothing is waited for."""
    lab.say("info", "pause")


def _mark(words: Words) -> str:
    name = words.text
    if not is_mark(name):
        words.refuse(f"`{name}` is not a name" if name else "a name is needed", words.span, "letters, digits, `_` and `-`")
    return name


@action("mark", "NAME", "give this position a name, for `goto NAME`", _mark, moves=True)
def mark(lab: Lab, name: str) -> None:
    """Remember the position."""
    lab.marks[name] = lab.position
    lab.say("info", f"{name} is {lab.position}")


@action("help", "[ACTION|WORD]", "what can be done, or the page of a word of the model language", optional(text))
def show_help(lab: Lab, name: str | None) -> None:
    """Say all actions, what one of them takes, or all about a word or a group of words of the model language."""
    for line in help_lines(name):
        lab.say("info", line)


def help_lines(name: str | None) -> list[str]:
    """Return what help says of an action, of a word or a group of words, or of all actions. Raises ActionError."""
    from gradlab.actions import ACTIONS
    from gradlab.scenario import glossary

    chosen = [known for known in ACTIONS.values() if name in (None, known.name)]
    width = max((len(known.line) for known in chosen), default=0)
    lines = [f"{known.line:<{width}}  {known.help}" for known in chosen]
    if name is not None and glossary.knows(name):
        return [*lines, *([""] if lines else []), *glossary.about(name)]
    if not lines:
        near = did_you_mean(str(name), [*ACTIONS, *glossary.names()])
        raise ActionError(f"unknown action or word `{name}` {near}".rstrip())
    return lines
