"""Modules folded and unfolded, looked at cell by cell: what is drawn is what there is, whatever is unfolded."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradlab.draw.layout import LayoutRequest
from gradlab.draw.modules import UPDATE, alike, made_of, modules, paths_of
from gradlab.draw.scene import Outline, Scene, View, make_scene
from gradlab.lab.snapshot import NodeInfo
from tests.draw.layout.judge import Cell, Picture
from tests.tui.graph_cases import Nodes

SCOPES = ("", "a", "a.b", "a.b.c", "a.d", "e", "e.f")


@st.composite
def nested(draw: st.DrawFn) -> tuple[NodeInfo, ...]:
    """Draw graphs whose nodes stand in modules, in any order, with an update phase that reads some of them."""
    nodes = Nodes()
    for index in range(draw(st.integers(1, 16))):
        sources = draw(st.lists(st.integers(0, index - 1), max_size=3)) if index else []
        nodes.add(f"n{index}", "add" if sources else "param", *sources, layer=draw(st.sampled_from(SCOPES)))
    for index in range(draw(st.integers(0, 3))):
        sources = draw(st.lists(st.integers(0, len(nodes.infos) - 1), min_size=1, max_size=2))
        nodes.add(f"n{index}.next", "descend", *sources, phase="u")
    return tuple(nodes.infos)


def judge(infos: tuple[NodeInfo, ...], scene: Scene) -> None:
    """Assert that a scene shows its graph, as far as it is unfolded, and nothing else."""
    every_node_is_in_one_box(infos, scene)
    every_line_is_an_edge_and_every_edge_a_line(infos, scene)
    drawn = scene.canvas.layout
    widths, heights = drawn.width.tolist(), drawn.height.tolist()
    picture = Picture(LayoutRequest([()] * len(widths), widths, heights), drawn)
    boxes_stand_apart_and_in_their_frames(scene, picture)
    lines_lead_from_box_to_box(scene, picture)
    lines_enter_only_where_they_may(scene, picture)


def every_node_is_in_one_box(infos: tuple[NodeInfo, ...], scene: Scene) -> None:
    """Assert that each node is in one box that is no frame and no copy."""
    found = sorted(node for box in scene.boxes if not box.frame and not box.copy for node in box.members)
    assert found == [info.index for info in infos]


def every_line_is_an_edge_and_every_edge_a_line(infos: tuple[NodeInfo, ...], scene: Scene) -> None:
    """Assert that a box reads another one exactly if one of its nodes reads one of the other's."""
    for box in scene.boxes:
        inside = set(box.members)
        read = {
            source
            for node in box.members
            for source in infos[node].inputs
            if source not in inside and not box.copy and (infos[source].phase == "u") == (infos[node].phase == "u")
        }
        sources = [scene.boxes[at] for at in box.sources if not scene.boxes[at].copy]
        assert read <= set(chain.from_iterable(source.members for source in sources))
        assert all(read & set(source.members) for source in sources)


def boxes_stand_apart_and_in_their_frames(scene: Scene, picture: Picture) -> None:
    """Assert that boxes share cells only with the frames that they stand in, inside of their borders."""
    cells = [picture.box(at) for at in range(len(scene.boxes))]
    for one, other in combinations(range(len(scene.boxes)), 2):
        if around(scene, one, other) or around(scene, other, one):
            frame, inner = (one, other) if around(scene, one, other) else (other, one)
            assert {(x + a, y + b) for x, y in cells[inner] for a in (-1, 0, 1) for b in (0,)} <= cells[frame]
        else:
            assert not cells[one] & cells[other]


def around(scene: Scene, frame: int, box: int) -> bool:
    """Whether a box stands in a frame, or in one that stands in it."""
    at = scene.boxes[box].inside
    while at >= 0 and at != frame:
        at = scene.boxes[at].inside
    return at == frame


def lines_lead_from_box_to_box(scene: Scene, picture: Picture) -> None:
    """Assert that from where a line enters a box, one comes cell by cell to the exit of what it reads."""
    drawn = scene.canvas.layout
    for at, box in enumerate(scene.boxes):
        starts = [(column, int(drawn.y[at])) for column in drawn.arrivals[at]]
        assert len(set(starts)) == len(starts)
        reached: set[int] = set()
        for source in box.sources:
            exit_at = (int(drawn.exits[source]), int(drawn.y[source] + drawn.height[source]) - 1)
            reached |= {n for n, start in enumerate(starts) if exit_at in picture.reached(scene.boxes[source].net, start)}
        assert reached == set(range(len(starts)))


