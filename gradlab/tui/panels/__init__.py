"""The panels of the laboratory, one file each: a module that declares `PANEL` is a panel, and nothing else is to be edited."""

from __future__ import annotations

from gradlab import plugins
from gradlab.registry import Registry, collect
from gradlab.tui.panels._panel import Panel, PanelKind, PanelWidget, numbered

PANELS: Registry[PanelKind] = collect(__name__, "PANEL")


def panel_kinds(*, outside: bool = True) -> tuple[PanelKind, ...]:
    """Return the kinds of panels in their order: our own, then those of other packages, which are looked up for this."""
    kinds = sorted(PANELS.own.values(), key=_place)
    others = sorted(PANELS.outside.values(), key=_place) if outside else []
    return numbered([*kinds, *others], lambda kind, problem: plugins.complain(PANELS[kind.name], problem))


def _place(kind: PanelKind) -> tuple[int, str]:
    return kind.order, kind.name


__all__ = ["PANELS", "Panel", "PanelKind", "PanelWidget", "panel_kinds"]
