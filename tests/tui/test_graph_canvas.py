"""The picture of a graph as text, without a screen."""

from __future__ import annotations

from dataclasses import replace

import pytest

import gradlab
from gradlab.axis.position import State
from gradlab.draw import ink
from gradlab.draw.canvas import INWARD, OUTWARD, Canvas, dump
from gradlab.draw.canvas_box import Plate, Reading, box_rows
from gradlab.draw.canvas_edges import GLYPHS
from gradlab.draw.canvas_module import face_rows
from gradlab.draw.layout import LayoutRequest
from gradlab.draw.modules import UPDATE
from gradlab.draw.scene import Outline, Scene, View, make_scene
from gradlab.lab.snapshot import Brief, NodeInfo
from gradlab.tui.panels._walk import Walk
from tests.bench.graphs import lstm, random_dag
from tests.draw.layout.judge import Picture
from tests.tui.graph_cases import layers, neuron

NEURON = """\
╭ w0 param ───╮  ╭ x0 input ───╮  ╭ w1 param ───╮  ╭ x1 input ───╮
│ v   ·       │  │ v   ·       │  │ v   ·       │  │ v   ·       │
│ δ   ·       │  │ δ   ·       │  │ δ   ·       │  │ δ   ·       │
╰────────┬────╯  ╰───┬─────────╯  ╰────────┬────╯  ╰───┬─────────╯
        ╭ _mul.0 ────┴╮                   ╭ _mul.1 ────┴╮
        │ v   ·       │                   │ v   ·       │
        │ δ   ·       │                   │ δ   ·       │
        ╰─────────┬───╯                   ╰──────┬──────╯
                  │        ╭─────────────────────╯
                 ╭ _add.0 ─┴───╮  ╭ w2 param ───╮
                 │ v   ·       │  │ v   ·       │
                 │ δ   ·       │  │ δ   ·       │
                 ╰────┬────────╯  ╰──────┬──────╯
                      │    ╭─────────────╯
                 ╭ dot add ┴───╮
                 │ v   ·       │
                 │ δ   ·       │
                 ╰──────┬──────╯
                 ╭ f sigmoid ──╮
                 │ v   ·       │
                 │ δ   ·       │
                 ╰─────────────╯"""


def scene_of(infos: tuple[NodeInfo, ...], level: str = "ops", *opened: str) -> Scene:
    outline = Outline(infos)
    return make_scene(outline, View(level, outline.unfolds(level) | {*opened}))


def box(reading: Reading, plate: Plate | None = None) -> list[str]:
    plate = plate or Plate("h", "mul", ())
    rows = face_rows(plate, reading, plate.width, plate.width // 2, (3,))
    assert all(ink.width_of(line) == plate.width for line in rows)
    assert len(rows) == plate.height
    return [ink.text_of(line) for line in rows]


def test_the_sigmoid_neuron_is_drawn_so() -> None:
    assert ink.dump(dump(scene_of(neuron()).canvas, lambda _: Reading())) == NEURON


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (State.PENDING, "δ   ·"), (State.UNREACHED, "δ   0 ∅"), (State.FINAL, "δ  -0.5000"), (State.STALE, "δ ~-0.5000"),
        (State.PAST, "δ ‹-0.5000›"), (State.PARTIAL, "δ -0.50 1/2"),
    ],
)  # fmt: skip
def test_every_state_of_a_gradient_is_told_by_text(state: State, shown: str) -> None:
    row = box(Reading(State.DONE, state, Brief(1.0, -0.5, (1, 2))))[2]
    assert row.startswith(f"│ {shown}"[:14])


@pytest.mark.parametrize(("value", "shown"), [(-9.5e-7, "‹-1e-6›"), (9.1e-13, "‹+0.00›"), (-1e-12, "‹-0.00›"), (0.0, "‹+0›")])
def test_a_tiny_number_in_a_narrow_box_is_a_number(value: float, shown: str) -> None:
    row = box(Reading(State.PAST, State.PENDING, Brief(value, 0.0)), Plate("miss", "sub", (), "short"))[1]
    assert shown in row


def test_states_borders_and_marks_all_look_different() -> None:
    done = Reading(State.DONE, State.FINAL, Brief(1.0, 2.0))
    marked = [replace(done, current=True), replace(done, following=True), replace(done, focused=True)]
    looks = [box(reading) for reading in (done, *marked, replace(done, current=True, focused=True))]
    assert len({"".join(look) for look in looks}) == 5
    assert box(Reading(State.DONE, State.FINAL, Brief(1.0, 2.0), arrived="δ"))[2].endswith("◂│")


