"""Names: which a node is shown by, which others reach it, and which one keys its random numbers."""

from __future__ import annotations

from textwrap import dedent

from hypothesis import given
from hypothesis import strategies as st

from gradlab.graph.patterns import matching
from tests.scenario.reading import complaint, name_list, traced


def keys(text: str) -> dict[str, str]:
    """Return the key of every name."""
    return {node.name: node.key for node in traced(text).graph.nodes}


def reached(text: str, *names: str) -> list[str]:
    """Return the names that the nodes are shown by that some names reach; "" for a name that reaches none."""
    graph = traced(text).graph
    found = (graph.find(name) for name in names)
    return [node.name if node is not None else "" for node in found]


def test_a_name_bound_once_is_shown_bare_and_is_keyed_with_its_number() -> None:
    assert keys("h = input(1.0)") == {"h": "h.0"}


def test_bindings_are_numbered_and_the_bare_name_is_the_last() -> None:
    text = "h = input(1.0)\nh = tanh(h)\nh = exp(h)"
    assert keys(text) == {"h.0": "h.0", "h.1": "h.1", "h.2": "h.2"}
    assert reached(text, "h", "h.2", "h.3") == ["h.2", "h.2", ""]


def test_an_alias_is_no_binding_and_renames_nothing() -> None:
    text = "x = input(1.0)\nh = x\nh = tanh(h)\na = h"
    assert keys(text) == {"x": "x.0", "h": "h.0"}
    assert reached(text, "a", "h", "h.0", "a.0", "h.1") == ["h", "h", "h", "", ""]


def test_a_bare_name_that_became_an_alias_is_the_other_node() -> None:
    text = "x = input(1.0)\nh = tanh(x)\nh = x"
    assert keys(text) == {"x": "x.0", "h.0": "h.0"}
    assert reached(text, "h") == ["x"]


def test_results_without_a_name_are_numbered_by_op() -> None:
    assert name_list(traced("x = input(1.0)\ny = x*x + x*x*x")) == ["x", "_mul.0", "_mul.1", "_mul.2", "y"]


def test_a_name_taken_by_an_augmented_assignment_is_a_new_binding() -> None:
    assert name_list(traced("x = input(1.0)\nh = x * x\nh += x")) == ["x", "h.0", "h.1"]


def test_a_layer_is_a_scope_of_paths_but_not_of_variables() -> None:
    text = "h = input(1.0)\nfor i in range(3):\n    with layer(f't{i}'):\n        h = tanh(h * 2)"
    assert name_list(traced(text))[0] == "h.0"
    assert reached(text, "h", "t2.h", "t1.h", "t1.h.0", "t0._mul.0", "h.0", "h.1") == [
        "t2.h",
        "t2.h",
        "t1.h",
        "t1.h",
        "t0._mul.0",
        "h.0",
        "",
    ]


def test_a_layer_that_is_opened_again_goes_on() -> None:
    text = "with layer('a'):\n    h = input(1.0)\nwith layer('a'):\n    h = tanh(h)"
    assert name_list(traced(text)) == ["a.h.0", "a.h.1"]
    assert traced(text).graph.layers == ["a"]


def test_layers_within_layers_belong_to_the_outermost() -> None:
    graph = traced("with layer('enc'):\n    with layer('first'):\n        x = input(1.0)\n    y = x * x").graph
    assert [(node.name, node.layer) for node in graph.nodes] == [("enc.first.x", "enc"), ("enc.y", "enc")]
    assert graph.layers == ["enc", "enc.first"]


def test_calls_of_a_function_are_scopes_numbered_when_there_are_several() -> None:
    text = "def block(x):\n    h = tanh(x)\n    return h * 2\nx = input(1.0)\ny = block(x)\n"
    assert keys(text) == {"x": "x.0", "block.h": "block.0.h.0", "block._const.0": "block.0._const.0", "y": "y.0"}
    assert reached(text, "block.0.h", "block.0.h.0", "block.x") == ["block.h", "block.h", "x"]
    twice = text + "z = block(y)\n"
    assert name_list(traced(twice))[1:3] == ["block.0.h", "block.0._const.0"]
    assert reached(twice, "block.h", "block.1.h", "block.0.h") == ["block.1.h", "block.1.h", "block.0.h"]
    assert traced(twice).graph.layers == ["block.0", "block.1"]


