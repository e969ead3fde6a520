"""What gradlab uses of Textual that is not public, and what is done instead where it is not there.

The screens are the same either way, but Textual's own ways draw and lay out more than has changed. No other module but the
compositor here may use such names.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from textual.geometry import Region, Size
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.widget import Widget

UPDATE_SIZE = "_scroll_update"


def draw_sparingly(screen: Screen[Any]) -> None:
    """Have a screen draw only what is dirty; with a compositor other than the known one Textual draws as it does."""
    try:
        from gradlab.tui.widgets.compositor import SparingCompositor, is_known
    except ImportError:
        return
    if is_known(getattr(screen, "_compositor", None)):
        screen._compositor = SparingCompositor()


def set_content_size(view: ScrollView, size: Size) -> None:
    """Say how large the content of a view is, without a layout of the whole screen, which takes 20 ms."""
    update = getattr(view, UPDATE_SIZE, None)
    if update is None:
        view.virtual_size = size
    else:
        view.set_reactive(ScrollView.virtual_size, size)
        update(size)


class Banded(Widget):
    """Repaints in bands: what is dirty on lines that touch is one region.

    For every region Textual renders the widget once and sends its lines from their first cell, however narrow it is. A Textual
    that does not ask in this way never calls the method.
    """

    def _exchange_repaint_regions(self) -> Collection[Region]:
        """Return what is dirty, and forget it."""
        return bands(super()._exchange_repaint_regions())


def bands(regions: Collection[Region]) -> list[Region]:
    """Return the regions with those joined whose lines touch or overlap."""
    joined: list[Region] = []
    for region in sorted(regions, key=lambda r: r.y):
        if joined and region.y <= joined[-1].bottom:
            joined[-1] = joined[-1].union(region)
        else:
            joined.append(region)
    return joined
