"""Functions of expressions that ask the run: one file each, found in every room."""

from __future__ import annotations

import re

import numpy as np
import pytest

import gradlab
from gradlab.errors import ActionError, BoundError, GradlabError, ScenarioError
from gradlab.ops import OPS
from gradlab.scenario import glossary
from gradlab.scenario.expressions import Expression, Known, read_expression
from gradlab.scenario.op_functions import run_op, stands_in_expressions
from gradlab.scenario.queries import QUERIES, find_query
from gradlab.source import Source

MODEL = """
x = const([[1.0, -2.0]])
with layer("h"):
    W = param([[1.0], [2.0]])
    y = tanh(x @ W)
loss = sum(y ** 2)
"""


def complaint(text: str, known: Known) -> str:
    source = Source("<action>", text)
    try:
        problems = read_expression(source.span(0, len(text))).check(known)
    except ScenarioError as error:
        problems = [*error.problems]
    return "; ".join(str(p.message) for p in problems)


def test_the_gradient_of_a_part_of_a_layer_is_that_of_its_node() -> None:
    lab = gradlab.build(MODEL)
    lab.do("forward\nbackward")
    assert lab.do("expect grad(z(h)) ~= grad(h._matmul.0)").ok
    assert lab.do("expect grad(z(h))[0, 0] ~= grad(z(h)[0, 0])").ok
    assert lab.do("expect grad(out(h)) ~= grad(h.y)").ok


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("grad(z(x + 1))", "`z` takes the name of a layer or a node"),
        ("grad(z(g))", "unknown name `g`"),
        ("grad(delta(h))", "`grad` takes the name of a node"),
        ("update(z(h))", "`update` takes the name of a node"),
        ("z(z(h))", "`z` takes the name of a layer or a node"),
    ],
)
def test_a_part_of_a_layer_stands_only_where_a_node_can(text: str, message: str) -> None:
    assert complaint(text, gradlab.build(MODEL).known) == message


def test_a_question_for_the_gradient_of_a_part_hides_that_of_the_node() -> None:
    lab = gradlab.build(MODEL)
    lab.do("forward\nbackward")
    lab.do("quiz grad(z(h))")
    with pytest.raises(ActionError, match="the open question asks for"):
        lab.grad("h._matmul.0")


def test_a_search_looks_where_the_gradient_of_a_part_is_final() -> None:
    lab = gradlab.build(MODEL + "minimize(loss, sgd(0.1))")
    assert lab.do("run until abs(grad(z(h))[0, 0]) < 0.1 for 100 updates").ok
    assert lab.position.phase == "b"


def test_every_query_has_a_page_and_says_how_it_is_written() -> None:
    for name, query in QUERIES.items():
        assert query.usage.startswith(name)
        assert query.doc, name
        assert find_query(name) is query


def test_words_that_are_no_queries_are_none() -> None:
    assert find_query("mean") is None
    assert find_query("nothing_of_that_name") is None
    dead = find_query("dead")
    assert dead is not None
    assert dead.usage == "dead(name)"


def test_what_is_unknown_is_told_with_the_nearest_of_all_functions() -> None:
    with pytest.raises(ActionError, match="did you mean `seeds`"):
        gradlab.build(MODEL).do("expect seed(0, 1, loss) > 0")


NET = """
x = const([[1.0, -2.0], [0.5, 1.0]])
h = x
for k in range(3):
    with layer(f"h{k}"):
        h = tanh(dense(h, 2))
wide = dense(h, 3)
loss = mean(wide ** 2)
minimize(loss, sgd(0.1))
"""


def holds(model: str, *lines: str) -> None:
    lab = gradlab.build(model)
    for line in lines:
        found = lab.do(line)
        assert found.ok, found.lines


def test_each_gives_one_number_a_node_in_the_order_of_the_graph() -> None:
    holds(
        NET,
        "forward",
        "backward",
        'expect each("h?.W", rms(grad(it))) ~= [rms(grad(h0.W)), rms(grad(h1.W)), rms(grad(h2.W))]',
        'expect each("h[12].W", it) ~= [h1.W, h2.W]',
        'expect each("*.b", size(it)) ~= [2, 2, 2, 3]',
        'expect each("wide", grad(z(it))) ~= [grad(wide)]',
    )


