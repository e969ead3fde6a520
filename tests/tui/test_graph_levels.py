"""The levels of the graph as text, from real runs: a small GPT folded and with a block unfolded, and the numbers of an op."""

from __future__ import annotations

from pathlib import Path

import pytest

import gradlab
from gradlab.axis.position import State
from gradlab.draw import ink
from gradlab.draw.canvas import dump
from gradlab.draw.canvas_box import Reading
from gradlab.draw.modules import UPDATE
from gradlab.draw.scalars import sheet_of
from gradlab.draw.scene import Outline, View, make_scene
from gradlab.draw.told import level_told
from gradlab.session import Lab
from gradlab.tui.moment import Look
from gradlab.tui.panels._numbers import ask_numbers

GPT = Path(__file__).parents[1] / "networks" / "attention" / "gpt.md"

NETWORK = """\
               ╭ x input ────────╮
               │ v  rms 5.451    │
               │ δ   0 ∅         │
               ╰─(2,16)─┬────────╯
╭▸▸ embed ──────────────┴──────────────────────╮
│ gather 10 → 32, add              2 x 16 x 32 │
│ v  rms 0.9673 δ  rms 0.0066     832 n, 2 ops │
╰───────────────────────┬──────────────────────╯
╭▸▸ block0 ─────────────┴──────────────────────╮
│ n1, att, n2, mlp                 2 x 16 x 32 │
│ v  rms 1.383  δ  rms 0.0042 12,704 n, 25 ops │
╰───────────────────────┬──────────────────────╯
╭▸▸ block1 ─────────────┴──────────────────────╮
│ n1, att, n2, mlp                 2 x 16 x 32 │
│ v  rms 1.567  δ  rms 0.0036 12,704 n, 25 ops │
╰───────────────────────┬──────────────────────╯
╭▸▸ block2 ─────────────┴──────────────────────╮
│ n1, att, n2, mlp                 2 x 16 x 32 │
│ v  rms 1.838  δ  rms 0.0031 12,704 n, 25 ops │
╰───────────────────────┬──────────────────────╯
╭▸▸ block3 ─────────────┴──────────────────────╮
│ n1, att, n2, mlp                 2 x 16 x 32 │
│ v  rms 2.021  δ  rms 0.0028 12,704 n, 25 ops │
╰───────────────────────┬──────────────────────╯
╭▸▸ head ───────────────┴──────────────────────╮  ╭ t input ────────╮
│ layer_norm, 32 → 10              2 x 16 x 10 │  │ v  rms 5.426    │
│ v  rms 0.9984 δ  rms 0.0100     394 n, 2 ops │  │ δ   0 ∅         │
╰─────────────────────┬────────────────────────╯  ╰─(2,16)─┬────────╯
                      │    ╭───────────────────────────────╯
                 ╭ loss ───┴───╮
                 │ v  +2.813   │
                 │ δ  +1.000   │
                 ╰─────────────╯

╭▸▸ update ── 917 ops, adam ───────────────────╮
╰──────────────────────────────────────────────╯"""

BLOCK = """\
      ╭ x input ────────╮
      │ δ   0 ∅         │
      ╰─(2,16)─┬────────╯
╭▸▸ embed ── 2 ops ───────────╮
╰──────────────┬──────────────╯
╭▸▸ block0 ── 25 ops ─────────╮
╰──────────────┬──────────────╯
  ╭─ block1 ───┼──────────────────────────────╮
  │  ╭─────────┴──────────╮                   │
  │  │         ╭ n1 layer_norm ──────╮        │
  │  │         │ δ  rms 0.0025       │        │
  │  │         ╰─(2,16,32)┬──────────╯        │
  │  │ ╭▸▸ att ───────────┴─────────────────╮ │
  │  │ │ 32 → 32, matmul, mul…  2 x 16 x 32 │ │
  │  │ │ δ  rms 0.0040      4,224 n, 18 ops │ │
  │  │ ╰───────────────┬────────────────────╯ │
  │ ╭ h.0 add ─────────┴──╮                   │
  │ │ δ  rms 0.0040       │                   │
  │ ╰┬──────────(2,16,32)─╯                   │
  │  ├────────────────────╮                   │
  │  │         ╭ n2 layer_norm ──────╮        │
  │  │         │ δ  rms 0.0026       │        │
  │  │         ╰─(2,16,32)┬──────────╯        │
  │  │ ╭▸▸ mlp ───────────┴─────────────────╮ │
  │  │ │ 32 → 128, gelu, 128 …  2 x 16 x 32 │ │
  │  │ │ δ  rms 0.0036       8,352 n, 3 ops │ │
  │  │ ╰───────────────┬────────────────────╯ │
  │ ╭ h.1 add ─────────┴──╮                   │
  │ │ δ  rms 0.0036       │                   │
  │ ╰─(2,16,32)┬──────────╯                   │
  ╰────────────┼──────────────────────────────╯
╭▸▸ block2 ── 25 ops ─────────╮
╰──────────────┬──────────────╯
╭▸▸ block3 ── 25 ops ─────────╮
╰──────────────┬──────────────╯
╭▸▸ head ── 2 ops ────────────╮  ╭ t input ────────╮
╰────────────┬────────────────╯  │ δ   0 ∅         │
             │                   ╰─(2,16)─┬────────╯
             │    ╭───────────────────────╯
        ╭ loss ───┴───╮
        │ δ  +1.000   │
        ╰─────────────╯

╭▸▸ update ── 917 ops, adam ──╮
╰─────────────────────────────╯"""

