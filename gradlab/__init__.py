"""gradlab: a debugger for gradients that lives in a terminal.

`load` opens a scenario, `build` a model that stands in a string; both give a `Lab`. `sweep` runs a scenario many times.
They are imported when they are asked for: `import gradlab` alone loads neither NumPy nor anything else that is heavy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradlab.session import Lab, build, load
    from gradlab.sweeps.function import sweep

__version__ = "0.1.0"
__all__ = ["Lab", "__version__", "build", "load", "sweep"]


def __getattr__(name: str) -> Any:
    """Return `load`, `build`, `sweep` or `Lab`. Raises AttributeError."""
    if name not in __all__:
        raise AttributeError(f"module `gradlab` has no attribute `{name}`")
    from importlib import import_module

    from gradlab.collecting import held_back

    with held_back():
        return getattr(import_module("gradlab.sweeps.function" if name == "sweep" else "gradlab.session"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
