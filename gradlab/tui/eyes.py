"""What is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gradlab.tui.moment import Element, Request


@dataclass(slots=True)
class Eyes:
    """What is looked at; replaced by the lab thread only, by tasks in the order of the keys."""

    focus: int = -1
    element: Element = 0
    requests: Mapping[str, Request] = field(default_factory=dict)
