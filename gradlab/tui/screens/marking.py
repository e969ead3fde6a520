"""All that can be chosen in sight, and the letters on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from textual.geometry import Offset, Region
from textual.widget import Widget

from gradlab.draw.ink import Goal
from gradlab.tui.overlays.labels import Labelled
from gradlab.tui.widgets.bars import Footer, Header
from gradlab.tui.widgets.internals import Framed

if TYPE_CHECKING:
    from gradlab.tui.screens.bench import Bench


def goals_in_sight(screen: Bench) -> list[Labelled]:
    """Return all that can be chosen in sight, in the order of reading, each once: the bars last."""
    panels = [screen.panels[name] for name in screen.arrangement.places]
    found = [one for panel in panels for one in _of_panel(panel)]
    bars = (screen.query_one(Header), screen.query_one(Footer))
    found += [Labelled(bar, region.offset, goal) for bar in bars if bar.display for region, goal in bar.goals()]
    seen: dict[Goal, Labelled] = {}
    for one in found:
        seen.setdefault(one.goal, one)
    return list(seen.values())


def _of_panel(panel: Widget) -> Iterator[Labelled]:
    """Return what a panel shows, in the order of reading, and what stands in its rule."""
    top = panel.styles.gutter.top
    inside: Iterable[tuple[Region, Goal]] = panel.goals() if hasattr(panel, "goals") else ()
    places = [(region.translate(Offset(panel.styles.gutter.left, top)), goal) for region, goal in inside]
    rule = panel.rule_goals() if hasattr(panel, "rule_goals") else ()
    for region, goal in [*rule, *sorted(places, key=lambda pair: (pair[0].y, pair[0].x))]:
        yield Labelled(panel, region.offset, goal)


def show_labels(screen: Bench, labels: Sequence[tuple[str, Labelled]]) -> None:
    """Draw these labels and no others."""
    wanted: dict[Widget, dict[int, list[tuple[int, str]]]] = {}
    for text, one in labels:
        wanted.setdefault(one.widget, {}).setdefault(one.at.y, []).append((one.at.x, text))
    for widget in screen.walk_children(Framed):
        widget.show_labels(wanted.get(widget, {}))
