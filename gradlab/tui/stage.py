"""What a lesson may ask of the screen: `show PANEL`, `zoom LEVEL`, `layout NAME`. A word that nothing has is a note.

A person may ask for a theme, too: `theme NAME`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from gradlab.source import did_you_mean
from gradlab.tui.arrangement.perspectives import PERSPECTIVES
from gradlab.tui.keys import file
from gradlab.tui.panels import PanelKind, panel_kinds
from gradlab.tui.themed import ThemedApp

if TYPE_CHECKING:
    from gradlab.tui.screens.lessons import Lessons

LEVELS = {level: level for level in ("network", "layers", "ops", "lines", "numbers")}
"""The words of `zoom`."""
NO_COLOURS = "all themes look alike: NO_COLOR is set"


def set_stage(screen: Lessons, what: str, word: str) -> str:
    """Do it, and return what there is to say: nothing, or that there is no such word."""
    return STAGES[what](screen, word)


def unknown_stage(what: str, word: str) -> str:
    """Return what the screen says to a word that it does not have; "" for one that it has."""
    words: dict[str, Collection[str]] = {"show": _panels(panel_kinds()), "zoom": LEVELS, "layout": PERSPECTIVES}
    known = words[what]
    return "" if word in known else _unknown("panel" if what == "show" else what, word, known)


def _panels(kinds: Iterable[PanelKind]) -> dict[str, str]:
    """Return the names of panels by what they may be called."""
    named = tuple(kinds)
    return {kind.title: kind.name for kind in named} | {kind.name: kind.name for kind in named}


def _show(screen: Lessons, word: str) -> str:
    named = _panels(screen.kinds)
    if word not in named:
        return _unknown("panel", word, named)
    screen.choose(named[word])
    return ""


def _zoom(screen: Lessons, word: str) -> str:
    from gradlab.tui.panels._graph_view import GraphView

    if word not in LEVELS:
        return _unknown("zoom", word, LEVELS)
    screen.query_one(GraphView).zoom(LEVELS[word])
    return ""


def _layout(screen: Lessons, word: str) -> str:
    if word not in PERSPECTIVES:
        return _unknown("layout", word, PERSPECTIVES)
    screen.show_perspective(word)
    return ""


def _theme(screen: Lessons, word: str) -> str:
    app = screen.app
    if not isinstance(app, ThemedApp):
        return ""
    app.choose_theme(word)
    return NO_COLOURS if app.no_color else f'theme {word}; `theme = "{word}"` in {file()} keeps it'


def _unknown(what: str, word: str, known: Collection[str]) -> str:
    return f"there is no {what} `{word}`; {did_you_mean(word, known) or 'there are ' + ', '.join(known)}"


STAGES: Mapping[str, Callable[[Lessons, str], str]] = {"show": _show, "zoom": _zoom, "layout": _layout, "theme": _theme}
