"""Beside the lines of an unfolded module stands which share of a gradient came by them."""

from __future__ import annotations

import pytest

import gradlab
from gradlab.tui.panels._graph_view import GraphView
from tests.tui.driving import opened, press, screen_text, type_line

GPT = "tests/pictures/gpt.md"


async def test_the_shares_of_skip_and_branch_stand_beside_their_lines_once_the_gradient_is_final() -> None:
    lab = gradlab.load(GPT)
    lab.do("forward\nbackward")
    name = next(node.name for node in lab.nodes if node.name.startswith("block1.block.x") and node.op == "add")
    ways = {way.kind: way.share for way in lab.paths(name).ways}
    async with opened(lambda: gradlab.load(GPT), size=(120, 40)) as (pilot, screen):
        await press(pilot, "f")
        await type_line(pilot, f"focus {name}")
        await type_line(pilot, "unfold block1")
        await press(pilot, "shift+f12")
        assert "skip" not in screen_text(pilot), "nothing has come back yet"
        await press(pilot, "f", "shift+f12")
        view = screen.query_one(GraphView)
        assert view._labelled is not None
        told = {f"{kind} {ways[kind]:.0%}".replace("%", " %") for kind in ("skip", "branch")}
        assert told <= {one.text.strip() for one in view._labelled[1]}
        assert any(one in screen_text(pilot) for one in told)
        await type_line(pilot, "fold block1")
        await press(pilot, "shift+f12")
        assert "skip" not in screen_text(pilot)


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (200, 60)])
async def test_a_label_covers_no_box(size: tuple[int, int]) -> None:
    async with opened(lambda: gradlab.load(GPT), size=size) as (pilot, screen):
        await press(pilot, "f", "f")
        await type_line(pilot, "unfold block2")
        await press(pilot, "1", "shift+f12")
        view = screen.query_one(GraphView)
        labels = view._labelled[1] if view._labelled is not None else []
        for one in labels:
            assert all(view.scene.canvas.box_at(one.x + k, one.y) in (-1, *_frames(view)) for k in range(len(one.text)))


def _frames(view: GraphView) -> list[int]:
    return [at for at, box in enumerate(view.scene.boxes) if box.frame]