NUMBERS = """\
    x                          W                               z
    4 x 2                      2 x 2                           4 x 2
            0         1                0         1                     0         1
    ╭─────────┬─────────╮      ╭─────────┲━━━━━━━━━┓           ╭─────────┬┄┄┄┄┄┄┄┄┄╮
  0 │      +0 │      +0 │    0 │-0.75000 ┃+2.00000 ┃───┬┄▸   0 │+0.50000 ┊-0.25000 ┊
    ├─────────┼─────────┤      ├─────────╄━━━━━━━━━┩   │       ├─────────┼┄┄┄┄┄┄┄┄┄┤
  1 │      +0 │+1.00000 │    1 │-0.50000 │+2.25000 │   ├┄▸   1 │      +0 ┊+2.00000 ┊
    ├─────────┼─────────┤      ╰─────────┴─────────╯   │       ├─────────╆━━━━━━━━━┪
  2 │+1.00000 │      +0 │                              ├─▸   2 │-0.25000 ┃+1.75000 ┃
    ├─────────┼─────────┤      b                       │       ├─────────╊━━━━━━━━━┫
  3 │+1.00000 │+1.00000 │      2                       ╰─▸   3 │-0.75000 ┃+4.00000 ┃
    ╰─────────┴─────────╯              0         1             ╰─────────┺━━━━━━━━━┛
                               ╭─────────┬─────────╮
                               │+0.50000 │-0.25000 │
                               ╰─────────┴─────────╯


  W[0, 1] moves 2 numbers of z by +1.000 (━), and 2 by 0 (┄)

  δ, what comes back
    δ x                        δ W                             δ z
    4 x 2                      2 x 2                           4 x 2
    ╭─────────┬─────────╮      ╭─────────┲━━━━━━━━━┓           ╭─────────┬┄┄┄┄┄┄┄┄┄╮
  0 │+0.16127 │+0.21523 │    0 │+0.19208 ┃+0.01439 ┃◂──┬◂┄   0 │+0.09831 ┊+0.11750 ┊
    ├─────────┼─────────┤      ├─────────╄━━━━━━━━━┩   │       ├─────────┼┄┄┄┄┄┄┄┄┄┤
  1 │-0.07609 │-0.04263 │    1 │+0.19957 │+0.00900 │   ├◂┄   1 │+0.12500 ┊+0.00883 ┊
    ├─────────┼─────────┤      ╰─────────┴─────────╯   │       ├─────────╆━━━━━━━━━┪
  2 │-0.05967 │-0.02674 │                              ├◂─   2 │+0.11750 ┃+0.01423 ┃
    ├─────────┼─────────┤      δ b                     │       ├─────────╊━━━━━━━━━┫
  3 │-0.05559 │-0.03691 │      2                       ╰◂─   3 │+0.07457 ┃+1.7e-04 ┃
    ╰─────────┴─────────╯      ╭─────────┬─────────╮           ╰─────────┺━━━━━━━━━┛
                               │+0.41538 │+0.14073 │
                               ╰─────────┴─────────╯


  δ W[0, 1] by z = 0·(+0.117502) + 0·(+0.008831) + 1·(+0.014227) + 1·(+1.67619e-04) = +0.014394"""


@pytest.fixture(scope="module")
def gpt() -> Lab:
    lab = gradlab.load(GPT)
    lab.do("forward")
    lab.do("backward")
    return lab


def drawn(lab: Lab, view: View) -> str:
    outline = Outline(lab.nodes)
    scene = make_scene(outline, view)
    seen, briefs = lab.snapshot(), lab.brief(scene.speaker)

    def read(box: int) -> Reading:
        node = scene.speaker[box]
        return Reading(State(seen.value_states[node]), State(seen.grad_states[node]), briefs[box], label="δ")

    return ink.dump(dump(scene.canvas, read))


def test_a_gpt_of_1322_nodes_is_seven_boxes_and_a_folded_update(gpt: Lab) -> None:
    assert len(gpt.nodes) == 1322
    assert drawn(gpt, View("network")) == NETWORK


def test_a_block_is_unfolded_in_place_and_its_neighbours_stay_folded(gpt: Lab) -> None:
    assert drawn(gpt, View("network", frozenset(("block1",)), narrow=True)) == BLOCK


def test_the_rule_says_what_is_unfolded(gpt: Lab) -> None:
    outline = Outline(gpt.nodes)

    def told(*opened: str) -> str:
        return level_told(outline, make_scene(outline, View("network", frozenset(opened))), "network")[0]

    assert told() == "network"
    assert told("block1", "block1.att", UPDATE) == "network, block1 unfolded"
    assert told("block1", "block2") == "network, 2 unfolded"
    whole = level_told(outline, make_scene(outline, View("network")), "network")[1]
    assert whole == "105 ops in 6 modules  ⏎ unfold  + all"


def test_the_numbers_of_an_op_are_framed_where_the_chosen_one_moves_them() -> None:
    lab = gradlab.build(
        "x = const([[0, 0], [0, 1], [1, 0], [1, 1]])\n"
        "W = param([[-0.75, 2.0], [-0.5, 2.25]])\nb = param([0.5, -0.25])\nz = affine(x, W, b)\nloss = mean(tanh(z))"
    )
    lab.do("forward")
    lab.do("backward")
    found = ask_numbers(lab, Look(lab.snapshot(), 1, 1), 3, (110, 40))
    assert found is not None
    assert ink.dump(sheet_of(found, 110).rows) == NUMBERS