def test_a_number_that_is_on_its_way_is_neither_zero_nor_pending() -> None:
    assert box(Reading(State.DONE, State.PENDING))[1] == "│ v   …       │"


def test_the_size_of_a_tensor_is_called_rms_and_its_shape_stands_below() -> None:
    rows = box(Reading(State.DONE, State.FINAL, Brief(0.2138, 1.2e-7)), Plate("h.0", "tanh", (32, 500)))
    assert rows[1].startswith("│ v  rms 0.2138")
    assert rows[2].startswith("│ δ  rms 1.2e-07")
    assert "(32,500)" in rows[3]
    assert "┬" in rows[3]


@pytest.mark.parametrize("state", [State.DONE, State.FINAL, State.UNREACHED, State.PENDING])
def test_a_tensor_without_numbers_is_empty(state: State) -> None:
    reading = Reading(value_state=state, grad_state=state, brief=Brief(float("nan"), float("nan"), (0, 0)))
    drawn = "\n".join(box(reading, Plate("e", "mul", (0, 3))))
    assert drawn.count("empty") == 2 and "NaN" not in drawn and "rms" not in drawn


@pytest.mark.parametrize("value", [0.0, 1.5, -123456.789, 1e300, -1e-300, float("nan"), float("inf"), -9.999e-5])
@pytest.mark.parametrize("state", list(State))
def test_no_number_breaks_the_border(value: float, state: State) -> None:
    for plate in (
        Plate("h", "mul", ()),
        Plate("h", "mul", (3, 4)),
        Plate("h", "mul", (3, 4), form="short"),
        Plate("h", "", (2,), form="module", made="relu", figures="12 n, 2 ops"),
        Plate("h", "12 ops", (), form="thin"),
        Plate("h", "", (), form="line"),
    ):
        box(Reading(state, state, Brief(value, -value, (12, 345)), arrived="vδ"), plate)


def test_a_long_name_keeps_its_end_and_wide_letters_fit() -> None:
    assert "…" in box(Reading(), Plate("generator.block.12.attention.query.W", "param", ()))[0]
    assert "query.W" in box(Reading(), Plate("generator.block.12.attention.query.W", "param", ()))[0]
    box(Reading(), Plate("重み" * 20, "param", (2, 2)))


def test_a_line_that_passes_another_is_drawn_over_it_and_only_branches_join() -> None:
    inputs = lstm(3).inputs
    canvas = Canvas([Plate("n", "", ()) for _ in inputs], inputs)
    rows = [ink.text_of(line) for line in dump(canvas, lambda _: Reading())]
    crossings = _crossings(canvas)
    assert crossings
    assert {rows[y][x] for x, y in crossings} == {"│"}
    assert {rows[y][x - 1] for x, y in crossings} <= set("─│├╭╰┬┴")


def _crossings(canvas: Canvas) -> set[tuple[int, int]]:
    drawn = canvas.layout
    picture = Picture(LayoutRequest(canvas.inputs, drawn.width.tolist(), drawn.height.tolist()), drawn)
    found: set[tuple[int, int]] = set()
    for net, cells in picture.flat.items():
        for other, more in picture.upright.items():
            if net != other:
                found |= cells & more
    return found


def test_tiles_show_the_same_as_the_segments() -> None:
    inputs = random_dag(220, 4)
    canvas = Canvas([Plate("n", "", ()) for _ in inputs], inputs)
    drawn = canvas.layout
    assert drawn.columns > 300
    picture = Picture(LayoutRequest(inputs, drawn.width.tolist(), drawn.height.tolist()), drawn)
    crossings = _crossings(canvas)
    bits = {(0, -1): 1, (1, 0): 2, (0, 1): 4, (-1, 0): 8}
    expected = {}
    for joined in picture.joined.values():
        for (x, y), others in joined.items():
            expected[x, y] = sum(bits[a - x, b - y] for a, b in others)
    for y in range(drawn.rows):
        mask, _ = canvas._edges.row(y, 0, drawn.columns)
        for x in range(drawn.columns):
            wanted = 5 if (x, y) in crossings else expected.get((x, y), 0)
            assert GLYPHS[mask[x]] == GLYPHS[wanted]


def test_the_lines_of_the_focused_box_have_another_role() -> None:
    canvas = scene_of(neuron()).canvas
    canvas.highlight({5: INWARD, 7: OUTWARD})
    roles = {role for line in dump(canvas, lambda _: Reading()) for _, role in line}
    assert {"done", "here"} <= roles


