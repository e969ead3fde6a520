"""The graph widget in an app."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

from gradlab.draw.scene import Outline, Scene, View, make_scene
from gradlab.lab.snapshot import Brief, NodeInfo, Snapshot
from gradlab.tui.panels import _graph_canvas
from gradlab.tui.panels._graph_view import GraphView
from tests.tui.graph_cases import Nodes, briefs, chain, layers, moment, neuron


class Host(App[None]):
    """An app that shows nothing but the graph."""

    CSS = "GraphView { height: 1fr; width: 1fr; }"

    def __init__(self, infos: tuple[NodeInfo, ...]) -> None:
        super().__init__()
        self.infos = infos
        self.view = GraphView()
        self.told: list[int] = []

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.set_graph(self.infos)
        self.view.focus()

    def on_graph_view_node_focused(self, event: GraphView.NodeFocused) -> None:
        self.told.append(event.index)


async def settled(pilot: Pilot[Any]) -> None:
    while pilot.app.workers:
        await pilot.pause()
    await pilot.pause()


def text(host: Host) -> str:
    return "\n".join(host.view.render_line(y).text.rstrip() for y in range(host.view.size.height))


async def test_a_graph_is_drawn_with_its_numbers() -> None:
    host = Host(neuron())
    async with host.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        host.view.update(moment(host.infos, 7), briefs)
        shown = text(host)
        assert "╔ _mul.1 ════╧╗" in shown
        assert "v  +6.500  ◂" in shown
        assert "┊ v   ·       ┊" in shown


async def test_while_it_is_laid_out_the_view_says_so_and_stays_awake(monkeypatch: pytest.MonkeyPatch) -> None:
    go, ticks = threading.Event(), 0
    make = make_scene

    def slow(*args: Any) -> Any:
        go.wait()
        return make(*args)

    monkeypatch.setattr(_graph_canvas, "make_scene", slow)
    host = Host(neuron())
    async with host.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for _ in range(5):
            await asyncio.sleep(0)
            ticks += 1
        assert ticks == 5
        assert text(host).strip() == "laying out …"
        go.set()
        await settled(pilot)
        assert "_add.0" in text(host)


async def test_only_nodes_in_sight_are_asked_for() -> None:
    host = Host(chain(500))
    asked: list[list[int]] = []

    def ask(nodes: list[int]) -> list[Brief]:
        asked.append(nodes)
        return briefs(nodes)

    async with host.run_test(size=(80, 20)) as pilot:
        await settled(pilot)
        host.view.update(moment(host.infos, 500), ask)
        assert asked == [[0, 1, 2, 3, 4]]
        host.view.focus_node(400)
        await pilot.pause()
        assert len(asked) == 2
        assert 400 in asked[1]
        assert len(asked[1]) <= 6
        assert "+400.5" in text(host)


async def test_only_boxes_that_changed_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    host = Host(neuron())
    async with host.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        host.view.update(moment(host.infos, 6), briefs)
        await pilot.pause()
        regions: list[Region] = []
        monkeypatch.setattr(host.view, "refresh", lambda *given, **_: regions.extend(given))
        host.view.update(moment(host.infos, 6), briefs)
        assert not regions
        host.view.update(moment(host.infos, 7, version=2), briefs)
        assert len(regions) == 3
        assert all(region.size == (15, 4) for region in regions)


async def test_arrows_walk_along_lines_and_tell_the_node() -> None:
    host = Host(neuron())
    async with host.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        host.view.focus_node(9)
        assert host.told == []
        for way in ("up", "up", "up", "up", "right", "down"):
            host.view.cursor(way)
        await pilot.pause()
        await pilot.pause()
        assert host.told[:2] == [8, 7]
        assert len(host.told) == 6
        assert "┏▸" in text(host)


async def test_a_click_focuses_the_box_under_it_and_nothing_else() -> None:
    host = Host(neuron())
    async with host.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        x, y, _, _ = host.view.scene.canvas.region(9)
        margin = (80 - host.view.scene.canvas.size[0]) // 2
        await pilot.click(GraphView, offset=(0, 12))
        assert host.told == []
        await pilot.click(GraphView, offset=(x + margin + 3, y + 1))
        assert host.told == [9]


async def test_a_focused_node_is_kept_in_sight_when_the_terminal_shrinks() -> None:
    host = Host(neuron())
    async with host.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        host.view.focus_node(9)
        await pilot.resize_terminal(40, 8)
        await settled(pilot)
        assert "▸f sigmoid" in text(host)


async def test_zooming_shows_layers_and_comes_back() -> None:
    host = Host(layers(4))
    async with host.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        host.view.focus_node(3)
        host.view.zoom("layers")
        await settled(pilot)
        assert "2 ops" in text(host)
        assert "┏▸▸ h0 ━" in text(host)
        host.view.zoom("op")
        await settled(pilot)
        assert host.view.level == "ops"
        assert "▸h0.z" in text(host)
        with pytest.raises(ValueError, match="no zoom level `cell`"):
            host.view.zoom("cell")


async def test_the_update_phase_appears_when_it_runs() -> None:
    host = Host(layers(1))
    async with host.run_test(size=(100, 40)) as pilot:
        await settled(pilot)
        assert "next" not in text(host)
        assert "▸▸ update ── 1 op" in text(host)
        host.view.update(moment(host.infos, 2, phase="u"), briefs)
        await settled(pilot)
        assert "h0.W.next" in text(host)


async def test_text_of_a_file_is_never_markup() -> None:
    nodes = Nodes()
    nodes.add("[@click=app.quit]x[/]", "[red]", shape=())
    nodes.add("a\x1b]52;c;aGk=\x07b", "mul", 0)
    host = Host(tuple(nodes.infos))
    async with host.run_test(size=(60, 12)) as pilot:
        await settled(pilot)
        shown = text(host)
        assert "[@click=app.quit]x[/]" in shown
        assert "\x1b" not in shown
        assert "\x07" not in shown


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (15, 4), (200, 60)])
@pytest.mark.parametrize("no_color", [False, True])
async def test_every_size_can_be_drawn_with_and_without_colour(
    size: tuple[int, int], no_color: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    host = Host(neuron())
    async with host.run_test(size=size) as pilot:
        await settled(pilot)
        host.view.update(moment(host.infos, 7), briefs)
        for way in ("up", "down", "left", "right"):
            host.view.cursor(way)
        host.view.nearer()
        host.view.farther()
        await settled(pilot)
        assert all(host.view.render_line(y).cell_length == host.view.size.width for y in range(size[1]))
        assert all(segment.style is not None for y in range(size[1]) for segment in host.view.render_line(y))


async def test_an_empty_graph_is_an_empty_view() -> None:
    host = Host(())
    async with host.run_test(size=(20, 5)) as pilot:
        await settled(pilot)
        host.view.update(Snapshot(), briefs)
        host.view.cursor("up")
        host.view.farther()
        await pilot.pause()
        await settled(pilot)
        assert text(host).strip() == ""
        assert host.told == []


async def test_a_graph_that_is_replaced_while_it_is_laid_out_never_appears(monkeypatch: pytest.MonkeyPatch) -> None:
    go = threading.Event()
    make = make_scene

    def slow(outline: Outline, view: View) -> Scene:
        if len(outline.infos) == 3:
            go.wait()
        return make(outline, view)

    monkeypatch.setattr(_graph_canvas, "make_scene", slow)
    host = Host(chain(3))
    async with host.run_test(size=(40, 60)) as pilot:
        await pilot.pause()
        host.view.set_graph(neuron())
        go.set()
        await settled(pilot)
        assert "_add.0" in text(host)


def blocks() -> tuple[NodeInfo, ...]:
    """Return three blocks of two ops that are built alike, behind an input, and a loss."""
    nodes = Nodes()
    flow = nodes.add("x", "input")
    for block in ("p", "q", "r"):
        inner = nodes.add(f"{block}.a", "tanh", flow, layer=f"{block}.att")
        inner = nodes.add(f"{block}.b", "exp", inner, layer=f"{block}.att")
        flow = nodes.add(f"{block}.h", "add", flow, inner, layer=block)
    nodes.add("loss", "mean", flow)
    nodes.add("x.next", "descend", 0, phase="u")
    return tuple(nodes.infos)


async def test_enter_unfolds_a_module_and_folds_it_again_and_the_picture_is_the_same() -> None:
    host = Host(blocks())
    async with host.run_test(size=(80, 40)) as pilot:
        await settled(pilot)
        host.view.zoom("network")
        host.view.focus_node(4)
        await settled(pilot)
        folded = text(host)
        assert "┏▸▸ q ━" in folded
        await pilot.press("enter")
        await settled(pilot)
        opened = text(host)
        assert "┏▸ q ━" in opened
        assert "▸▸ att" in opened
        assert "▸▸ p ── 3 ops" in opened
        await pilot.press("enter")
        await settled(pilot)
        assert text(host) == folded


async def test_plus_unfolds_all_that_are_built_alike_then_goes_nearer_and_minus_leads_back_the_same_way() -> None:
    host = Host(blocks())
    async with host.run_test(size=(90, 60)) as pilot:
        await settled(pilot)
        host.view.zoom("network")
        host.view.focus_node(4)
        await settled(pilot)
        seen = [text(host)]
        for _ in range(2):
            await pilot.press("plus")
            await settled(pilot)
            seen.append(text(host))
        assert [shown.count("▸▸ att") for shown in seen] == [0, 3, 0]
        assert host.view.level == "ops"
        for shown in seen[-2::-1]:
            await pilot.press("minus")
            await settled(pilot)
            assert text(host) == shown


async def test_the_cursor_goes_into_a_frame_over_its_border_and_out_again() -> None:
    host = Host(blocks())
    async with host.run_test(size=(80, 40)) as pilot:
        await settled(pilot)
        host.view.zoom("network")
        await settled(pilot)
        host.view.focus_node(1)
        host.view.enter()
        await settled(pilot)
        assert host.view.focused_module == "p"
        await pilot.press("down")
        assert host.view.scene.boxes[host.view.cursor_box].module == "p.att"
        await pilot.press("down", "down")
        assert host.view.scene.boxes[host.view.cursor_box].module == "q"
        await pilot.press("up", "up", "up")
        assert host.view.focused_module == "p"
        await pilot.press("up")
        assert host.view.cursor_box == host.view.scene.box_of[0]


async def test_a_large_drawing_has_a_map_and_a_click_on_it_goes_there() -> None:
    host = Host(chain(60))
    async with host.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "▓" in text(host)
        assert "▾54" in text(host)
        place = host.view._overlays[0]
        await pilot.click(GraphView, offset=(place.x + 4, place.y + len(place.rows) - 2))
        await settled(pilot)
        assert host.view.scroll_offset.y > 150
        assert "▾" not in text(host).splitlines()[place.y + len(place.rows) - 1]
        assert host.told == []


async def test_a_small_drawing_has_no_map() -> None:
    host = Host(neuron())
    async with host.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "▓" not in text(host)


def joined(count: int) -> tuple[NodeInfo, ...]:
    nodes = Nodes()
    for index in range(count):
        nodes.add(f"x{index}", "input")
    nodes.add("all", "concat", *range(count))
    return tuple(nodes.infos)


async def test_twenty_neighbours_are_a_list_and_enter_goes_to_the_chosen_one() -> None:
    host = Host(joined(20))
    async with host.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        host.view.focus_node(20)
        await pilot.press("up")
        assert "all reads 20" in text(host)
        assert host.told == []
        await pilot.press("down", "down")
        assert "│▸x2 " in text(host)
        await pilot.press("enter")
        await pilot.pause()
        assert host.told == [2]
        assert "all reads" not in text(host)


async def test_nineteen_neighbours_are_none() -> None:
    host = Host(joined(19))
    async with host.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        host.view.focus_node(19)
        await pilot.press("up")
        assert "reads" not in text(host)
        assert len(host.told) == 1


async def test_what_can_be_chosen_in_sight_has_its_goals() -> None:
    host = Host(neuron())
    async with host.run_test(size=(80, 30)) as pilot:
        await settled(pilot)
        host.view.update(moment(host.infos, 10), briefs)
        lines = text(host).splitlines()
        for place, goal in host.view.goals():
            shown = lines[place.y][place.x : place.right]
            if goal.what:
                assert shown.strip().startswith("v" if goal.what == "value" else "δ")
            else:
                assert host.infos[goal.node].name in shown
        assert len(host.view.goals()) == 3 * len(host.infos)


async def test_a_narrow_view_shows_the_number_of_the_phase_only() -> None:
    host = Host(neuron())
    async with host.run_test(size=(70, 30)) as pilot:
        await settled(pilot)
        host.view.update(moment(host.infos, 10), briefs)
        assert "v  +9.500" in text(host)
        assert "δ" not in text(host)
        host.view.update(moment(host.infos, 0, version=2, phase="b"), briefs)
        await settled(pilot)
        assert "δ   ·" in text(host)
        assert "v" not in text(host).replace("input", "")
        await pilot.resize_terminal(90, 30)
        await settled(pilot)
        assert "v  +9.500" in text(host) or "v   ·" in text(host)
