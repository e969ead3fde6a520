"""A training in PyTorch that is watched: the state before each step is kept, and written to a file when the step went wrong.

    with gradlab.watch(model, loss_fn, optimizer, on="nan, spike 10x", keep=3) as w:
        for x, y in loader:
            loss = w.step(x, y)

`step` is a whole step: gradients to zero, loss, backward, clip, optimizer, scheduler. A loop with steps of its own says
`with w.around(x, y) as seen:` around each, and `seen.loss = loss` in it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from gradlab.arguments import whole
from gradlab.errors import ArgumentError, GradlabError
from gradlab.importers.torch._broken import told
from gradlab.torch.conditions import StepsBefore, StepSeen, conditions
from gradlab.torch.keeping import TrainingState, gradients, total_norm
from gradlab.torch.leftover import Leftover
from gradlab.torch.snapshots import SnapshotWritten, free_path, write_step
from gradlab.torch.tools import Tools


@dataclass(slots=True)
class _Own:
    """A file that this watch has written. mark: inode, time and size, by which it is known again."""

    path: Path
    mark: tuple[int, int, int]

    @classmethod
    def of(cls, path: Path) -> _Own:
        """Return a file as it is now."""
        return cls(path, _mark(path))

    def remove(self) -> None:
        """Remove it, if it is still what was written."""
        try:
            if _mark(self.path) == self.mark:
                self.path.unlink()
        except OSError:
            pass


def _mark(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size


@dataclass(slots=True)
class Around:
    """One step of a person's own loop. number: of it, from 0.   loss: what it came to, if they say so."""

    number: int
    loss: Any = None


class TrainingWatch:
    """What `watch` gives. files: that were written, the latest last.   steps: made so far."""

    def __init__(
        self, model: Any, loss_fn: Callable[..., Any], optimizer: Any, *, on: Any = "nan, spike 10x", keep: int = 3,
        folder: str | Path = ".", name: str = "bad", clip: float | None = None, scheduler: Any = None, scaler: Any = None,
        accumulate: int = 1, max_memory: int | None = None,
    ) -> None:  # fmt: skip
        if not callable(loss_fn):
            raise ArgumentError(f"`loss_fn(model, *batch)` is a function that gives the loss, got {type(loss_fn).__name__}")
        if not hasattr(optimizer, "param_groups"):
            raise ArgumentError(f"`watch` needs the optimizer, got {type(optimizer).__name__}")
        if not name or Path(name).name != name:
            raise ArgumentError(f"`name` is how the files begin, without a folder, got {name!r}")
        self.model, self.loss_fn, self.optimizer = model, loss_fn, optimizer
        self.limit = whole("watch", "keep", keep, 1, 1_000)
        self.tools = Tools(optimizer, clip, scheduler, scaler, whole("watch", "accumulate", accumulate, 1, 1_000_000))
        self.folder, self.name, self.max_memory = Path(folder), name, max_memory
        self.steps = 0
        self._files: list[_Own] = []
        self._tests, self._seen = conditions(on), StepsBefore()
        self._state = TrainingState(model, optimizer)
        self._batch: tuple[Any, ...] | None = None
        self._last_bad = -2
        self._held: frozenset[int] = frozenset()
        self._norm: float | None = None
        self._hook: Any = None
        self._left = Leftover(optimizer)

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that were written and are kept, the latest last."""
        return tuple(one.path for one in self._files)

    def __repr__(self) -> str:
        files = f"{len(self._files)} file{'s' * (len(self._files) != 1)}"
        return f"<watch of {type(self.model).__name__}: {self.steps:,} step{'s' * (self.steps != 1)}, {files}>"

    def __enter__(self) -> Self:
        self._hook = self.optimizer.register_step_pre_hook(self._before_step)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if self._hook is not None:
            self._hook.remove()
            self._hook = None
        if isinstance(error, Exception) and self._batch is not None and self._last_bad != self.steps - 1:
            self._write(self.steps - 1, told(error, " behind this step"))

    def _before_step(self, *_: Any) -> None:
        """Take note of the gradients as the optimizer gets them."""
        self._left.moved()
        if self._norm is None:
            self._norm = total_norm(gradients(self.optimizer, self.model))

    # ---- steps -----------------------------------------------------------------------------------------------------

    def step(self, *batch: Any) -> Any:
        """Make one step on a batch, and return the loss, detached. What goes wrong in it is raised as it is."""
        import torch

        with torch.inference_mode(False), torch.enable_grad(), self.around(*batch) as around:
            if self.tools.begins(around.number):
                self.optimizer.zero_grad()
            loss = self.loss_fn(self.model, *batch)
            _check_loss(loss)
            self.tools.backward(loss)
            if self.tools.ends(around.number):
                self._norm = self.tools.measure(self.model)
                self.tools.step(self._norm)
            around.loss = loss.detach()
        return around.loss

    @contextmanager
    def around(self, *batch: Any) -> Iterator[Around]:
        """Watch one step of a person's own loop: what is done in the block."""
        import torch

        with torch.no_grad():
            self._state.keep(grads=self._left.usual or not self.tools.begins(self.steps))
        self._batch, self._norm = batch, None
        self.tools.begin()
        self._left.begin()
        number, self.steps = self.steps, self.steps + 1
        around = Around(number)
        try:
            yield around
        except Exception as error:
            if self._last_bad != number - 1:
                self._write(number, told(error, " in this step"))
            self._last_bad = number
            raise
        finally:
            self._left.end()
        self._judge(number, around)

    def _judge(self, number: int, around: Around) -> None:
        """Write a snapshot where a condition holds that did not hold in the step before: a NaN after a spike is another one."""
        loss = around.loss.item() if hasattr(around.loss, "item") else float(around.loss or 0.0)
        norm = total_norm(gradients(self.optimizer, self.model)) if self._norm is None else self._norm
        params = [p.detach() for group in self.optimizer.param_groups for p in group["params"] if p.requires_grad]
        finite = total_norm(params) < float("inf")
        step = StepSeen(number, loss, norm, finite, self.tools.skipped, tuple(self._state.broken()))
        found = {place: text for place, test in enumerate(self._tests) if (text := test(step, self._seen))}
        self._seen.add(step)
        if found:
            if self._last_bad != number - 1 or (self._held and not self._held.issuperset(found)):
                self._write(number, "; ".join(found.values()))
            self._last_bad = number
        self._held = frozenset(found)

    # ---- files -----------------------------------------------------------------------------------------------------

    def snapshot(self, path: str | Path | None = None, why: str = "asked for") -> Path:
        """Write the state before the last step to a file, and return it. Raises GradlabError."""
        return self._written(path, why).path

    def _written(self, path: str | Path | None, why: str) -> SnapshotWritten:
        if self._batch is None:
            raise GradlabError("no step was made yet")
        place = free_path(self.folder, f"{self.name}-{self.steps - 1}") if path is None else Path(path)
        number, tools = self.steps - 1, self.tools
        left = self._left if tools.begins(number) else None  # else it is declared
        adds = left is None or (left.found and left.kept and tools.scaler is None)
        with self._state.put_back():
            return write_step(
                place, self.model, self.tools.scaled(self.loss_fn), self._batch, self.optimizer,
                why=f"step {self.steps - 1}, {why}", notes=[*tools.notes(), *(left.told() if left is not None else ())],
                clip=tools.clip, steps=number // tools.accumulate, moves=tools.moves(number),
                scale=tools.factor if adds else None, forgotten=left is not None and left.stepped,
                memory=self.max_memory,
            )  # fmt: skip

    def _write(self, number: int, why: str) -> None:
        """Write a snapshot, and say so. Whatever speaks against it is told: the training goes on."""
        try:
            written = self._written(None, why)
        except Exception as error:  # noqa: BLE001, whatever goes wrong here, the training is the person's
            told = str(error).removeprefix("error: ").strip() or type(error).__name__
            _tell(f"step {number:,}: {why}; no snapshot could be written: {told}")
            return
        self._files.append(_Own.of(written.path))
        while len(self._files) > self.limit:
            self._files.pop(0).remove()
        _tell(f"step {number:,}: {why}; `gradlab open {written.path}` stands before it")
        if written.first:
            _tell(f"  {written.first}")


