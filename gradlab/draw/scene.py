"""What the graph panel shows at one zoom level: which boxes there are, and which nodes each one stands for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gradlab.draw.canvas import Canvas
from gradlab.draw.canvas_edges import ASCII_GLYPHS, GLYPHS
from gradlab.draw.modules import UPDATE, Module, modules, paths_of, unfolded_to_layers
from gradlab.draw.placing import WholeLayout
from gradlab.draw.plates import Plates
from gradlab.draw.unfold import Box, Surroundings, Unfolder
from gradlab.lab.snapshot import NodeInfo

LEVELS = ("network", "layers", "ops", "lines", "numbers")
"""Farthest first. network: each module a box, layers: each layer that holds no other, ops: each node, lines: each node in
one row; numbers: those of one op."""
FLAT = ("ops", "lines", "numbers")
FIRST_OPS, MOST_OPS = 60, 2_000
"""A graph of at most so many nodes is shown as ops first; one without modules of at most so many."""


@dataclass(frozen=True, slots=True)
class View:
    """What of a graph is drawn.

    level: one of `LEVELS`, all but "numbers".   opened: the modules that a person has unfolded, or folded again, beside those
    that the level unfolds.
    narrow: whether a box shows the number of the phase only.   update: whether the update phase is there at all.
    ascii_only: a box is a row in brackets, and lines are drawn in ASCII.
    """

    level: str = "ops"
    opened: frozenset[str] = frozenset()
    narrow: bool = False
    update: bool = True
    ascii_only: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A canvas and its boxes.

    speaker: for each box the node whose numbers it shows.   members: the nodes of each box.
    box_of: for each node the innermost box that it is in.   boxes: what each of them is.
    readers, inputs: for each box those that a step down or up leads to; the way into a frame leads over the frame.
    frames: the unfolded modules by their names.
    """

    canvas: Canvas
    boxes: tuple[Box, ...] = ()
    speaker: tuple[int, ...] = ()
    members: tuple[frozenset[int], ...] = ()
    box_of: dict[int, int] = field(default_factory=dict)
    inputs: tuple[tuple[int, ...], ...] = ()
    readers: tuple[tuple[int, ...], ...] = ()
    frames: dict[str, list[int]] = field(default_factory=dict)

    def find(self, node: int, module: str = "") -> int:
        """Return the unfolded module of a name, if a node stands in one, else the innermost box of the node, or -1."""
        frames = self.frames.get(module, ())
        return next((at for at in frames if node in self.members[at]), self.box_of.get(node, -1))


class Outline:
    """The modules of a graph, and what each level unfolds of them.

    layers: the modules that hold others.   tops: those that stand in no other.   model: how many nodes the model has, ops of
    them so many.   has_modules: whether any stands in a module.
    """

    def __init__(self, infos: Sequence[NodeInfo]) -> None:
        self.infos = infos
        self.paths = paths_of(infos)
        self.modules: dict[str, Module] = modules(self.paths)
        self.layers = unfolded_to_layers(self.modules)
        model = [path for info, path in zip(infos, self.paths, strict=True) if info.phase != "u"]
        self.model, self.has_modules = len(model), any(model)
        self.ops = sum(info.phase != "u" and not info.is_leaf for info in infos)
        self.tops = {path[0] for path in model if path}

    def unfolds(self, level: str) -> frozenset[str]:
        """Return the modules that a level unfolds."""
        return self.layers if level == "layers" else frozenset()

    def first_level(self) -> str:
        """Return the level at which the graph is shown first: ops if they are few, else the farthest one."""
        if self.model <= (FIRST_OPS if self.has_modules else MOST_OPS):
            return "ops"
        return "network" if self.layers or not self.has_modules else "layers"


def empty_scene() -> Scene:
    """Return a scene without boxes."""
    return Scene(Canvas((), ()))


def make_scene(outline: Outline, view: View) -> Scene:
    """Lay out a graph: the nodes of the model, and the update phase below it, which is one module."""
    form = "bracket" if view.ascii_only else "line" if view.level == "lines" else "short" if view.narrow else "box"
    opened = view.opened if view.level not in FLAT else view.opened & {UPDATE}
    unfolder = Unfolder(outline.infos, outline.paths, opened, Plates(form, view.narrow))
    level = unfolder.level(
        [info.index for info in outline.infos if view.update or info.phase != "u"], Surroundings(flat=view.level in FLAT)
    )
    placing = WholeLayout(unfolder.boxes)
    drawn = placing.layout(level)
    boxes = tuple(unfolder.boxes)
    nets = [tuple(dict.fromkeys(boxes[source].net for source in box.sources)) for box in boxes]
    plates, glyphs = [box.plate for box in boxes], ASCII_GLYPHS if view.ascii_only else GLYPHS
    canvas = Canvas(plates, nets, drawn, [box.net for box in boxes], placing.feet, glyphs)
    speaker, members = tuple(box.members[-1] for box in boxes), tuple(frozenset(box.members) for box in boxes)
    steps = tuple(_steps_up(boxes, at) for at in range(len(boxes)))
    return Scene(canvas, boxes, speaker, members, _box_of(boxes), steps, _readers(steps), _frames(boxes))


def _frames(boxes: Sequence[Box]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, box in enumerate(boxes):
        if box.frame:
            found.setdefault(box.module, []).append(at)
    return found


def _box_of(boxes: Sequence[Box]) -> dict[int, int]:
    """Return the box of each node: rather one of the model than a copy below, rather what stands in a frame than the frame."""
    found: dict[int, int] = {}
    for wanted in ((False, False), (True, False), (False, True)):
        for at, box in enumerate(boxes):
            if (box.copy, box.frame) == wanted:
                for node in box.members:
                    found.setdefault(node, at)
    return found


def _steps_up(boxes: Sequence[Box], at: int) -> tuple[int, ...]:
    """Return the boxes that a step up from a box leads to: those that it reads beside it, and its frame for those outside.

    Into an unfolded module one comes from below through the box whose line leaves it.
    """
    box = boxes[at]
    found = (boxes[source].net if boxes[source].inside == box.inside else box.inside for source in box.sources)
    return tuple(dict.fromkeys(found))


def _readers(inputs: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    readers: list[list[int]] = [[] for _ in inputs]
    for box, sources in enumerate(inputs):
        for source in sources:
            readers[source].append(box)
    return tuple(map(tuple, readers))
