"""gradlab: a debugger for gradients that lives in a terminal.

`load` opens a scenario, `build` a model that stands in a string, `from_torch` a model of PyTorch with its batch; each gives a
`Lab`. They are imported when they are asked for: `import gradlab` alone loads neither NumPy nor anything else that is heavy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradlab.session import Lab, build, load
    from gradlab.torch import from_torch

__version__ = "0.1.0"
__all__ = ["Lab", "__version__", "build", "from_torch", "load"]
_ROOMS = {"from_torch": "gradlab.torch"}
"""Where names come from that are not of the session."""


def __getattr__(name: str) -> Any:
    """Return what `__all__` names. Raises AttributeError."""
    if name not in __all__:
        raise AttributeError(f"module `gradlab` has no attribute `{name}`")
    from importlib import import_module

    from gradlab.collecting import held_back

    with held_back():
        return getattr(import_module(_ROOMS.get(name, "gradlab.session")), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
