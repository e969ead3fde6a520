"""gradlab: a debugger for gradients that lives in a terminal.

`load` opens a scenario, `build` a model that stands in a string; both give a `Lab`. `snapshot`, `watch` and `breakpoint` are
for models of PyTorch. All are imported when they are asked for: `import gradlab` alone loads neither NumPy nor anything else
that is heavy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradlab.session import Lab, build, load
    from gradlab.torch.breaking import breakpoint
    from gradlab.torch.snapshots import snapshot
    from gradlab.torch.watching import watch

__version__ = "0.1.0"
__all__ = ["Lab", "__version__", "breakpoint", "build", "load", "snapshot", "watch"]
_PLACES = {"breakpoint": "gradlab.torch.breaking", "snapshot": "gradlab.torch.snapshots", "watch": "gradlab.torch.watching"}
"""Modules of names that do not stand in `gradlab.session`."""


def __getattr__(name: str) -> Any:
    """Return one of `__all__`. Raises AttributeError."""
    if name not in __all__:
        raise AttributeError(f"module `gradlab` has no attribute `{name}`")
    from importlib import import_module

    from gradlab.collecting import held_back

    with held_back():
        return getattr(import_module(_PLACES.get(name, "gradlab.session")), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