def test_a_node_of_several_names_counts_once() -> None:
    lab = gradlab.build(NET)
    assert {"loss", "loss.0"} <= set(lab.known.nodes)
    assert lab.do("forward\nexpect size(each('los*', it)) ~= 1").ok


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("each(W, it)", "`each` takes a pattern and an expression"),
        ("each('h?.W')", "`each` takes a pattern and an expression"),
        ("each('g?.W', it)", "`g?.W` matches no node"),
        ("each('h?.W', loss)", "`it` does not stand in this expression"),
        ("each('h?.W', each('h0.W', it))", "`each` cannot stand inside `each`"),
        ("each('*.W', it)", "`each` needs one shape of all nodes, got (2, 2) of `h0.W` and (2, 3) of `wide.W`"),
        ("each('h?.W', it[5])", "index 5 is out of bounds for axis 0 with size 2"),
        ("it + 1", "`it` is a node within `each` alone"),
        ("stats(h0)", "`stats` gives many numbers: say which"),
        ("stats(h0).sdt", "`stats` has no column `sdt`"),
        ("stats(h0).std.x", "`stats` has no column `std.x`"),
        ("(1 + 1).real.imag", "`.real.imag` is not part of an expression"),
        ("stats(nothing).std", "unknown name `nothing`"),
        ("mean(loss).std", "`.std` is not part of an expression"),
        ("underflow(h0.W)", "`underflow` takes an expression and the name of a dtype"),
        ("underflow(h0.W, 'float8')", "unknown dtype `float8`"),
        ("clip(1)", "`clip`: `clip` takes a bound: `low`, `high` or both"),
        ("sigmoid(1, 2)", "`sigmoid` takes (x), got 2 values"),
        ("softmax([1], axes=0)", "`softmax` has no argument `axes`; it takes (x, axis=-1): did you mean `axis`?"),
        ("softmax([1], axis=3)", "`softmax`: "),
        ("maximum([1, 2], [1, 2, 3])", "`maximum`: shapes (2,) and (3,) do not broadcast"),
        ("quantile([1, 2], 2)", "`quantile` takes a share from 0 to 1"),
        ("conv2d(x, x)", "`conv2d`: `conv2d` takes x of shape (batch, channels, height, width)"),
        ("dropout(x)", "`dropout` is a word of models alone"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_call_is_said_when_it_is_read(text: str, message: str) -> None:
    assert complaint(text, gradlab.build(NET).known).startswith(message)


def test_the_nearest_name_of_a_pattern_that_matches_nothing_is_told() -> None:
    with pytest.raises(ActionError, match="did you mean `loss`"):
        gradlab.build(NET).do("expect each('losss', it) > 0")


def test_a_search_with_each_stops_where_all_gradients_are_final() -> None:
    lab = gradlab.build(NET)
    assert lab.do("run until each('h?.W', rms(grad(it)))[0] > 0 for 3 updates").ok
    assert lab.position.phase == "b"


def test_a_node_that_is_called_it_goes_before_the_word_with_a_warning() -> None:
    lab = gradlab.build("it = const([1.0, 2.0])\ny = it * 2")
    assert [problem.message for problem in lab.warnings] == [
        "`it` is a word of expressions, too: in them it means this node now"
    ]
    assert lab.do("forward\nexpect it ~= [1, 2]\nexpect each('y', max(it)) ~= [2]").ok


def test_the_columns_of_the_layer_table_are_numbers_of_expressions() -> None:
    lab = gradlab.build(NET)
    lab.do("forward\nbackward\nupdate")
    row = next(row for row in lab.stats() if row.name == "h1")
    assert row.activations is not None
    environment = lab.environment()
    for name, number in row.activations.numbers.items():
        if number is not None:
            assert read(f"stats(h1).{name}").evaluate(environment) == number, name
    assert read("stats(h1).delta").evaluate(environment) == row.delta
    assert read("stats(h1).ratio").evaluate(environment) == row.ratio
    assert read("stats(h1).noise").evaluate(environment) == row.noise
    assert read("stats(h1.W).ratio").evaluate(environment) == row.ratio


def test_a_column_that_means_nothing_of_a_layer_says_so() -> None:
    lab = gradlab.build(NET)
    lab.do("forward\nbackward")
    with pytest.raises(ActionError, match="`dead` means nothing of `h1`"):
        lab.do("expect stats(h1).dead < 1")
    assert not lab.do("expect stats(h1).ratio < 1").ok, "no update has been made"


def test_a_question_hides_the_columns_that_read_what_it_asks_for() -> None:
    lab = gradlab.build(NET)
    lab.do("forward\nbackward\nquiz grad(z(h1))")
    with pytest.raises(ActionError, match="the open question asks for"):
        lab.do("expect stats(h1).delta > 0")
    with pytest.raises(ActionError, match="the open question asks for"):
        lab.do("expect each('h1._affine*', grad(it))[0] > 0")


def read(text: str) -> Expression:
    source = Source("<action>", text)
    return read_expression(source.span(0, len(text)))


def test_every_op_that_stands_in_expressions_gives_there_what_its_page_says() -> None:
    lab, seen = gradlab.build(NET), 0
    for op in OPS.values():
        for example in op.examples if stands_in_expressions(op) else ():
            call = read(example.call)
            if not call.check(lab.known):
                got = np.asarray(call.evaluate(lab.environment()), np.float64)
                wanted = np.asarray(eval(example.gives, {"nan": np.nan, "inf": np.inf}), np.float64)  # noqa: S307
                np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-9)
                seen += 1
    assert seen > 150


