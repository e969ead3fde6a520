"""Numbers of a run as event files, which TensorBoard opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.axis.position import Position
from gradlab.errors import ActionError, GradlabError
from gradlab.exporters._asked import EVERY, UPDATES, ended, package
from gradlab.exporters._exporter import Exporter
from gradlab.lab.tables import figures, losses_of, updates_seen
from gradlab.lab.views import statistics
from gradlab.op import Array
from gradlab.recording.performance import Performance
from gradlab.session import Lab
from gradlab.train.layers import layer_parts

BINS = 64
"""Bins of a histogram."""
NAME = "events.out.tfevents.0.gradlab"
"""The name of the file in the folder: nothing of the machine and the hour, so that the same run gives the same bytes."""


def _write(performance: Performance, out: Path, *, every: int, updates: int | None) -> None:
    """Write a folder with one file: losses, numbers of the layers, and histograms of their arrays."""
    summary, records = package("tensorboardX.summary", "tensorboard"), package("tensorboardX.record_writer", "tensorboard")
    event = package("tensorboardX.proto.event_pb2", "tensorboard").Event
    lab = ended(performance, updates)
    out.mkdir()
    writer = records.RecordWriter(str(out / NAME))
    try:
        writer.write(event(wall_time=0.0, file_version="brain.Event:2").SerializeToString())
        for found, update in _summaries(summary, lab, every):
            writer.write(event(wall_time=0.0, step=update, summary=found).SerializeToString())
    except ActionError as error:
        raise GradlabError(f"error: {str(error).removeprefix('error: ')}") from None
    finally:
        writer.close()


def _summaries(summary: Any, lab: Lab, every: int) -> Iterator[tuple[Any, int]]:
    """Yield what is written, each with its update, which rises."""
    losses = [*losses_of(lab, every)]
    for update in updates_seen(lab, every):
        while losses and losses[0][0] <= update:
            at, _, name, loss = losses.pop(0)
            yield _scalar(summary, f"loss/{name}", loss), at
        yield from ((one, update) for one in _histograms(summary, lab))
        if lab.run.timeline.trains:
            lab.go(Position(update + 1))
        for row in statistics(lab.run):
            for quantity, value in figures(row):
                if value is not None:
                    yield _scalar(summary, f"{quantity}/{row.name}", value), update


def _scalar(summary: Any, name: str, value: float) -> Any:
    """Return a number as it is written. tensorboardX warns of each that is not finite, and would write the same."""
    found = summary.scalar(name, 0.0)
    found.value[0].simple_value = value
    return found


def _histograms(summary: Any, lab: Lab) -> Iterator[Any]:
    """Yield the histograms of each layer where its backward pass ends: what leaves it, its gradients, its weights."""
    run = lab.run
    for part in layer_parts(run.graph):
        arrays: dict[str, list[Array]] = {
            "activations": [] if part.out is None else [run.machine.value(part.out)],
            "gradients": [] if part.z is None else [run.machine.grad(part.z)],
            "weights": [run.machine.value(index) for index in part.weights],
        }
        for quantity, found in arrays.items():
            numbers = np.concatenate([np.asarray(one, np.float64).reshape(-1) for one in found] or [np.zeros(0)])
            finite = numbers[np.isfinite(numbers)]
            if finite.size:
                yield summary.histogram(f"{quantity}/{part.name}", finite, _bins(finite))


def _bins(numbers: Array) -> Array:
    """Return the edges of bins of one width, or of a single bin for numbers that lie too close together.

    The bins that NumPy chooses by itself are refused for large numbers that are alike.
    """
    low, high, share = numbers.min(), numbers.max(), np.linspace(0.0, 1.0, BINS + 1)
    edges: Array = low * (1.0 - share) + high * share
    return edges if (edges[1:] > edges[:-1]).all() else np.array([np.nextafter(low, -np.inf), np.nextafter(high, np.inf)])


EXPORTER = Exporter(
    "tensorboard", "losses, numbers of the layers and histograms as a folder with events, which TensorBoard opens", _write,
    (EVERY, UPDATES),
    page="TensorBoard keeps scalars in float32. Elements that are not finite are left out of histograms. It needs tensorboardX:"
    " `pip install 'gradlab[tensorboard]'`.",
)  # fmt: skip
