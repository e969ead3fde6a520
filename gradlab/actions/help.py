"""Pages of actions, of words of the model language, of terms of the field, and whole pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gradlab import pages
from gradlab.actions._action import Action
from gradlab.errors import ActionError
from gradlab.lab.arguments import optional, text
from gradlab.lab.outcome import Line, Outcome, Page, told

if TYPE_CHECKING:
    from gradlab.session import Lab


def _help(lab: Lab, name: str | None) -> Outcome:
    """Say all actions, or what there is to read about a name."""
    if name is None:
        return told((Line("info", line) for line in _actions(None)), page=_everything())
    lines = about(name)
    page = Page(name, tuple(lines)) if len(lines) > 1 else None
    return told((Line("info", line) for line in lines), page=page)


def about(name: str) -> list[str]:
    """Return what there is to read about a name: an action, words, a page. Raises ActionError with the nearest name."""
    from gradlab.scenario import foreign, glossary

    found = [_actions(name), _topic(name), glossary.about(name) if glossary.knows(name) else [], page_lines(name)]
    if not any(found):
        near = foreign.hint(name, names())
        raise ActionError(f"there is nothing to read about `{name}`{near and '; ' + near}")
    return _apart([part for part in found if part])


def names() -> list[str]:
    """Return all names that there is something to read about."""
    from gradlab.actions import words
    from gradlab.scenario import glossary

    return [*words(), *glossary.names(), *pages.files()]


def contents() -> list[str]:
    """Return what there is to read: the actions, the groups of words, the pages and the terms."""
    from gradlab.scenario import glossary

    groups = [f"  {group.name:<14}  {group.holds}" for group in glossary.GROUPS.values()]
    listed = [f"  {name:<22}  {pages.title(name)}" for name in pages.files()]
    return _apart(
        [
            ["actions of the lab", "", *(f"  {line}" for line in _actions(None))],
            ["words of the model language, by group", "", *groups],
            ["pages and terms", "", *listed],
            ["`gradlab help NAME` shows one of them."],
        ]
    )


def _topic(name: str) -> list[str]:
    """Return the page of an argument of an action, `plot plane` or `plane`; of the action itself what pages there are."""
    from gradlab.actions import words

    word, _, behind = name.partition(" ")
    action = words().get(word)
    if action is None:
        asked = (found.topics().get(name, []) for found in words().values() if found.topics is not None)
        return next(filter(None, asked), [])
    topics = {} if action.topics is None else action.topics()
    if behind.strip():
        return topics.get(behind.strip(), [])
    first = {id(page): topic for topic, page in reversed([*topics.items()])}
    return [f"`help {word} {topic}`: {page[0]}" for topic, page in topics.items() if first[id(page)] == topic]


def page_lines(name: str) -> list[str]:
    """Return a page as it is written; nothing where there is none of that name."""
    return pages.read(name).splitlines() if name in pages.files() else []


def _apart(parts: Sequence[list[str]]) -> list[str]:
    """Return several texts as one, with an empty line between them."""
    return [line for number, part in enumerate(parts) for line in ([""] * bool(number) + part)]


def _everything() -> Page:
    """Return the page of all actions, each with what it does below it."""
    from gradlab.actions import words

    return Page("what can be done", tuple(line for known in words().values() for line in (known.line, f"    {known.help}")))


def _actions(name: str | None) -> list[str]:
    """Return how an action, or all of them, are written and what they do."""
    from gradlab.actions import words

    chosen = [known for known in words().values() if name in (None, known.name)]
    width = max((len(known.line) for known in chosen), default=0)
    return [f"{known.line:<{width}}  {known.help}" for known in chosen]


ACTION = Action("help", "[NAME]", "what can be done, or what there is to read about a name", optional(text), _help)