def test_what_a_function_named_keeps_that_name_and_outside_has_another() -> None:
    text = "def block(x):\n    h = tanh(x)\n    return h\nh = input(1.0)\nfor i in range(2):\n    h = block(h)\n"
    assert name_list(traced(text)) == ["h.0", "block.0.h", "block.1.h"]
    assert reached(text, "h.1", "h.2", "h") == ["block.0.h", "block.1.h", "block.1.h"]


def test_variables_of_a_function_are_not_those_outside() -> None:
    text = "h = input(1.0)\ndef f(x):\n    h = tanh(x)\n    return h\ny = f(h)"
    assert reached(text, "h", "f.h", "y") == ["h", "f.h", "f.h"]


def test_a_library_layer_outside_any_scope_is_named_after_its_target() -> None:
    graph = traced("x = input([1.0, 2.0])\nh0 = tanh(dense(x * 2, 3))\nloss = sum(h0)").graph
    assert [(node.name, node.layer) for node in graph.nodes] == [
        ("x", ""),
        ("_const.0", "h0"),
        ("_mul.0", "h0"),
        ("h0.W", "h0"),
        ("h0.b", "h0"),
        ("h0._affine.0", "h0"),
        ("h0", "h0"),
        ("loss", ""),
    ]
    assert graph.layers == ["h0"]


def test_layers_of_one_target_have_its_numbers() -> None:
    text = "x = input([1.0])\nh = x\nfor i in range(2):\n    h = dense(h, 3)\n"
    graph = traced(text).graph
    assert graph.layers == ["h.0", "h.1"]
    assert reached(text, "h.1.W", "h.W", "h.0.b", "h.0.dense.W") == ["h.1.W", "h.1.W", "h.0.b", "h.0.W"]


def test_the_only_layer_of_a_scope_needs_no_name_of_its_own() -> None:
    text = "x = input([1.0])\nwith layer('net'):\n    h = relu(dense(x, 3))\n    h = dropout(h, 0.5)\n"
    assert name_list(traced(text))[1:5] == ["net.W", "net.b", "net._affine.0", "net.h.0"]
    assert reached(text, "net.h.0.W", "net.dense.W", "net.dense.0.W") == ["net.W"] * 3


def test_several_layers_of_a_scope_have_the_names_of_their_targets() -> None:
    text = "x = input([1.0])\nwith layer('net'):\n    h = relu(dense(x, 3))\n    logits = dense(h, 2)\n"
    assert keys(text) == {
        "x": "x.0",
        "net.h.W": "net.dense.0.W",
        "net.h.b": "net.dense.0.b",
        "net.h._affine.0": "net._affine.0",
        "net.h": "net.h.0",
        "net.logits.W": "net.dense.1.W",
        "net.logits.b": "net.dense.1.b",
        "net.logits": "net.logits.0",
    }
    assert reached(text, "net.W", "net.dense.1.W", "net.h.0.W", "net.logits.dense.W") == [
        "net.h.W", "net.logits.W", "net.h.W", "net.logits.W",
    ]  # fmt: skip


def test_a_second_dense_of_a_statement_has_its_number_and_the_outer_one_the_name() -> None:
    text = "x = input([1.0])\nwith layer('h0'):\n    y = dense(dense(x, 3), 2)\n"
    assert keys(text) == {
        "x": "x.0",
        "h0.y.dense.0.W": "h0.dense.0.W",
        "h0.y.dense.0.b": "h0.dense.0.b",
        "h0.y._affine.0": "h0._affine.0",
        "h0.y.W": "h0.dense.1.W",
        "h0.y.b": "h0.dense.1.b",
        "h0.y": "h0.y.0",
    }
    assert reached(text, "h0.dense.W", "h0.W", "h0.dense.0.W", "h0.dense.1.b") == [
        "h0.y.W", "h0.y.W", "h0.y.dense.0.W", "h0.y.b",
    ]  # fmt: skip


def test_the_name_of_nested_calls_is_that_of_the_outer_one() -> None:
    text = "x = input([1.0])\nlogits = dense(tanh(dense(x, 16)), 10)"
    graph = traced(text).graph
    assert [(node.name, node.key, node.shape) for node in graph.params] == [
        ("logits.dense.0.W", "logits.0.dense.0.W", (1, 16)),
        ("logits.dense.0.b", "logits.0.dense.0.b", (16,)),
        ("logits.W", "logits.0.dense.1.W", (16, 10)),
        ("logits.b", "logits.0.dense.1.b", (10,)),
    ]


