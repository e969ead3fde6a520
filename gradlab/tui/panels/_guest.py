"""Panels of other packages: what one of them does wrong is told, and ends nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import isfunction
from typing import Any

from gradlab.tui.panels._panel import PanelWidget

SHOWN = "show"


def watch_over(panel: PanelWidget, tell: Callable[[str, Exception], None]) -> None:
    """Have whatever a panel raises told, with the name of the method, and what every panel does by itself done instead."""
    kind = type(panel)
    usual = {name: method for name, method in vars(PanelWidget).items() if isfunction(method) and not name.startswith("_")}
    for name in (*usual, *(name for name in dir(kind) if name.startswith("action_"))):
        if getattr(kind, name) is not getattr(PanelWidget, name, None):
            setattr(panel, name, _guarded(panel, name, tell))


def _guarded(panel: PanelWidget, name: str, tell: Callable[[str, Exception], None]) -> Callable[..., Any]:
    method = getattr(panel, name)
    usual = getattr(PanelWidget, name, None) if name != SHOWN else None

    @wraps(method)
    def guarded(*given: Any, **named: Any) -> Any:
        try:
            return method(*given, **named)
        except Exception as error:  # noqa: BLE001  whatever a plug-in does wrong, the program goes on
            tell(name, error)
            return usual(panel, *given, **named) if usual is not None else None

    return guarded
