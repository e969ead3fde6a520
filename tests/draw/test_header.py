"""The row above the panels."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gradlab.draw.header import Whereabouts, header_row, layer_ends, one_up
from gradlab.draw.ink import Goal, text_of
from gradlab.lab.snapshot import NodeInfo
from gradlab.session import build

NESTED = """\
x = input([[1.0, 2.0]])
with layer("net"):
    with layer("a"):
        h = tanh(dense(x, 2))
    with layer("b"):
        h = tanh(dense(h, 2))
loss = sum(h)
minimize(loss, sgd(lr=0.1))
"""


def nodes_in_depth() -> tuple[NodeInfo, ...]:
    return tuple(replace(node, layer=node.scope) for node in build(NESTED, backend="plain").nodes)


def test_a_layer_ends_with_its_last_node_those_within_it_included() -> None:
    nodes = nodes_in_depth()
    ends = layer_ends(nodes)
    for phase, layer in ends:
        inside = [one.index for one in nodes if one.phase == phase and f"{one.layer}.".startswith(f"{layer}.")]
        assert ends[phase, layer] == max(inside) or not layer, (phase, layer)
    assert ends["f", "net"] == ends["f", "net.b"] > ends["f", "net.a"]


def test_one_up_from_a_node_is_the_end_of_its_layer_then_of_the_one_around_it() -> None:
    nodes = nodes_in_depth()
    ends = layer_ends(nodes)
    first = next(node for node in nodes if node.name == "net.a.W")
    assert one_up(Whereabouts("t", node=first, nodes=nodes, ends=ends)) == Goal(node=ends["f", "net.a"])
    last = nodes[ends["f", "net.a"]]
    assert one_up(Whereabouts("t", node=last, nodes=nodes, ends=ends)) == Goal(node=ends["f", "net"])


def test_a_long_name_of_a_node_is_cut_in_front_and_keeps_its_op_and_its_element() -> None:
    lab = build('x = input([[1.0, 2.0]])\nwith layer("gpt.blocks.0.attn"):\n    scaled = x * 2\n', backend="plain")
    place = Whereabouts("GPT, step 12, loss nan", node=lab.nodes[-1], element=1, nodes=lab.nodes)
    shown = text_of(header_row(place, lab.snapshot(), 80))
    assert "gpt ▸ …" in shown
    assert "ttn.scaled[0,1] " in shown


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_a_node_is_not_dropped_for_the_length_of_its_name(width: int) -> None:
    scope = "model.encoder_blocks.11.self_attention_output_projection"
    text = f'x = input([[1.0, 2.0]])\nwith layer("{scope}"):\n    scaled = x * 2\n    moved = x + 1\n'
    lab = build(text, backend="plain")
    for node in [one for one in lab.nodes if one.name.endswith(("scaled", "moved"))]:
        for title in ("Big", "Big, step 12, loss nan"):
            place = Whereabouts(title, node=node, element=1, nodes=lab.nodes)
            shown = text_of(header_row(place, lab.snapshot(), width))
            assert f"{node.name.rpartition('.')[2]}[0,1] " in shown, shown
            assert shown.startswith(" Big")
            assert "of 2 " in shown or width == 100, "the position is not cut"


def test_what_has_room_is_not_left_out() -> None:
    lab = build("below = input(1.0) + 1\n", backend="plain")
    place = Whereabouts("The sigmoid neuron again", node=lab.nodes[-1], nodes=lab.nodes)
    assert text_of(header_row(place, lab.snapshot(), 120)).startswith(" gradlab ▸ The sigmoid neuron again ▸ below ")
