"""The panels of the laboratory, one file each: a module that declares `PANEL` is a panel, and nothing else is to be edited."""

from __future__ import annotations

from gradlab.registry import collect
from gradlab.tui.panels._panel import Panel, PanelKind, PanelWidget


def panel_kinds() -> tuple[PanelKind, ...]:
    """Return the kinds of panels by their number."""
    return tuple(sorted(collect("gradlab.tui.panels", "PANEL").values(), key=lambda kind: kind.number))


__all__ = ["Panel", "PanelKind", "PanelWidget", "panel_kinds"]
