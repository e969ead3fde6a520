"""Names: which a node is shown by, which others reach it, and which one keys its random numbers."""

from __future__ import annotations

from textwrap import dedent

from hypothesis import given
from hypothesis import strategies as st

from tests.scenario.reading import name_list, traced


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
    assert graph.layers == ["enc"]


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


def test_a_second_dense_of_a_layer_has_its_number() -> None:
    text = "x = input([1.0])\nwith layer('h0'):\n    y = dense(dense(x, 3), 2)\n"
    assert keys(text) == {
        "x": "x.0",
        "h0.W": "h0.dense.0.W",
        "h0.b": "h0.dense.0.b",
        "h0._affine.0": "h0._affine.0",
        "h0.dense.1.W": "h0.dense.1.W",
        "h0.dense.1.b": "h0.dense.1.b",
        "h0.y": "h0.y.0",
    }
    assert reached(text, "h0.dense.W", "h0.dense.0.W", "h0.dense.1.b") == ["h0.W", "h0.W", "h0.dense.1.b"]


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
