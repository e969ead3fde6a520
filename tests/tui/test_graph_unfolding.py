"""What the graph does with modules, maps and lists: unfold, zoom, walk, and back again."""

from __future__ import annotations

import pytest

from gradlab.lab.snapshot import NodeInfo
from gradlab.tui.panels._graph_view import GraphView
from tests.tui.graph_cases import Nodes, briefs, chain, moment, neuron
from tests.tui.graph_host import Host, settled, text


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
        host.view.enter()
        await settled(pilot)
        opened = text(host)
        assert "┏▸ q ━" in opened
        assert "▸▸ att" in opened
        assert "▸▸ p ── 3 ops" in opened
        host.view.enter()
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
            host.view.nearer()
            await settled(pilot)
            seen.append(text(host))
        assert [shown.count("▸▸ att") for shown in seen] == [0, 3, 0]
        assert host.view.level == "ops"
        for shown in seen[-2::-1]:
            host.view.farther()
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
        host.view.cursor("down")
        assert host.view.scene.boxes[host.view.cursor_box].module == "p.att"
        host.view.cursor("down")
        host.view.cursor("down")
        assert host.view.scene.boxes[host.view.cursor_box].module == "q"
        host.view.cursor("up")
        host.view.cursor("up")
        host.view.cursor("up")
        assert host.view.focused_module == "p"
        host.view.cursor("up")
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


@pytest.mark.parametrize("size", [(60, 14), (58, 26), (90, 30)])
async def test_a_map_covers_no_box_wherever_one_looks(size: tuple[int, int]) -> None:
    host = Host(tree(16))
    async with host.run_test(size=size) as pilot:
        await settled(pilot)
        view, seen = host.view, 0
        for node in range(len(host.infos)):
            view.focus_node(node)
            await pilot.pause()
            for laid in view._overlays:
                seen += 1
                x, y = laid.x + view.scroll_offset.x - view._margin, laid.y + view.scroll_offset.y
                assert view.scene.canvas.visible(x, y, x + laid.region.width, y + laid.region.height) == []
        assert seen > len(host.infos) // 2


async def test_a_small_drawing_has_no_map() -> None:
    host = Host(neuron())
    async with host.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "▓" not in text(host)


def tree(leaves: int) -> tuple[NodeInfo, ...]:
    """Return a tree of sums, whose uppermost boxes fill the screen, on a chain."""
    nodes = Nodes()
    level = [nodes.add(f"x{leaf}", "input") for leaf in range(leaves)]
    while len(level) > 1:
        level = [nodes.add(f"s{len(level)}_{k}", "add", *level[k : k + 2]) for k in range(0, len(level), 2)]
    for link in range(12):
        level = [nodes.add(f"t{link}", "tanh", *level)]
    return tuple(nodes.infos)


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
        host.view.cursor("up")
        assert "all reads 20" in text(host)
        assert host.told == []
        host.view.cursor("down")
        host.view.cursor("down")
        assert "│▸x2 " in text(host)
        host.view.enter()
        await pilot.pause()
        assert host.told == [2]
        assert "all reads" not in text(host)


async def test_a_list_of_neighbours_can_be_closed_and_nothing_was_chosen() -> None:
    host = Host(joined(20))
    async with host.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        host.view.focus_node(20)
        before = text(host)
        host.view.cursor("up")
        assert text(host) != before
        assert host.view.close_top()
        assert text(host) == before
        assert not host.view.close_top()
        assert host.told == []


async def test_nineteen_neighbours_are_none() -> None:
    host = Host(joined(19))
    async with host.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        host.view.focus_node(19)
        host.view.cursor("up")
        await pilot.pause()
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
