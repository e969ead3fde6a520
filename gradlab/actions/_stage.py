"""What sets the stage of a lesson: a word that the screen understands. Which words there are, only the screen knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from gradlab.lab.arguments import Words
from gradlab.lab.outcome import Outcome

if TYPE_CHECKING:
    from gradlab.session import Lab


def stage_word(words: Words) -> str:
    """Read one word, whichever it is."""
    given = list(words)
    if len(given) != 1:
        words.refuse(f"unexpected `{given[1].text}`" if given else "which one?", given[1] if given else words.span)
    return given[0].text


def stage_words(words: Words) -> str:
    """Read all that stands there, which may be in quotes."""
    if not words.text:
        words.refuse("which one?", words.span)
    return unquoted(words.text)


def unquoted(text: str) -> str:
    """Return a text without the quotes around it."""
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] in "\"'" else text


def set_stage(what: str) -> Callable[[Lab, str], Outcome]:
    """Return what hands a word on to the screen."""
    return lambda lab, word: Outcome(stage=((what, word),))
