"""Modules that are unfolded in place: each one is laid out by itself, and its frame is a box in the layout that it stands in.

A line that comes into a frame goes on in it in the column in which it enters the border (an entry), and what leaves it comes
together in its lower border (the foot). So lines cross frames only there, whatever stands inside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gradlab.draw.canvas_box import Plate
from gradlab.draw.layout import Layout, LayoutRequest, lay_out
from gradlab.draw.layout.groups import group
from gradlab.draw.layout.model import Doors, least_width
from gradlab.draw.modules import FLAT_UPDATE, UPDATE, Path, is_stretch, short, stretch_name, stretches
from gradlab.draw.plates import Plates
from gradlab.lab.snapshot import NodeInfo

ENTRY, BORDER = 3, 2
"""The columns of an entry, and those of one side of a frame with the space beside it."""


@dataclass(slots=True)
class Box:
    """A box of the drawing.

    members: the nodes that it stands for, last the one whose numbers it shows.   module: the name of the module that it is.
    frame: whether it is unfolded, so that others stand in it.   inside: the frame that it stands in, or -1.
    net: the box whose line leaves it: of a frame that of the box in it that is read from outside, if it is one.
    sources: the boxes that it reads, beside it or outside of its frame.   copy: whether it stands here once more.
    """

    plate: Plate
    members: tuple[int, ...]
    module: str = ""
    frame: bool = False
    inside: int = -1
    net: int = -1
    sources: tuple[int, ...] = ()
    copy: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a level stands.

    depth: how much of their paths its nodes have in common.   inside: the frame, or -1.   flat: modules are not put together.
    outer: for each node outside that is read there the box that it is in.
    """

    depth: int = 0
    outer: Mapping[int, int] = field(default_factory=dict)
    inside: int = -1
    flat: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """What stands side by side, laid out from (0, 0).

    entries: the boxes whose lines come in, in the order of the layout, which begins with them.   boxes: what follows them.
    foot: the boxes that are read from outside.   within: the levels of the frames.
    """

    entries: tuple[int, ...]
    boxes: tuple[int, ...]
    foot: tuple[int, ...]
    drawn: Layout
    within: Mapping[int, Level]

    @property
    def rows(self) -> int:
        """The rows of a frame around it: its borders are the rows of the entries and of the foot, where it has them."""
        return self.drawn.rows + (not self.entries) + (not self.foot)

    @property
    def ends(self) -> tuple[int, ...]:
        """The columns in which lines come to the lower border."""
        return self.drawn.arrivals[-1] if self.foot else ()

    @property
    def exit(self) -> int:
        """The column in which a line leaves the lower border, or -1: that of the only one that comes there, or one beside."""
        return -1 if not self.ends else self.ends[0] + (len(self.ends) > 1)


class Unfolder:
    """Lays out a graph with some of its modules unfolded."""

    def __init__(self, infos: Sequence[NodeInfo], paths: Sequence[Path], opened: frozenset[str], plates: Plates) -> None:
        self.infos, self.paths, self.opened, self.plates = infos, paths, opened, plates
        self.boxes: list[Box] = []
        self.sources = [_beside(infos, info) for info in infos]
        self.readers: list[list[int]] = [[] for _ in infos]
        for node, sources in enumerate(self.sources):
            for source in sources:
                self.readers[source].append(node)

    def level(self, nodes: Sequence[int], place: Surroundings) -> Level:
        """Lay out some nodes, which stand in a frame, or in none."""
        groups = self._singly(nodes, place) if place.flat else self._grouped(nodes, place)
        names = [self._name(members, place) for members in groups]
        making = _Making(self, place, frozenset(nodes), any(name in self.opened and name != UPDATE for name in names))
        for members, name in zip(groups, names, strict=True):
            making.add(members, name)
        return making.done()

    def _singly(self, nodes: Sequence[int], place: Surroundings) -> list[list[int]]:
        """Return each node by itself; beside the model the update phase is one module."""
        update = [node for node in nodes if self.infos[node].phase == "u"] if not place.depth else []
        return [[node] for node in nodes if place.depth or self.infos[node].phase != "u"] + ([update] if update else [])

    def _grouped(self, nodes: Sequence[int], place: Surroundings) -> list[list[int]]:
        """Return what stands side by side: the nodes of each module, those of no module alone, and stretches of too many."""
        local = {node: number for number, node in enumerate(nodes)}
        inputs = [tuple(local[s] for s in self.sources[node] if s in local) for node in nodes]
        groups = group(inputs, [self.part(node, place.depth) for node in nodes])
        members = [[nodes[number] for number in one] for one in groups.members]
        members.sort(key=lambda one: self.infos[one[0]].phase == "u")
        of = stretches(members)
        return members if of is None else _joined(members, of)

    def part(self, node: int, depth: int) -> str:
        """Return the module of a node among those that stand side by side at a depth; "" where it is in none."""
        path = self.paths[node]
        return path[depth] if len(path) > depth else ""

    def _name(self, members: Sequence[int], place: Surroundings) -> str:
        """Return the name of the module that some nodes are, "" for a single node."""
        if place.flat and self.infos[members[0]].phase != "u":
            return ""
        parts = {self.part(node, place.depth) for node in members}
        if len(parts) > 1 or (parts == {""} and len(members) > 1):
            return stretch_name(members[0], members[-1])
        return ".".join(self.paths[members[0]][: place.depth + 1]) if parts != {""} else ""

    def below(self, members: Sequence[int], depth: int) -> int:
        """Return how much of their paths the nodes of a module have in common, at least `depth` parts."""
        first = self.paths[members[0]]
        while len(first) > depth and all(self.paths[node][depth : depth + 1] == (first[depth],) for node in members):
            depth += 1
        return depth


