"""What a lesson says and points at; the run does not change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.errors import ActionError
from gradlab.lab.action import action
from gradlab.lab.arguments import Words, node, nothing, optional, text
from gradlab.lab.places import is_mark
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
    from gradlab.lab.actions import ACTIONS
    from gradlab.scenario import glossary

    if name is not None and name not in ACTIONS and not glossary.knows(name):
        raise ActionError(f"unknown action or word `{name}` {did_you_mean(name, [*ACTIONS, *glossary.names()])}".rstrip())
    chosen = [known for known in ACTIONS.values() if name in (None, known.name)]
    width = max((len(known.line) for known in chosen), default=0)
    for known in chosen:
        lab.say("info", f"{known.line:<{width}}  {known.help}")
    if name is not None and glossary.knows(name):
        for line in [*([""] if chosen else []), *glossary.about(name)]:
            lab.say("info", line)