def test_each_time_step_of_a_layer_is_a_box_in_its_frame_beside_what_all_of_them_share() -> None:
    lab = gradlab.build("x = input(shape=(3, 1, 4))\nhs, h = rnn(x, 5)")
    scene = scene_of(lab.nodes, "layers")
    shown = ink.dump(dump(scene.canvas, lambda _: Reading()))
    assert "─ hs ─" in shown
    assert all(f"▸▸ t{step} " in shown for step in range(3))
    boxes = [[lab.nodes[i].name for i in box.members] for box in scene.boxes if not box.frame]
    assert ["hs.W"] in boxes and ["hs"] in boxes
    assert ["hs.t1.x", "hs.t1._concat.0", "hs.t1.z", "hs.t1.h"] in boxes


def test_a_layer_is_one_box_with_its_figures_and_a_node_without_a_layer_stands_alone() -> None:
    scene = scene_of(layers(3), "layers")
    text = ink.dump(dump(scene.canvas, lambda _: Reading()))
    assert [box.module for box in scene.boxes] == ["", "h0", "h1", "h2", "", UPDATE]
    assert text.count("2 ops") == 3
    assert scene.boxes[1].members == (1, 2, 3, 4)
    assert scene.box_of[3] == 1


def test_a_layer_that_is_left_and_entered_again_makes_no_circle() -> None:
    infos = layers(2)
    twisted = tuple(info if info.name != "loss" else replace(info, scope="h0") for info in infos)
    scene = scene_of(twisted, "layers")
    assert [len(box.members) for box in scene.boxes if box.module != UPDATE] == [1, 4, 4, 1]


def test_the_update_phase_stands_below_with_its_weights_once_more() -> None:
    infos = layers(2)
    scene = scene_of(infos, "ops", UPDATE)
    text = ink.dump(dump(scene.canvas, lambda _: Reading()))
    assert "↑h0.W" in text
    assert "h0.W.next" in text
    lowest = max(int(scene.canvas.layout.y[scene.box_of[info.index]]) for info in infos if info.phase == "f")
    assert int(scene.canvas.layout.y[scene.box_of[infos[-1].index]]) > lowest
    folded = ink.dump(dump(scene_of(infos).canvas, lambda _: Reading()))
    assert "next" not in folded
    assert "▸▸ update ── 2 ops" in folded


def test_the_one_line_form_takes_one_row_a_node() -> None:
    scene = scene_of(neuron(), "lines")
    reading = Reading(State.DONE, State.FINAL, Brief(0.462, -0.012))
    text = ink.dump(dump(scene.canvas, lambda _: reading))
    assert "▏f           v  +0.4620    δ  -0.0120" in text
    assert scene.canvas.layout.rows <= 14


def test_the_cursor_follows_the_lines_and_comes_back_the_same_way() -> None:
    scene = scene_of(neuron())
    walk = Walk(scene)
    assert walk.step(9, "up") == 8
    assert walk.step(8, "up") == 7
    assert walk.step(7, "up") in (5, 6)
    assert walk.step(6, "down") == 7
    assert walk.step(7, "up") == 6
    assert walk.step(0, "left") == 0
    assert walk.step(0, "right") == 1
    assert walk.step(9, "down") == 9


def test_a_partial_gradient_of_a_tensor_is_never_the_dot_of_a_pending_one() -> None:
    plate = Plate("W", "param", (12, 32))
    for size in (2.4e-5, 0.0237, 123.4, 1.2e-300):
        reading = Reading(State.DONE, State.PARTIAL, Brief(1.0, size, (14, 25)))
        delta = ink.text_of(box_rows(plate, reading, plate.width, -1, ())[2])
        assert "14/25" in delta
        assert "·" not in delta


@pytest.mark.parametrize("value", [0.131, -0.393224, -12.5, 1234.5, -1e-7, 3e9])
def test_a_partial_gradient_in_the_narrowest_box_keeps_its_number_and_its_parts(value: float) -> None:
    plate = Plate("w1", "param", (), form="short")
    shown = box(Reading(State.DONE, State.PARTIAL, Brief(1.0, value, (1, 2)), arrived="δ", label="δ"), plate)[1]
    assert plate.width == 13
    assert shown.endswith("◂│")
    number, parts = shown.removeprefix("│ δ").removesuffix("◂│").split()
    assert parts == "1/2"
    assert float(number) == pytest.approx(value, rel=0.3) if abs(value) < 100 and abs(value) > 0.01 else number == "…"


@pytest.mark.parametrize("value", [-1e-300, 1e300, -2.5e-17, 123456.0])
def test_a_number_that_does_not_fit_is_never_cut_to_another_one(value: float) -> None:
    plate = Plate("w1", "param", (), form="short")
    shown = box(Reading(State.DONE, State.FINAL, Brief(value, value)), plate)[1]
    text = shown.removeprefix("│ v").strip("│ ")
    assert text == "…" or float(text) == pytest.approx(value, rel=0.5)