def test_the_name_of_calls_side_by_side_is_that_of_the_first() -> None:
    text = "x = input([1.0])\ny = dense(x, 2) + dense(x, 2)\nz = batch_norm(dense(dense(input([[1.0]]), 3), 3))"
    assert reached(text, "y.W", "y.dense.W", "z.W", "z.gamma") == ["y.W", "y.W", "z.W", "z.gamma"]
    assert keys(text)["z.W"] == "z.0.dense.1.W"
    assert keys(text)["y.W"] == "y.0.dense.0.W"


def test_two_recurrent_layers_of_a_scope_have_names_and_layers_of_their_own() -> None:
    text = "x = randn(2, 1, 3)\nwith layer('net'):\n    a, _ = rnn(x, 3)\n    b, h = rnn(a, 2)\n"
    graph = traced(text).graph
    assert graph.layers == ["net", "net.a", "net.a.t0", "net.a.t1", "net.b", "net.b.t0", "net.b.t1"]
    assert reached(text, "net.a.W", "net.b.W", "net.b.t1.h", "net.h", "net.t0.rnn.1.z") == [
        "net.a.W", "net.b.W", "net.b.t1.h", "net.b.t1.h", "net.b.t0.z",
    ]  # fmt: skip
    assert {node.layer for node in graph.nodes[1:]} == {"net"}


def test_what_an_update_keeps_of_a_parameter_has_all_its_names() -> None:
    text = "x = input([1.0])\nwith layer('net'):\n    h = dense(x, 3)\n    y = dense(h, 1)\nminimize(sum(y), adam(0.1))"
    assert reached(text, "net.W.m", "net.dense.1.W.v.next") == ["net.h.W.m", "net.y.W.v.next"]


def test_dots_in_the_name_of_a_layer_are_layers_within_layers() -> None:
    text = "x = input([1.0])\nwith layer('layer1.0.conv1'):\n    y = dense(x, 2)\nwith layer('layer1.7x7'):\n    y = tanh(y)"
    graph = traced(text).graph
    assert name_list(traced(text))[1:] == [
        "layer1.0.conv1.W", "layer1.0.conv1.b", "layer1.0.conv1.y", "layer1.7x7.y",
    ]  # fmt: skip
    assert graph.layers == ["layer1", "layer1.0", "layer1.0.conv1", "layer1.7x7"]
    assert [graph.layer_at(graph.nodes[3], depth) for depth in (1, 2, 3, 9)] == [*graph.layers[:3], "layer1.0.conv1"]


def test_the_name_of_a_layer_may_be_a_word() -> None:
    text = "x = input([1.0])\nwith layer('relu'):\n    y = dense(x, 2)\nwith layer('f.sigmoid'):\n    z = tanh(y)"
    assert reached(text, "relu.W", "f.sigmoid.z") == ["relu.W", "f.sigmoid.z"]


def test_a_layer_that_is_called_like_the_call_of_a_function_is_refused_where_names_meet() -> None:
    text = "def h(x):\n    y = tanh(x)\n    return y\nx = input(1.0)\na = h(x)\nwith layer('h.0'):\n    y = exp(x)"
    assert complaint(text).splitlines()[0] == "error: two nodes would be called `h.0.y.0`"


def test_nodes_of_a_list_are_numbered() -> None:
    text = "x = input(1.0)\ny = [tanh(x), x * 2]\nz = [x, [exp(x), 3]]\n"
    text += "def f(x):\n    r = (x, tanh(x))\n    return r[1]\nw = f(x)"
    assert reached(text, "y.0", "y.1", "z.0", "z.1.0", "z.1.1", "y.2", "f.r.1") == [
        "_tanh.0", "_mul.0", "x", "_exp.0", "", "", "w",
    ]  # fmt: skip


def test_a_binding_goes_before_a_place_in_a_list() -> None:
    assert reached("x = input(1.0)\ny = tanh(x)\ny = [exp(x), x]", "y.0", "y.1", "y") == ["y", "x", "y"]


def test_over_takes_every_name_of_a_layer() -> None:
    text = (
        "x = input([1.0])\nwith layer('a'):\n    h = dense(x, 3)\n    y = dense(h, 1)\nwith layer('b'):\n    z = dense(y, 1)\n"
    )
    for over, moved in {"a": 4, "a.h": 2, "b": 2, "b.z": 2, "a.y.W": 1, "a.dense.0": 2}.items():
        graph = traced(f"{text}minimize(sum(z), sgd(0.1), over='{over}')").graph
        assert len(graph.objectives[0].params) == moved, over