def _check_loss(loss: Any) -> None:
    import torch

    if not isinstance(loss, torch.Tensor):
        raise ArgumentError(f"`loss_fn` gives a tensor with one number, got {type(loss).__name__}")
    if loss.numel() != 1:
        raise ArgumentError(f"`loss_fn` gives a tensor with one number, got one of shape {tuple(loss.shape)}")


def _tell(text: str) -> None:
    if sys.stderr is not None:
        print(f"gradlab: {text}", file=sys.stderr, flush=True)  # noqa: T201, where a training tells what it does


def watch(
    model: Any, loss_fn: Callable[..., Any], optimizer: Any, *,
    on: str | Callable[[StepSeen], Any] | Sequence[Any] = "nan, spike 10x", keep: int = 3, folder: str | Path = ".",
    name: str = "bad", clip: float | None = None, scheduler: Any = None, scaler: Any = None, accumulate: int = 1,
    max_memory: int | None = None,
) -> TrainingWatch:  # fmt: skip
    """Return what watches a training: in the block of `with … as w:` a step is `w.step(*batch)`.

    loss_fn(model, *batch) gives the loss.   on: when the state before a step is written to a file: `nan`, `spike 10x` (loss or
    gradient norm above 10 times the median of the last 50 steps), `loss > 5`, `norm > 100`, a function of what the step has
    shown; an exception always.   keep: files, at most; of those that were written here the oldest goes first.   folder, name:
    of the files, `bad-120.gradlab.zip`.   clip: norm that the gradients are clipped to.   scheduler, scaler: of the training.
    accumulate: batches whose gradients are added up for a step of the optimizer.   max_memory: bytes that values and
    gradients of a file may take; None: 2 GiB. Raises ArgumentError.
    """
    return TrainingWatch(
        model, loss_fn, optimizer, on=on, keep=keep, folder=folder, name=name, clip=clip, scheduler=scheduler, scaler=scaler,
        accumulate=accumulate, max_memory=max_memory,
    )  # fmt: skip
