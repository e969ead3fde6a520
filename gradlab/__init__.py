"""gradlab: a debugger for gradients that lives in a terminal.

`load` opens a scenario, `build` a model that stands in a string, `from_torch` a model of PyTorch with its batch; each gives a
`Lab`. `sweep` runs a scenario many times. `snapshot`, `watch` and `breakpoint` are for programs in PyTorch. All are imported
when they are asked for: `import gradlab` alone loads neither NumPy nor anything else that is heavy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradlab.session import Lab, build, load
    from gradlab.sweeps.function import sweep
    from gradlab.torch.breaking import breakpoint
    from gradlab.torch.loading import from_torch
    from gradlab.torch.snapshots import snapshot
    from gradlab.torch.watching import watch

__version__ = "0.1.0"
__all__ = ["Lab", "__version__", "breakpoint", "build", "from_torch", "load", "snapshot", "sweep", "watch"]
_ROOMS = {
    "breakpoint": "gradlab.torch.breaking", "from_torch": "gradlab.torch.loading", "snapshot": "gradlab.torch.snapshots",
    "sweep": "gradlab.sweeps.function", "watch": "gradlab.torch.watching",
}  # fmt: skip
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