def test_an_op_keeps_float32_and_takes_numbers_of_any_kind() -> None:
    lab = gradlab.build("x = const([1.0, 2.0])\ny = x * 2")
    assert run_op(OPS["sigmoid"], [np.zeros(2, np.float32)], {}).dtype == np.float32
    assert run_op(OPS["softmax"], [np.zeros((1, 2), np.float32)], {"axis": 0}).tolist() == [[1.0, 1.0]]
    assert lab.do("forward\nexpect sigmoid(x > 5) ~= [0.5, 0.5]\nexpect leaky_relu(-1, slope=1 / 2) ~= -0.5").ok


def test_a_loss_is_a_function_of_expressions_too() -> None:
    lab = gradlab.build(
        "y = const([[1.0, 2.0, 3.0], [0.0, 0.0, 5.0]])\nt = const([2, 0])\nloss = cross_entropy(y, t)\ne = mse(y, 2 * y)"
    )
    assert lab.do(
        "forward\nexpect cross_entropy(y, t) ~= loss\nexpect mse(y, 2 * y) ~= e\nexpect cross_entropy(2 * y, t) != loss"
    ).ok


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ('einsum("ij->j", x)', "[4, 6]"),
        ('einsum("ii", x)', "5"),
        ('einsum("ij,j->i", x, y)', "[12, 34]"),
        ('einsum(x, y, "ij,j->i")', "[12, 34]"),
        ('einsum(x, y, subscripts="ij,j->i")', "[12, 34]"),
        ('einsum("i,ij,j", y, x, y)', "154"),
        ('einsum("...i,ij,...j->...", x, einsum("ij->ji", x), x)', "[27, 133]"),
    ],
)
def test_the_letters_of_a_product_stand_in_front_or_behind_as_in_a_model(call: str, wanted: str) -> None:
    lab = gradlab.build("x = const([[1.0, 2.0], [3.0, 4.0]])\ny = const([10.0, 1.0])\n")
    assert lab.do(f"forward\nexpect {call} ~= {wanted}").ok


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ('einsum("i,j,k,i", y, y, y, y)', "letters of one to three operands"),
        ('einsum("i,i", y)', 'got 1 for "i,i"'),
        ('einsum("i", nowhere)', "unknown name `nowhere`"),
        ("einsum(x, y)", "`einsum` needs `subscripts`"),
        ('relu("x")', "a text is no number"),
    ],
)
def test_a_product_by_letters_that_says_none_is_refused(call: str, said: str) -> None:
    lab = gradlab.build("x = const([[1.0, 2.0], [3.0, 4.0]])\ny = const([10.0, 1.0])\n")
    with pytest.raises(GradlabError, match=re.escape(said)):
        lab.do(f"forward\nexpect {call} ~= 0")


def test_an_op_along_an_axis_is_refused_where_it_would_take_long() -> None:
    with pytest.raises(BoundError, match="`softmax` of 2,000,000 elements in an expression: allowed are 1,000,000"):
        run_op(OPS["softmax"], [np.zeros((2, 1_000_000))], {})
    with pytest.raises(BoundError, match="the result would have 10,000,000,000 elements"):
        run_op(OPS["maximum"], [np.zeros((10**5, 1)), np.zeros(10**5)], {})


def test_the_page_of_an_op_says_that_it_is_a_function_of_expressions() -> None:
    assert "It is a function of expressions, too." in glossary.about("sigmoid")
    assert "It is a function of expressions, too." not in glossary.about("stop_gradient")


def test_underflow_says_which_numbers_would_be_0() -> None:
    lab = gradlab.build("x = const([1.0, 1e-5, 1e-8, 0.0, 1e-40])\ny = x * 2")
    assert lab.do("forward").ok
    assert lab.do("expect underflow(x, 'float16') ~= [0, 0, 1, 0, 1]").ok
    assert lab.do("expect underflow(x, 'bfloat16') ~= [0, 0, 0, 0, 0]").ok
    assert lab.do("expect share(underflow(x / 1e6, 'float32')) ~= 0.2").ok
