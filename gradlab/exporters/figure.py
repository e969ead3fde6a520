"""What a panel draws as a figure for slides and papers, through matplotlib."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from gradlab.actions.plot import PlotShown
from gradlab.draw.plots import Blank, Paper
from gradlab.errors import GradlabError
from gradlab.exporters._exporter import Exporter
from gradlab.exporters._matplotlib import FORMATS, saved
from gradlab.recording.performance import Performance
from gradlab.train.statistics import QUANTITIES

if TYPE_CHECKING:
    from gradlab.session import Lab

ROW = 0.42
"""Inches of a layer."""
FINE = Paper(140, 52, "colour")
"""What a plot is asked for: the larger the finer."""


def _write(performance: Performance, out: Path, what: str, plot: str, of: str, as_format: str, at: str) -> None:
    lab = performance.to_end()
    if at:
        lab.do(f"goto {at}")
    draw = KINDS[what]
    saved(lambda: _plotted(lab, plot) if plot else draw(lab, of), out, as_format)


def _write_sweep(sweep: Path, out: Path, what: str, plot: str, of: str, as_format: str, at: str) -> None:
    """Draw the results of a sweep: all measures, or one of them."""
    from gradlab.exporters._sweep_figure import write_sweep
    from gradlab.sweeps.results import read_sweep

    if plot or at:
        raise GradlabError("error: a sweep has one picture: `--plot` and `--at` are for a run")
    write_sweep(*read_sweep(sweep), out, as_format, of)


def _axes(wide: float = 6.4, high: float = 4.0) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(wide, high))
    return figure, figure.add_subplot()


def _plotted(lab: Lab, text: str) -> Any:
    """Draw what `plot TEXT` shows. Raises GradlabError for what cannot be drawn."""
    found = lab.do(f"plot {text}")
    if not isinstance(found.found, PlotShown):
        raise GradlabError(f"error: {found.lines[-1].text}" if found.lines else f"error: `plot {text}` shows nothing")
    one = lab.plots.of(found.found.number)
    picture = one.picture(lab, FINE)
    if isinstance(picture, Blank):
        raise GradlabError(f"error: {picture.title}")
    figure, axes = _axes()
    one.kind.figure(picture, axes)
    axes.set_title(picture.title, fontsize="small", pad=16)
    if notes := "\n".join(picture.notes):
        figure.text(0.01, -0.02, notes, fontsize="x-small", va="top")
    return figure


def _curves(lab: Lab, of: str) -> Any:
    """Draw the loss, or all curves that are recorded, against the updates."""
    seen = lab.snapshot()
    lines = dict(seen.curves) or {"loss": seen.losses}
    if of:
        if of not in lines:
            raise GradlabError(f"error: there is no curve `{of}`: there are {', '.join(lines)}")
        lines = {of: lines[of]}
    if not any(len(pairs) > 1 for pairs in lines.values()):
        raise GradlabError("error: nothing was trained yet: a curve needs two updates")
    figure, axes = _axes()
    for name, pairs in lines.items():
        axes.plot([update for update, _ in pairs], [value for _, value in pairs], label=name)
    if all(value > 0 for pairs in lines.values() for _, value in pairs if isfinite(value)):
        axes.set_yscale("log")
    axes.set_xlabel("update")
    axes.set_ylabel(next(iter(lines)) if len(lines) == 1 else "value")
    if len(lines) > 1:
        axes.legend()
    return figure


def _histograms(lab: Lab, of: str) -> Any:
    """Draw a histogram of a quantity for each layer, one below the other."""
    of = of or QUANTITIES[0]
    if of not in QUANTITIES:
        raise GradlabError(f"error: `{of}` is no quantity of a layer: there are {', '.join(QUANTITIES)}")
    layers = [(layer.name, getattr(layer, of)) for layer in lab.stats()]
    layers = [(name, found) for name, found in layers if found is not None and len(found.histogram.counts)]
    if not layers:
        raise GradlabError(f"error: no layer has {of} at {lab.position}")
    figure, axes = _axes(6.4, 0.8 + ROW * len(layers))
    for row, (name, found) in enumerate(layers):
        counts, edges = np.asarray(found.histogram.counts, float), np.asarray(found.histogram.edges, float)
        height = 0.9 * counts / max(counts.max(), 1)
        axes.stairs(-row + height, edges, baseline=-row, fill=True)
        axes.annotate(name, (0, -row), (-4, 0), ("axes fraction", "data"), "offset points", ha="right", va="bottom")
    axes.set_yticks([])
    axes.set_xlabel(of)
    return figure


def _ladder(lab: Lab, of: str) -> Any:
    """Draw the size of the gradient of each layer, from the input above to the output below, on a log scale."""
    layers = [(layer.name, layer.delta) for layer in lab.stats() if layer.delta is not None and isfinite(layer.delta)]
    if not layers:
        raise GradlabError(f"error: no layer has a gradient at {lab.position}")
    figure, axes = _axes(6.4, 0.8 + ROW * len(layers))
    names, sizes = zip(*layers, strict=True)
    axes.barh(range(len(layers)), sizes)
    axes.set_yticks(range(len(layers)), names)
    axes.invert_yaxis()
    if all(size > 0 for size in sizes):
        axes.set_xscale("log")
    axes.set_xlabel("rms of the gradient")
    return figure


def _heat(lab: Lab, of: str) -> Any:
    """Draw a value or a gradient as a map: its last axis lies across, all others run down."""
    name = of.removeprefix("grad(").removesuffix(")")
    if not name:
        raise GradlabError("error: a map needs the name of a node: `--of hidden.W`, or `--of 'grad(hidden.W)'`")
    array = np.asarray(lab.grad(name) if of.startswith("grad(") else lab.value(name), float)
    table = array.reshape(-1, array.shape[-1]) if array.ndim else array.reshape(1, 1)
    top = float(np.nanmax(np.abs(table), initial=0.0)) or 1.0
    figure, axes = _axes()
    shown = axes.imshow(table, cmap="RdBu_r", vmin=-top, vmax=top, aspect="auto", interpolation="nearest")
    figure.colorbar(shown, ax=axes)
    axes.set_title(of)
    axes.locator_params(integer=True)
    return figure


KINDS: dict[str, Callable[[Lab, str], Any]] = {"curves": _curves, "histograms": _histograms, "ladder": _ladder, "heat": _heat}
"""What can be drawn."""

EXPORTER = Exporter(
    "figure",
    "what a panel draws as a figure for slides and papers",
    _write,
    (
        click.Option(["--what"], type=click.Choice(tuple(KINDS)), default="curves", show_default=True, help="What is drawn."),
        click.Option(["--plot"], metavar="PLOT", default="", help="Instead: what stands behind `plot`."),
        click.Option(["--of"], metavar="NAME", default="", help="Of what: see below."),
        click.Option(
            ["--as", "as_format"], type=click.Choice(FORMATS), default="svg", show_default=True,
            help="The format.",
        ),
        click.Option(["--at"], metavar="POS", default="", help="The position: UPDATE.PHASE.OP or a mark; else the end."),
    ),
    page=f"""
curves: the loss, or what is recorded; `--of` chooses one. histograms: a row for each layer, of {', '.join(QUANTITIES)}. ladder:
the size of the gradient of each layer. heat: a node, or `grad(NODE)`, as a map.

`--plot` draws any kind of `plot`, with the same numbers: `gradlab help plot` names them.

Of the results of a sweep it draws curves over one name, a map of a grid of two, or parallel axes: all measures, or that of
`--of`.

The lesson or the recording is done to its end first. It needs the extra `figures`.
""".strip(),
    of_sweep=_write_sweep,
)  # fmt: skip
