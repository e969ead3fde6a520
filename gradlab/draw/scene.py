"""What the graph panel shows at one zoom level: which boxes there are, and which nodes each one stands for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gradlab.draw.canvas import Canvas
from gradlab.draw.canvas_box import Plate
from gradlab.draw.canvas_edges import ASCII_GLYPHS, GLYPHS
from gradlab.draw.layout.groups import group
from gradlab.lab.snapshot import NodeInfo

LEVELS = ("layer", "op", "line")


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A canvas and its boxes.

    speaker: for each box the node whose numbers it shows.   members: the nodes of each box.
    box_of: for each node its box; nodes that are not shown are missing.
    """

    canvas: Canvas
    speaker: tuple[int, ...] = ()
    members: tuple[tuple[int, ...], ...] = ()
    box_of: dict[int, int] = field(default_factory=dict)
    readers: tuple[tuple[int, ...], ...] = ()


def empty_scene() -> Scene:
    """Return a scene without boxes."""
    return Scene(Canvas((), ()))


def make_scene(infos: Sequence[NodeInfo], level: str, show_update: bool, ascii_only: bool = False) -> Scene:
    """Lay out the nodes of the model, and below them those of the update phase if they are to be shown."""
    model = [info for info in infos if info.phase != "u"]
    pieces = [_grouped(model) if level == "layer" else _single(model, level)]
    if show_update:
        pieces.append(_update(infos, "line" if level == "line" else "op"))
    plates = [plate for piece in pieces for plate in piece.plates]
    inputs = [
        tuple(source + shift for source in sources)
        for piece, shift in zip(pieces, (0, len(pieces[0].plates)), strict=False)
        for sources in piece.inputs
    ]
    members = [nodes for piece in pieces for nodes in piece.members]
    box_of: dict[int, int] = {}
    for box, nodes in enumerate(members):
        for node in nodes:
            box_of.setdefault(node, box)
    floors = [floor for floor, piece in enumerate(pieces) for _ in piece.plates]
    speaker = tuple(nodes[-1] for nodes in members)
    if ascii_only:
        plates = [replace(plate, form="bracket") for plate in plates]
    canvas = Canvas(plates, inputs, floors, ASCII_GLYPHS if ascii_only else GLYPHS)
    return Scene(canvas, speaker, tuple(map(tuple, members)), box_of, _readers(inputs))


@dataclass(slots=True)
class _Piece:
    plates: list[Plate] = field(default_factory=list)
    inputs: list[tuple[int, ...]] = field(default_factory=list)
    members: list[list[int]] = field(default_factory=list)

    def add(self, plate: Plate, inputs: tuple[int, ...], members: list[int]) -> int:
        self.plates.append(plate)
        self.inputs.append(inputs)
        self.members.append(members)
        return len(self.plates) - 1


def _single(infos: Sequence[NodeInfo], level: str) -> _Piece:
    piece = _Piece()
    place: dict[int, int] = {}
    for info in infos:
        inputs = tuple(place[source] for source in info.inputs if source in place)
        place[info.index] = piece.add(_plate(info, level), inputs, [info.index])
    return piece


def _grouped(infos: Sequence[NodeInfo]) -> _Piece:
    """Put the nodes of a layer together, with the leaves that nothing outside the layer reads; each time step is a box."""
    piece = _Piece()
    place = {info.index: position for position, info in enumerate(infos)}
    labels = [info.step or info.layer for info in infos]
    groups = group([tuple(place[s] for s in info.inputs if s in place) for info in infos], labels)
    for members, inputs in zip(groups.members, groups.inputs, strict=True):
        last = infos[members[-1]]
        label = last.step or last.layer
        plate = Plate(label, "layer", last.shape, nodes=len(members)) if label else _plate(last, "op")
        piece.add(plate, inputs, [infos[member].index for member in members])
    return piece


def _update(infos: Sequence[NodeInfo], level: str) -> _Piece:
    """Return the nodes of the update phase; a value of the model that they read stands among them once more, marked `↑`."""
    piece = _Piece()
    place: dict[int, int] = {}
    for info in infos:
        if info.phase != "u":
            continue
        for source in info.inputs:
            if source not in place:
                above = infos[source]
                place[source] = piece.add(_plate(above, level, mark="↑"), (), [source])
        place[info.index] = piece.add(_plate(info, level), tuple(place[source] for source in info.inputs), [info.index])
    return piece


def _plate(info: NodeInfo, level: str, mark: str = "") -> Plate:
    evident = info.name.rpartition(".")[0].removeprefix("_") == info.op or info.name == info.op
    form = "line" if level == "line" else "box"
    return Plate(mark + info.name, "" if evident else info.op, info.shape, form=form)


def _readers(inputs: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    readers: list[list[int]] = [[] for _ in inputs]
    for box, sources in enumerate(inputs):
        for source in dict.fromkeys(sources):
            readers[source].append(box)
    return tuple(map(tuple, readers))
