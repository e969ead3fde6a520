"""What a lesson may ask of the screen: `show`, `zoom`, `unfold`, `fold`, `layout`. What it does not have is a note.

A person may ask for a theme, too: `theme NAME`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from gradlab.source import did_you_mean
from gradlab.tui.arrangement.perspectives import PERSPECTIVES
from gradlab.tui.arrangement.tree import CAPTION, panels_of, read_layout
from gradlab.tui.keys import file, widget_of
from gradlab.tui.panels import PanelKind, panel_kinds
from gradlab.tui.themed import ThemedApp

if TYPE_CHECKING:
    from gradlab.tui.screens.bench import Bench

LEVELS = {level: level for level in ("network", "layers", "ops", "lines", "numbers")}
"""The words of `zoom`."""
NO_COLOURS = "all themes look alike: NO_COLOR is set"


def set_stage(screen: Bench, what: str, word: str) -> str:
    """Do it, and return what there is to say: nothing, or that there is no such word."""
    return STAGES[what](screen, _unquoted(word))


def _unquoted(word: str) -> str:
    from gradlab.actions._stage import unquoted  # actions are read when one is done, not before the first frame

    return unquoted(word)


def unknown_stage(what: str, word: str) -> str:
    """Return what the screen says to a word that it does not have; "" for one that it has."""
    word = _unquoted(word)
    if what == "show":
        return _sought(panel_kinds(), word)[1]
    if what == "layout":
        return "" if word in PERSPECTIVES else unreadable(word, [kind.name for kind in panel_kinds()])
    return "" if word in LEVELS else _unknown(what, word, LEVELS)


def unreadable(text: str, names: Collection[str]) -> str:
    """Return what is wrong with a layout that is written out; "" when it can be shown. names: of all panels."""
    if not any(sign in text for sign in "|/( "):
        return _unknown("layout", text, PERSPECTIVES)
    try:
        tree = read_layout(text)
    except ValueError as error:
        return f"no layout: {error}"
    strange = next((name for name in panels_of(tree) if name not in (*names, CAPTION)), "")
    return _unknown("panel", strange, names) if strange else ""


def _panels(kinds: Iterable[PanelKind]) -> dict[str, str]:
    """Return the names of panels by what they may be called."""
    named = tuple(kinds)
    return {kind.title: kind.name for kind in named} | {kind.name: kind.name for kind in named}


def _sought(kinds: Iterable[PanelKind], words: str) -> tuple[tuple[str, int], str]:
    """Return the name of a panel and the number of a way to look at it, -1 for none; and what is wrong with the words."""
    kinds = tuple(kinds)
    named = _panels(kinds)
    title = next((name for name in sorted(named, key=len, reverse=True) if f"{words} ".startswith(f"{name} ")), "")
    if not title:
        word = words.partition(" ")[0]
        return ("", -1), _unknown("panel", word, named)
    facet = words[len(title) :].strip()
    facets = next(getattr(widget_of(kind), "facets", ()) for kind in kinds if kind.name == named[title])
    if not facet:
        return (named[title], -1), ""
    spelled = [one.replace(" ", "-") for one in facets]
    if facet.replace(" ", "-") in spelled:
        return (named[title], spelled.index(facet.replace(" ", "-"))), ""
    return ("", -1), _unknown(f"way to look at {title}", facet, spelled) if spelled else f"there is one way to look at {title}"


def _show(screen: Bench, words: str) -> str:
    (name, facet), wrong = _sought(screen.kinds, words)
    if wrong:
        return wrong
    screen.choose(name)
    panel = screen.panels[name]
    return panel.next_facet(facet - panel.facet) if facet not in (-1, panel.facet) else ""


def _zoom(screen: Bench, word: str) -> str:
    from gradlab.tui.panels._graph_view import GraphView

    if word not in LEVELS:
        return _unknown("zoom", word, LEVELS)
    screen.query_one(GraphView).zoom(LEVELS[word])
    return ""


def _unfold(screen: Bench, word: str) -> str:
    return _folds(screen, word, opened=True)


def _fold(screen: Bench, word: str) -> str:
    return _folds(screen, word, opened=False)


def _folds(screen: Bench, word: str, *, opened: bool) -> str:
    from gradlab.tui.panels._graph_view import GraphView

    return screen.query_one(GraphView).unfold(word, opened=opened)


def _layout(screen: Bench, word: str) -> str:
    return screen.show_layout(word)


def _theme(screen: Bench, word: str) -> str:
    app = screen.app
    if not isinstance(app, ThemedApp):
        return ""
    app.choose_theme(word)
    return NO_COLOURS if app.no_color else f'theme {word}; `theme = "{word}"` in {file()} keeps it'


def _unknown(what: str, word: str, known: Collection[str]) -> str:
    return f"there is no {what} `{word}`; {did_you_mean(word, known) or 'there are ' + ', '.join(known)}"


STAGES: Mapping[str, Callable[[Bench, str], str]] = {
    "show": _show, "zoom": _zoom, "unfold": _unfold, "fold": _fold, "layout": _layout, "theme": _theme,
}  # fmt: skip
