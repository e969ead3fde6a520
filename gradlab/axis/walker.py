"""Moving along the time axis, in stretches of at most 20 ms, so that whoever waits gets a turn between two of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from time import perf_counter

import numpy as np

from gradlab.axis.checkpoints import Bookmark, Checkpoints
from gradlab.axis.journal import Edit
from gradlab.axis.position import Position
from gradlab.axis.recording import Reader, record
from gradlab.axis.refresh import is_stale, reads_stale, refresh
from gradlab.axis.run import Run
from gradlab.axis.states import sends
from gradlab.op import Array

SLICE = 0.015
"""Seconds that a stretch should take: below the 20 ms that are allowed, because the next one may take longer."""

NEAR, STRIDE = 32, 4
"""Updates before the end of a walk between which a checkpoint is kept every few, so that a step back from there is quick."""


class Pace:
    """How many units of work fit into a slice of time, learned as it goes."""

    def __init__(self, units: int = 1) -> None:
        self.units = units

    def learn(self, units: int, seconds: float) -> None:
        """Take note of how long some units took."""
        if units >= self.units or seconds > SLICE:
            fitting = int(units * SLICE / max(seconds, 1e-6))
            self.units = max(1, min(fitting, self.units * 4, 1 << 22))


class Walker:
    """Moves a run. `walk` is a generator that yields after each stretch of work; at every yield the state is valid.

    keeps_past: whether the last update before a target is walked op by op, so that its values can be read there as past.
    reader: gives what names mean in what is recorded.
    """

    def __init__(
        self, run: Run, checkpoints: Checkpoints | None = None, keeps_past: bool = True, reader: Reader | None = None
    ) -> None:
        self.run, self.keeps_past, self.reader = run, keeps_past, reader
        self.checkpoints = checkpoints or Checkpoints(first=run.origin.update)
        self.ops, self.updates = Pace(16), Pace()
        self.load_update(run.origin.update)

    def walk(self, target: Position) -> Iterator[None]:
        """Go to a position, forth or back. Raises ActionError for one before the run begins."""
        if target < self.run.origin.position:
            raise self.run.origin.missing(target)
        if target < self.run.at:
            self.rewind(target)
        while self.run.at < target:
            self._advance(target)
            yield

    def _advance(self, target: Position) -> None:
        updates = self.whole_updates(target)
        if updates:
            self._train(updates)
            return
        run = self.run
        order = run.timeline.order(run.at.update, run.at.phase)
        if run.at.op < len(order):
            self._run_ops(order, min(self._limit(target, len(order)), run.at.op + self.ops.units))
        else:
            self._turn(target)

    def _limit(self, target: Position, count: int) -> int:
        """Return the op of this phase to stop at: the target's, or where something was done."""
        at = self.run.at
        stops = [p.op for p in self.run.plan.deeds if p.phase == at.phase and p.op > at.op]
        if (target.update, target.phase) == (at.update, at.phase):
            stops.append(target.op)
        return min([count, *stops])

    def _run_ops(self, order: tuple[int, ...], stop: int) -> None:
        run, start = self.run, self.run.at.op
        if is_stale(run):
            stop = start + 1
            if reads_stale(run, run.at.phase, order[start]):
                refresh(run)
        began = perf_counter()
        self._execute(start, stop)
        self.ops.learn(stop - start, perf_counter() - began)
        run.at = Position(run.at.update, run.at.phase, stop)
        if stop == len(order):
            self._end_phase()
        else:
            run.apply_deeds()

    def _execute(self, start: int, stop: int) -> None:
        run, update = self.run, self.run.at.update
        if run.at.phase == "f":
            run.machine.forward(start, stop)
        elif run.at.phase == "b":
            root = run.root_of(update)
            assert root is not None
            run.machine.backward(root, start, stop, run.adds)
        else:
            objective = run.timeline.objective(update)
            assert objective is not None
            run.machine.update(objective, start, stop)

    def _end_phase(self) -> None:
        run = self.run
        if run.at.phase == "u":
            self._finish_update()
            return
        if run.at.phase == "f":
            run.record_loss()
        run.apply_deeds()

    def _turn(self, target: Position) -> None:
        """Go from the end of a phase to the beginning of the next."""
        run = self.run
        if run.at.phase == "f":
            if target.update == run.at.update and run.at.update and run.at.op:
                self._mark()
            run.begin_backward()
            run.at = Position(run.at.update, "b")
        else:
            run.at = Position(run.at.update, "u")
            if not run.timeline.count(run.at.update, "u"):
                self._finish_update()
                return
        run.apply_deeds()

    def _finish_update(self) -> None:
        self._record()
        self.run.finish_update()
        self._keep()
        self._mark()
        self.run.apply_deeds()

    def _record(self) -> None:
        if self.reader is not None and self.run.curves.series:
            record(self.run, self.reader)

    def _keep(self) -> None:
        run = self.run
        self.checkpoints.keep(run.at.update, {i: run.machine.value(i).copy() for i in run.followers})

    def _mark(self) -> None:
        """Keep a copy of all numbers for quick steps back in this update, if the values of the update before are known."""
        run = self.run
        if (run.before or not run.has_past) and self.checkpoints.fits(run.machine.nbytes):
            flags, last = np.stack([run.stale, run.stale_grads]), run.history.last
            loss = last[1] if last is not None and last[0] == run.at.update else None
            self.checkpoints.mark(Bookmark(run.at, run.machine.copy(), flags, run.before, run.seed, run.mode, loss))

    def whole_updates(self, target: Position) -> int:
        """Return how many updates can be run at full speed: those without deeds, but not the last one before the target."""
        run = self.run
        if run.at != Position(run.at.update) or not run.timeline.trains or not run.plan.plain or run.own_batch:
            return 0
        stop = target.update - 1
        busy = run.journal.updates()
        ahead = bisect_right(busy, run.at.update)
        if ahead < len(busy):
            stop = min(stop, busy[ahead])
        return max(0, stop - run.at.update)

    def _train(self, updates: int) -> None:
        wanted = updates - NEAR if updates > NEAR else min(updates, STRIDE)
        began = perf_counter()
        number = len(self.run_updates(min(wanted, self.updates.units)))
        self.updates.learn(number, perf_counter() - began)
        self.arrive()

    def run_updates(self, number: int) -> Array:
        """Run at most some whole updates at full speed, and return their losses; call `arrive` next.

        They run the same ops of phase u. Where something is recorded on the way they are as many as a slice of time has. There
        is one at least. The machine holds the last one.
        """
        if not self.run.curves.breaks:
            return self._at_full_speed(number)
        stop, began, found = self.run.at.update + number, perf_counter(), list[Array]()
        while self.run.at.update < stop and (not found or perf_counter() - began < SLICE):
            free = min(stop - self.run.at.update, self.run.curves.free(self.run.at.update), self.updates.units)
            found.append(self._at_full_speed(free) if free else self._one_recorded())
        return np.concatenate(found)

    def _one_recorded(self) -> Array:
        """Run one update phase by phase, record what is due in it, and return its loss."""
        run, machine = self.run, self.run.machine
        update, root = run.at.update, run.root_of(run.at.update)
        objective = run.timeline.objective(update)
        assert objective is not None and root is not None
        machine.forward(0, run.timeline.count(update, "f"))
        run.record_loss()
        run.begin_backward()
        machine.backward(root, 0, run.timeline.count(update, "b"))
        machine.update(objective, 0, len(objective.updates))
        run.at = Position(update, "u", len(objective.updates))
        self._record()
        loss = machine.value(root).reshape(-1)[:1].copy()
        run.finish_update()
        run.before = {}
        return loss

    def _at_full_speed(self, number: int) -> Array:
        run = self.run
        update = run.at.update
        number = min(number, run.turns.of(update).left)
        objective = run.timeline.objective(update)
        assert objective is not None
        run.clear_unreached(objective.root)
        losses = run.machine.train(objective, number, update, run.seed)
        run.add_losses(update, losses)
        run.curves.add_losses(update, losses)
        if run.strips is not None:
            run.strips.gather()
        run.before = {}
        run.open_update(update + number)
        return losses

    def arrive(self) -> None:
        """Write the checkpoint of the beginning of an update, and apply the deeds of that position."""
        self._keep()
        self.run.apply_deeds()

    def rewind(self, target: Position) -> None:
        """Go to a position at or before the target, from which walking forth gives the target."""
        run = self.run
        run.cut(target)
        run.curves.begin(target.update)
        if target.update == run.at.update == run.origin.update and not run.plan.deeds:
            self._rewind_in_place(target)
        else:
            self.restore(target)

    def _rewind_in_place(self, target: Position) -> None:
        """Go back in the first update by the position alone: no value there is overwritten, so none is computed again."""
        run = self.run
        if target.phase == "b" and self._loses_a_part(target):
            run.at = run.timeline.end(target.update, "f")
        else:
            run.at = target

    def _loses_a_part(self, target: Position) -> bool:
        """Whether a gradient has contributions at the target, but fewer than now: a sum cannot be undone, it is made anew."""
        run = self.run
        root = run.root_of(target.update)
        if root is None:
            return False
        edges = sends(run.tape, root)
        then, now = edges.received(target.op), edges.received(run.done("b"))
        return bool(((then > 0) & (then < now)).any() or run.adds)

    def restore(self, target: Position) -> None:
        """Go to the nearest state kept before the target; a checkpoint is an update earlier, for the past values."""
        bookmark = self.checkpoints.bookmark(target)
        if bookmark is None:
            self.load_update(self.checkpoints.nearest(target.update - 1))
            return
        run = self.run
        run.cut(Position(bookmark.position.update))
        if bookmark.loss is not None:
            run.add_losses(bookmark.position.update, [bookmark.loss])
        run.machine.restore(bookmark.numbers)
        run.at, run.seed, run.mode, run.before = bookmark.position, bookmark.seed, bookmark.mode, dict(bookmark.before)
        run.clear_edits()
        run.stale[:], run.stale_grads[:] = bookmark.stale
        if run.at.op == 0:
            run.feed()  # a deed at this place may have changed whose turn it is, and with it the batch
            run.apply_deeds()
        else:
            run.transient = [
                deed
                for position in sorted(run.plan.deeds)
                for deed in run.plan.deeds[position]
                if isinstance(deed, Edit) and not deed.leaf and position.phase == "f"
            ]

    def load_update(self, update: int) -> None:
        """Make the state at the beginning of an update from its checkpoint. Nothing is past then."""
        run = self.run
        run.cut(Position(update))
        kept = self.checkpoints.kept.get(update)
        earlier = run.journal.before(update)
        run.seed, run.mode = run.origin.seed, run.origin.mode
        run.at, run.before = run.origin.position, {}
        if kept is None or run.touched:
            run.begin()
            run.touched = False
        for deed in earlier:
            if not isinstance(deed, Edit) or deed.leaf:
                run.apply(deed)
        run.open_update(update)
        if update == run.origin.update:
            run.write_origin()  # a batch that was edited, too
        for index, array in (kept or {}).items():
            run.machine.write(index, array)
        if kept is None:
            self._keep()
        run.apply_deeds()
