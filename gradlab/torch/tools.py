"""What stands between a backward pass and a step of the optimizer: clipping, a scheduler, a GradScaler, gradients added up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradlab.arguments import number
from gradlab.torch.keeping import gradients, total_norm


class Tools:
    """The tools of one training. clip: norm that gradients are clipped to.   skipped: whether the scaler left out a step."""

    def __init__(
        self, optimizer: Any, clip: float | None = None, scheduler: Any = None, scaler: Any = None, accumulate: int = 1
    ) -> None:
        self.optimizer, self.scheduler, self.scaler, self.accumulate = optimizer, scheduler, scaler, accumulate
        self.clip = None if clip is None else number("watch", "clip", clip, low=1e-300)
        self.skipped = False
        self._done = 0
        self._before: list[str] = []
        self._after: list[str] = []
        self.begin()

    def begin(self) -> None:
        """Take note of how things stand before a step."""
        self.skipped, self._after = False, []
        self._before = [*self._rates(), *self._scale(), *self._added()]

    def begins(self, step: int) -> bool:
        """Return whether gradients begin anew with a step."""
        return step % self.accumulate == 0

    def ends(self, step: int) -> bool:
        """Return whether the optimizer moves the parameters in a step."""
        self._done = (step + 1) % self.accumulate
        return self.moves(step)

    def moves(self, step: int) -> bool:
        """Return whether a step is the last one whose gradients are added up."""
        return (step + 1) % self.accumulate == 0

    @property
    def factor(self) -> float:
        """What the GradScaler multiplies the loss by, and so the gradients; 1 without one."""
        return 1.0 if self.scaler is None else float(self.scaler.get_scale())

    def scaled(self, loss_fn: Callable[..., Any]) -> Callable[..., Any]:
        """Return the loss whose gradient a step adds: a part of it where several batches are added up."""
        if self.accumulate == 1:
            return loss_fn

        def part(model: Any, *batch: Any) -> Any:
            return loss_fn(model, *batch) / self.accumulate

        return part

    def backward(self, loss: Any) -> None:
        """Run the backward pass."""
        part = loss / self.accumulate if self.accumulate > 1 else loss
        (self.scaler.scale(part) if self.scaler is not None else part).backward()

    def measure(self, model: Any) -> float:
        """Return the norm of all gradients, without the factor of a GradScaler; then clip them."""
        import torch

        if self.scaler is not None:
            self.scaler.unscale_(self.optimizer)
        if self.clip is None:
            return total_norm(gradients(self.optimizer, model))
        params = [p for group in self.optimizer.param_groups for p in group["params"]]
        norm = float(torch.nn.utils.clip_grad_norm_(params, self.clip))
        self._after.append(_clipped(norm, self.clip))
        return norm

    def step(self, norm: float) -> None:
        """Move the parameters. norm: of all gradients, as they were measured."""
        if self.scaler is None:
            self.optimizer.step()
        else:
            self._scaled_step(norm)
        if self.scheduler is not None:
            self.scheduler.step()

    def _scaled_step(self, norm: float) -> None:
        before = self.scaler.get_scale()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        after = self.scaler.get_scale()
        self.skipped = after < before or not norm < float("inf")
        if self.skipped:
            self._after.append(
                f"GradScaler left out the step, for a scaled gradient was not finite; its scale is now {after:g}"
            )

    def notes(self) -> list[str]:
        """Return what the tools did in the last step, a sentence each."""
        return [*self._before, *self._after]

    def _rates(self) -> list[str]:
        kind, rates = type(self.optimizer).__name__, [group.get("lr") for group in self.optimizer.param_groups]
        told = ", ".join(f"{float(rate):g}" for rate in rates if rate is not None)
        if self.scheduler is None:
            return [f"{kind}, lr {told}"]
        done = getattr(self.scheduler, "last_epoch", None)
        return [f"{kind}, lr {told} as {type(self.scheduler).__name__} has set it" + (f" after {done} steps" if done else "")]

    def _scale(self) -> list[str]:
        if self.scaler is None:
            return []
        return [f"GradScaler multiplied the loss by {self.scaler.get_scale():g}; the gradients here are without that"]

    def _added(self) -> list[str]:
        if self.accumulate == 1:
            return []
        text = f"gradients of {self.accumulate} batches are added up, and the loss is divided by {self.accumulate}"
        if not self._done:
            return [f"{text}; this batch is the first of them"]
        last = "" if self._done == self.accumulate - 1 else "; the optimizer moves nothing until the last of them"
        return [f"{text}; {self._done} came before this one{last}"]


def _clipped(norm: float, limit: float) -> str:
    """Return what clipping gradients of some norm did to them."""
    if norm <= limit:
        return f"the gradients were not clipped: norm {norm:.4g}, at most {limit:g} is let through"
    if norm < float("inf"):
        return f"the gradients were clipped: norm {norm:.4g}, at most {limit:g} is let through"
    return f"the gradients were clipped, which left none of use: their norm is {norm:.4g}"