def _beside(infos: Sequence[NodeInfo], info: NodeInfo) -> tuple[int, ...]:
    """Return the nodes of its own phase that a node reads, each once: no line leads from the model to the update."""
    update = info.phase == "u"
    return tuple(source for source in dict.fromkeys(info.inputs) if (infos[source].phase == "u") == update)


def _joined(members: Sequence[Sequence[int]], of: Sequence[int]) -> list[list[int]]:
    joined: list[list[int]] = [[] for _ in range(of[-1] + 1)]
    for nodes, number in zip(members, of, strict=True):
        joined[number].extend(nodes)
    return [sorted(nodes) for nodes in joined]


@dataclass(slots=True)
class _Making:
    """A level that is being made.

    thin: whether a module in it is unfolded, so that the others take little room.   at: for each node its box.
    ports: for each box those that it reads; one that a node reads twice is there twice.   copies: of values of the model.
    """

    whole: Unfolder
    place: Surroundings
    nodes: frozenset[int]
    thin: bool
    at: dict[int, int] = field(default_factory=dict)
    ports: dict[int, tuple[int, ...]] = field(default_factory=dict)
    copies: dict[int, int] = field(default_factory=dict)
    within: dict[int, Level] = field(default_factory=dict)

    def add(self, members: list[int], name: str) -> None:
        """Put the next box beside the others."""
        plates, infos, common = self.whole.plates, self.whole.infos, self.whole.paths[members[0]][: self.place.depth]
        ops = [node for node in members if not infos[node].is_leaf]
        if len(members) == 1 and name != UPDATE:
            box = Box(plates.node(infos[members[0]], common), tuple(members))
            self._put(box, self._read_by(members[0]))
        elif len(ops) == 1 and name != UPDATE:
            order = (*(node for node in members if node != ops[0]), ops[0])
            self._put(Box(replace(plates.node(infos[ops[0]], common), title=short(name)), order), self._read(members))
        elif name in self.whole.opened:
            self._frame(members, name)
        else:
            inner = list(dict.fromkeys(self._inner(members, name)))
            plate = plates.module([infos[node] for node in members], self._title(name, members), inner, thin=self.thin)
            self._put(Box(plate, tuple(members), name), self._read(members))

    def _title(self, name: str, members: Sequence[int]) -> str:
        """Return the name of a module as it stands on its box; a stretch is called by its first and last node."""
        first, last = (self.whole.infos[node].name for node in (members[0], members[-1]))
        return f"{first} … {last}" if is_stretch(name) else short(name)

    def _inner(self, members: Sequence[int], name: str) -> list[str]:
        """Return the names of the modules in a module."""
        if is_stretch(name):
            return []
        depth = self.whole.below(members, self.place.depth)
        return [part for node in members if (part := self.whole.part(node, depth))]

    def _put(self, box: Box, ports: tuple[int, ...]) -> int:
        place = len(self.whole.boxes)
        box.net, box.inside, box.sources = place, self.place.inside, tuple(dict.fromkeys(ports))
        self.whole.boxes.append(box)
        self.ports[place] = ports
        if not box.copy:
            self.at.update(dict.fromkeys(box.members, place))
        return place

    def _outer(self, members: Sequence[int]) -> dict[int, int]:
        """Return for each node that a module reads the box that it is in."""
        inside = set(members)
        return {s: self._box_of(s) for node in members for s in self.whole.sources[node] if s not in inside}

    def _read(self, members: Sequence[int]) -> tuple[int, ...]:
        """Return the boxes that a module reads, each once."""
        return tuple(dict.fromkeys(self._outer(members).values()))

    def _read_by(self, node: int) -> tuple[int, ...]:
        """Return the boxes that a node reads, in the order of its inputs; values of the model are copied for the update.

        A node that is read twice is there twice, a module of which several nodes are read once.
        """
        beside, found = set(self.whole.sources[node]), list[int]()
        for source in self.whole.infos[node].inputs:
            box = self._box_of(source) if source in beside else self._copy(source)
            if box not in found or len(self.whole.boxes[box].members) == 1:
                found.append(box)
        return tuple(found)

    def _box_of(self, source: int) -> int:
        found = self.at.get(source)
        return self.place.outer[source] if found is None else found

    def _copy(self, source: int) -> int:
        """Return the box of a value of the model that stands once more among the nodes of the update, marked `↑`."""
        if source not in self.copies:
            plate = self.whole.plates.node(self.whole.infos[source], (), mark="↑")
            self.copies[source] = self._put(Box(plate, (source,), copy=True), ())
        return self.copies[source]

    def _frame(self, members: list[int], name: str) -> None:
        """Put an unfolded module there, with what stands in it."""
        outer, place = self._outer(members), self.place
        box = Box(self.whole.plates.frame(self._title(name, members)), tuple(members), name, frame=True)
        at = self._put(box, tuple(dict.fromkeys(outer.values())))
        flat = place.flat and len(members) <= FLAT_UPDATE
        depth = place.depth if is_stretch(name) else place.depth + 1 if flat else self.whole.below(members, place.depth + 1)
        level = self.whole.level(members, Surroundings(depth, outer, at, flat))
        self.within[at] = level
        box.plate = replace(box.plate, least=level.drawn.columns + 2 * BORDER, tall=level.rows)
        if len(level.foot) == 1:
            box.net = self.whole.boxes[level.foot[0]].net

    def done(self) -> Level:
        """Lay the level out."""
        entries = tuple(dict.fromkeys(self.place.outer.values()))
        shown, boxes = tuple(self.ports), self.whole.boxes
        foot = tuple(at for at in shown if not boxes[at].copy and self._is_read_outside(boxes[at].members))
        local = {box: number for number, box in enumerate((*entries, *shown))}
        inputs = [() for _ in entries] + [tuple(local[s] for s in self.ports[at]) for at in shown]
        inputs += [tuple(local[at] for at in foot)] if foot else []
        self._align(shown)
        widths = (
            [ENTRY for _ in entries]
            + [self._width(at) for at in shown]
            + ([max(ENTRY, least_width(len(foot)))] if foot else [])
        )
        heights = [1 for _ in entries] + [boxes[at].plate.height for at in shown] + ([1] if foot else [])
        floors = [0 for _ in entries] + [int(boxes[at].module == UPDATE) for at in shown] + ([0] if foot else [])
        doors = {local[at]: self._doors(at) for at in self.within}
        gap = 1 if any(boxes[at].plate.height == 1 for at in shown) else 0
        request = LayoutRequest(
            inputs, widths, heights, gap, floors=floors, entries=len(entries), foot=bool(foot), doors=doors
        )  # fmt: skip
        return Level(entries, shown, foot, lay_out(request), self.within)

    def _is_read_outside(self, members: Sequence[int]) -> bool:
        return any(reader not in self.nodes for node in members for reader in self.whole.readers[node])

    def _align(self, shown: Sequence[int]) -> None:
        """Make folded modules equally wide."""
        folded = [self.whole.boxes[at] for at in shown if self.whole.boxes[at].plate.form in ("module", "thin")]
        least = max((box.plate.width for box in folded), default=0)
        for box in folded:
            box.plate = replace(box.plate, least=least)

    def _width(self, at: int) -> int:
        return max(self.whole.boxes[at].plate.width, least_width(len(self.ports[at])))

    def _doors(self, at: int) -> Doors:
        level = self.within[at]
        shift = margin(self._width(at), level)
        arrivals = tuple(shift + int(column) for column in level.drawn.exits[: len(level.entries)])
        return Doors(arrivals, shift + level.exit if level.foot else -1)


def margin(width: int, level: Level) -> int:
    """Return the columns of a frame left of what stands in it."""
    return (width - level.drawn.columns) // 2
