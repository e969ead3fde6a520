"""Whether the gradients of an earlier step were still there when those of a step were added: `zero_grad` was not called.

One parameter is asked: right after its gradient has arrived, it is the tensor of before, and was written once since the step
began. What is zeroed in between was written twice, or is another tensor.
"""

from __future__ import annotations

import weakref
from typing import Any


class Leftover:
    """Looks at the gradients of an optimizer. found: whether in this step they were added to those of before.

    stepped: whether the optimizer has made a step with those.   usual: whether that was found in a step before, so that they
    are worth being kept.   kept: whether they were kept before this step.
    """

    def __init__(self, optimizer: Any) -> None:
        self.optimizer = optimizer
        self.found = self.stepped = self.usual = self.kept = False
        self._moved = False
        self._handle: Any = None

    def begin(self) -> None:
        """Look at a step that begins."""
        self.stepped, self._moved = self._moved, False
        self.found, self.kept = False, self.usual
        params: list[Any] = [p for group in self.optimizer.param_groups for p in group["params"]]
        probe: Any = next((p for p in params if p.requires_grad and p.is_leaf and p.grad is not None), None)
        if probe is not None:
            there: Any = probe.grad
            before, version = weakref.ref(there), there._version

            def arrived(param: Any) -> None:
                now: Any = param.grad
                self.found |= now._version == version + 1 and now is before()

            self._handle = probe.register_post_accumulate_grad_hook(arrived)

    def moved(self) -> None:
        """Take note of a step of the optimizer."""
        self._moved = True

    def end(self) -> None:
        """Look no more: the step is over."""
        self.usual |= self.found
        if self._handle is not None:
            self._handle.remove()
            self._handle = None

    def told(self) -> list[str]:
        """Return what is said of it."""
        if not self.found:
            return []
        of = "steps" if self.stepped else "batches"
        return [f"gradients were not set to zero before this step: those of earlier {of} were there, and were added to"]
