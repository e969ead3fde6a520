"""The graph widget in an app."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from textual.geometry import Region

from gradlab.draw.ink import Goal
from gradlab.draw.scene import Outline, Scene, View, make_scene
from gradlab.lab.snapshot import Brief, Snapshot
from gradlab.tui.panels import _graph_canvas
from tests.tui.graph_cases import Nodes, briefs, chain, layers, moment, neuron
from tests.tui.graph_host import Host, settled, text


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


async def test_a_cell_of_a_box_leads_to_its_node_and_no_other_cell_does() -> None:
    host = Host(neuron())
    async with host.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        x, y, _, _ = host.view.scene.canvas.region(9)
        margin = (80 - host.view.scene.canvas.size[0]) // 2
        assert host.view.point(0, 12) is None
        assert host.view.point(x + margin + 3, y + 1) == Goal(9)
        assert [goal for place, goal in host.view.goals() if place.contains(x + margin + 3, y)] == [Goal(9)]


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