def test_patterns_find_nodes_by_all_their_names() -> None:
    graph = traced("x = input([1.0])\nwith layer('net'):\n    h = dense(x, 3)\n    y = dense(h, 1)\nl = [h, y]").graph
    found = {pattern: [graph.nodes[i].name for i in matching(graph, pattern)] for pattern in ("net.*.W", "net.W", "l.?")}
    assert found == {"net.*.W": ["net.h.W", "net.y.W"], "net.W": ["net.h.W"], "l.?": ["net.h", "net.y"]}


def test_a_layer_without_a_target_is_named_after_its_word() -> None:
    assert traced("x = input([1.0])\ndense(x, 3)\ndense(x, 4)").graph.layers == ["dense.0", "dense.1"]


def test_each_value_of_a_pair_has_the_layer_of_its_own_target() -> None:
    assert traced("x = input([1.0])\na, b = dense(x, 2), dense(x, 3)").graph.layers == ["a", "b"]


def test_a_variable_takes_a_name_before_a_library_layer() -> None:
    text = "x = input([1.0])\nwith layer('a'):\n    W = param([1.0])\n    y = dense(x, 2)"
    assert reached(text, "a.W", "a.dense.W", "a.b") == ["a.W", "a.dense.W", "a.b"]
    assert keys(text)["a.W"] == "a.W.0"


def test_scopes_of_one_spelling_still_give_every_node_its_own_name() -> None:
    text = "x = input([1.0])\nwith layer('h'):\n    y = dense(x, 2)\nh = dense(x, 3)\nz = tanh(dense(x, 4)) + 1"
    graph = traced(text).graph
    assert len(set(name_list(traced(text)))) == len(graph.nodes)
    assert len({node.key for node in graph.nodes}) == len(graph.nodes)


def test_a_node_made_elsewhere_changes_no_key() -> None:
    before = keys("x = input([1.0])\nh = dense(x, 2)\nwith layer('a'):\n    y = dense(h, 2)")
    after = keys("x = input([1.0])\nw = tanh(x) * 3\nh = dense(x, 2)\nwith layer('a'):\n    y = dense(h, 2)")
    assert before.items() <= after.items()


def test_recursion_to_the_bound_is_named_quickly() -> None:
    text = "def f(x, n):\n    if n == 0:\n        return x\n    h = tanh(x)\n    return f(h, n - 1)\ny = f(input(1.0), 95)"
    graph = traced(text).graph
    assert graph.nodes[-1].key == "f.0." * 95 + "h.0"
    assert len(graph.aliases) < 20_000


STATEMENTS = st.sampled_from(
    [
        "h = tanh(x)",
        "h = x",
        "h = h",
        "a = h",
        "h = block(h)",
        "h = block(x) * 2",
        "h += x",
        "a, h = h, tanh(h)",
        "a = dense(v, 2)",
        "v = tanh(dense(v, 2))",
        "a = b = exp(x)",
        "h = h * h + h * h",
        "dense(v, 1)",
        "x = around(x)",
        "a = [tanh(h), x][0]",
    ]
)
BLOCKS = st.tuples(st.sampled_from(["", "with layer('a'):", "with layer('h'):", "for i in range(2):", "if 1:"]), STATEMENTS)
PREAMBLE = """
x = input(1.0)
v = input([1.0, 2.0])
h = x
a = x
def block(x):
    h = tanh(x)
    return h
def around(x):
    with layer("h"):
        x = block(x) + block(block(x))
    return x
"""


@given(st.lists(BLOCKS, max_size=8))
def test_every_node_is_found_by_its_own_name_and_bare_names_follow_python(blocks: list[tuple[str, str]]) -> None:
    body = "\n".join(f"{head}\n    {line}" if head else line for head, line in blocks)
    graph = traced(dedent(PREAMBLE) + body).graph
    for node in graph.nodes:
        assert graph.aliases[node.name] == node.index
        assert node.layer in ("", *graph.layers)
    names, node_keys = [n.name for n in graph.nodes], [n.key for n in graph.nodes]
    assert len(set(names)) == len(names)
    assert len(set(node_keys)) == len(node_keys)
    marked = traced(dedent(PREAMBLE) + body + "\nlast_h = exp(h)\nlast_x = exp(x)\n").graph
    for variable in ("h", "x"):
        last = marked.find(f"last_{variable}")
        assert last is not None
        assert marked.aliases[variable] == last.inputs[0]
    for name, index in graph.aliases.items():
        stem, _, number = name.rpartition(".")
        if number.isdigit() and not stem.rpartition(".")[2].startswith("_"):
            assert all(f"{stem}.{k}" in graph.aliases for k in range(int(number))), name
        assert 0 <= index < len(graph.nodes)
