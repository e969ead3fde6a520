"""Names and layers of a gradient that the model itself makes, by what stands in scopes and in what is shared."""

from __future__ import annotations

from tests.scenario.reading import traced

MODEL = """
x = input(shape=(8, 3))
with layer("net"):
    h = tanh(dense(x, 4))
    y = dense(h, 1)
with layer("one"):
    q = dense(x, 1)
j = shared(dense, units=1)
loss = sum(y) + sum(q) + sum(j(x)) + sum(j(2 * x))
"""


def test_gradients_are_named_after_what_they_are_taken_by() -> None:
    graph = traced(MODEL + "g = gradient(loss, [x, net.h.W, net.y.W, one.W, j.W, h])").graph
    found = [graph.nodes[index].name for index in sorted(graph.derived)]
    assert [name for name in found if "_" not in name] == [
        "loss.grad.j.W", "loss.grad.one.W", "loss.grad.net.h", "loss.grad.net.y.W", "loss.grad.net.h.W", "loss.grad.x",
    ]  # fmt: skip


def test_a_gradient_is_no_layer() -> None:
    graph = traced(MODEL + "g = gradient(loss, x)").graph
    assert graph.layers == ["net", "one", "j", "j.0", "j.1", "net.h", "net.y"]
    assert not any("grad" in name for name in (*graph.layer_names, *graph.layer_names.values()))
