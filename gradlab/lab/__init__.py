"""The laboratory: everything that can be done with a scenario, without a screen.

What is heavy is imported when it is asked for, so that a face can draw its first frame before the engine is there.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradlab.lab.lab import Lab, Stopped, Trained
    from gradlab.lab.opening import build, load
    from gradlab.lab.script import Outcome

__all__ = ["Lab", "Outcome", "Stopped", "Trained", "build", "load"]

_PLACES = {"Lab": "lab", "Stopped": "lab", "Trained": "lab", "Outcome": "script", "build": "opening", "load": "opening"}


def __getattr__(name: str) -> Any:
    """Return what stands in `__all__`. Raises AttributeError."""
    if name not in _PLACES:
        raise AttributeError(f"module `gradlab.lab` has no attribute `{name}`")
    return getattr(import_module(f"gradlab.lab.{_PLACES[name]}"), name)
