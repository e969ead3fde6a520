"""Pages of actions and of words of the model language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.errors import ActionError
from gradlab.lab.arguments import optional, text
from gradlab.lab.outcome import Line, Outcome, Page, told

if TYPE_CHECKING:
    from gradlab.session import Lab


def _help(lab: Lab, name: str | None) -> Outcome:
    """Say all actions, what one of them takes, or all about a word or a group of words of the model language."""
    from gradlab.scenario import glossary

    lines = _lines(name)
    page = _everything() if name is None else Page(name, tuple(lines)) if glossary.knows(name) else None
    return told((Line("info", line) for line in lines), page=page)


def _everything() -> Page:
    """Return the page of all actions, each with what it does below it."""
    from gradlab.actions import words

    return Page("what can be done", tuple(line for known in words().values() for line in (known.line, f"    {known.help}")))


def _lines(name: str | None) -> list[str]:
    """Return what help says of an action, of a word or a group of words, or of all actions. Raises ActionError."""
    from gradlab.actions import words
    from gradlab.scenario import foreign, glossary

    chosen = [known for known in words().values() if name in (None, known.name)]
    width = max((len(known.line) for known in chosen), default=0)
    lines = [f"{known.line:<{width}}  {known.help}" for known in chosen]
    if name is not None and glossary.knows(name):
        return [*lines, *([""] if lines else []), *glossary.about(name)]
    if not lines:
        near = foreign.hint(str(name), [*words(), *glossary.names()])
        raise ActionError(f"unknown action or word `{name}`{near and ': ' + near}")
    return lines


ACTION = Action("help", "[ACTION|WORD]", "what can be done, or the page of a word of the model language", optional(text), _help)
