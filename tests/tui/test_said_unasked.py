"""What the laboratory says unasked is true also where a model is odd."""

from __future__ import annotations

import pytest

from gradlab.draw.ink import dump
from gradlab.draw.losses import own_rows
from gradlab.draw.modules import made_of
from gradlab.lab.snapshot import Snapshot
from gradlab.session import Lab, build
from gradlab.tui.keymap import BY_NAME
from gradlab.tui.moment import Moment
from tests.tui.driving import opened, press, screen_text, type_line
from tests.tui.panel_texts import Panels

SQUARED = "w = param(2.0)\nv = param(3.0)\ny = w * v\nf = y * y\nminimize(f, sgd(lr=0.01))"


@pytest.mark.parametrize(
    ("lines", "said"), [(("train 1",), "is of an earlier update"), (("forward", "backward", "set w = 7"), "is stale")]
)
def test_what_touches_what_is_not_told_of_numbers_of_two_moments(lines: tuple[str, ...], said: str) -> None:
    lab = build(SQUARED, backend="plain")
    for line in lines:
        lab.do(line)
    at = lab.graph.aliases
    found = lab.touches(at["y"], at["w"], 0, {})
    assert said in found.note and not found.by_node


@pytest.mark.parametrize(
    ("model", "said"),
    [("W = param([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])\n    h = tanh(W @ x)", "3 → 2, tanh"),
     ("W = param([[1.0, 2.0], [1.0, 2.0], [3.0, 4.0]])\n    h = tanh(x @ W)", "3 → 2, tanh")],
)  # fmt: skip
def test_a_module_says_from_how_many_numbers_to_how_many_on_either_side_of_a_product(model: str, said: str) -> None:
    lab = build(f'x = input([1.0, 2.0, 3.0])\nwith layer("hidden"):\n    {model}\nf = sum(h)', backend="plain")
    inside = [node for node in lab.nodes if node.layer == "hidden"]
    assert made_of(inside, ()) == said


@pytest.mark.parametrize(
    ("losses", "said"),
    [((3.0, 2.0), "log axis"), ((3.0, -1.0), "log axis, losses of 0 or below left out"), ((-3.0, -1.0), "linear axis"),
     ((3.0, float("nan"), 1.0), "log axis, gaps where it is not finite")],
)  # fmt: skip
def test_the_curve_of_the_losses_says_what_it_leaves_out(losses: tuple[float, ...], said: str) -> None:
    rows = own_rows(Snapshot(losses=tuple(enumerate(losses))), 100, 8, log=True)
    assert dump(rows).splitlines()[0].endswith(f"· {said}")


async def test_a_condition_that_holds_is_no_breakpoint_and_one_that_never_holds_no_success() -> None:
    async with opened(lambda: build(SQUARED, backend="plain"), size=(120, 40)) as (pilot, screen):
        await type_line(pilot, "run until f < 20")
        await type_line(pilot, "train 3")
        assert "●" not in screen_text(pilot).splitlines()[-2]
        await type_line(pilot, "run until f < -1 for 3 updates")
        assert screen.happened is not None
        assert (screen.happened.kind, "did not hold" in screen.happened.what) == ("error", True)


async def test_a_toast_offers_no_way_to_where_one_stands() -> None:
    async with opened(lambda: build(SQUARED, backend="plain"), size=(120, 40)) as (pilot, screen):
        await type_line(pilot, "train 3")
        assert screen.happened is not None
        assert [text for _, text in screen._ways(screen.happened)] == ["close"]
        await press(pilot, "N")
        assert [text for _, text in screen._ways(screen.happened)] == ["show it", "close"]


async def test_a_pending_gradient_says_what_brings_it() -> None:
    async with opened(lambda: build("w = param(2.0)\nf = w * w", backend="plain"), size=(120, 40)) as (pilot, _):
        await press(pilot, "3")
        assert "`f` ends the forward pass" in screen_text(pilot)
        await press(pilot, "f")
        assert "`f` runs the next pass" in screen_text(pilot)


@pytest.mark.parametrize("name", ["step", "layer", "finish"])
def test_where_no_op_is_left_the_keys_that_run_one_say_so(name: str) -> None:
    def why(lab: Lab) -> str:
        return BY_NAME[name].why_not(Moment(snapshot=lab.snapshot(), nodes=lab.nodes))

    lab = build("w = param(2.0)\nf = w * w", backend="plain")
    assert why(lab) == ""
    lab.do("forward")
    assert why(lab) == ""
    lab.do("backward")
    assert why(lab) == "this is the end: the model has no `minimize`"
    assert why(build("w = param(2.0)", backend="plain")) == "the model has no op"


def test_what_no_delta_is_sent_to_has_a_dot_for_a_delta_and_no_nan(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = build("x = input(2.0)\nw = param(3.0)\ny = w * x\nf = y * y\nminimize(f, sgd(lr=0.01))", backend="plain")
    for line in ("forward", "backward"):
        lab.do(line)
    texts = [text for name, text in Panels(monkeypatch).texts(lab, lab.graph.aliases["w"], 0) if name == "node"]
    listed = [line.split() for text in texts for line in text.splitlines() if line.startswith("w.next ")]
    assert listed[-1][1:] == ["descend", "·", "·"]