def lines_enter_only_where_they_may(scene: Scene, picture: Picture) -> None:
    """Assert that lines touch boxes only where they leave and enter, and cross frames only at their upper and lower borders."""
    drawn = scene.canvas.layout
    border: dict[Cell, int] = {}
    for at, box in enumerate(scene.boxes):
        cells = picture.box(at)
        if box.frame:
            inner = {(x, y) for x, y in cells if {(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)} <= cells}
            cells -= inner
        border.update(dict.fromkeys(cells, at))
    for lines in (picture.flat, picture.upright):
        for cells in lines.values():
            for cell in cells & border.keys():
                at = border[cell]
                top, foot = int(drawn.y[at]), int(drawn.y[at] + drawn.height[at]) - 1
                enters = cell[1] == top and cell[0] in drawn.arrivals[at]
                leaves = cell[1] == foot and cell[0] in (drawn.exits[at], *scene.canvas.feet.get(at, ()))
                assert enters or leaves, f"a line runs through {scene.boxes[at]}"


@settings(max_examples=120, deadline=None, derandomize=True)
@given(nested(), st.data())
def test_whatever_is_unfolded_the_drawing_shows_the_graph(infos: tuple[NodeInfo, ...], data: st.DataObject) -> None:
    outline = Outline(infos)
    opened = frozenset(data.draw(st.lists(st.sampled_from(sorted(outline.modules)), unique=True)) if outline.modules else ())
    level = data.draw(st.sampled_from(("network", "ops")))
    judge(infos, make_scene(outline, View(level, opened, narrow=data.draw(st.booleans()))))


def small() -> tuple[NodeInfo, ...]:
    """Return two blocks of an attention and a sum past it, and an update."""
    nodes = Nodes()
    flow = nodes.add("x", "input")
    for block in ("p", "q"):
        weights = nodes.add(f"{block}.att.W", "param", layer=f"{block}.att")
        inner = nodes.add(f"{block}.att.z", "matmul", flow, weights, layer=f"{block}.att")
        inner = nodes.add(f"{block}.att", "tanh", inner, layer=f"{block}.att")
        flow = nodes.add(f"{block}.h", "add", flow, inner, layer=block)
    nodes.add("loss", "mean", flow)
    nodes.add("p.att.W.next", "descend", 1, phase="u")
    return tuple(nodes.infos)


def test_all_sets_of_unfolded_modules_of_a_small_graph_show_it() -> None:
    outline = Outline(small())
    names = sorted(outline.modules)
    for many in range(len(names) + 1):
        for opened in combinations(names, many):
            judge(outline.infos, make_scene(outline, View("network", frozenset(opened))))  # type: ignore[arg-type]


def test_modules_that_are_built_alike_are_found() -> None:
    found = modules(paths_of(small()))
    assert alike("p", found) == {"p", "q"}
    assert alike("p.att", found) == {"p.att"}
    assert UPDATE in found


def test_a_module_says_what_it_is_made_of() -> None:
    infos = small()
    assert made_of(infos, ("att", "mlp")) == "att, mlp"
    assert made_of(infos[1:4], ()) == "matmul, tanh"


@pytest.mark.parametrize("count", [400, 10_000])
def test_very_many_nodes_without_modules_are_folded_into_stretches_that_unfold(count: int) -> None:
    nodes = Nodes()
    for index in range(count):
        nodes.add(f"n{index}", "add", *range(max(0, index - 2), index))
    outline = Outline(tuple(nodes.infos))
    folded = make_scene(outline, View("network"))
    assert len(folded.boxes) <= 100
    name = folded.boxes[3].module
    opened = make_scene(outline, View("network", frozenset((name,))))
    assert len(opened.boxes) == len(folded.boxes) + len(folded.boxes[3].members)
    assert sorted(node for box in folded.boxes for node in box.members) == list(range(count))
