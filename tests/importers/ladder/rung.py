"""What a model of the ladder gives."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Rung:
    """A model, what it is called with, and its loss. small: one of those that are run without compiled kernels, too."""

    model: Any
    args: tuple[Any, ...]
    loss: Callable[..., Any]
    target: Any
    small: bool = False
