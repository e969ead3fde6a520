"""The words that make leaves, the words of what is known before the run, and `minimize`."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.graph.graph import Node
from gradlab.nn.initializers import Drawn
from gradlab.scenario.bounds import MAX_MEMORY
from gradlab.scenario.language import Model
from gradlab.scenario.overrides import Overrides
from tests.scenario.reading import complaint, messages, name_list, ops_of, traced

OPTIONS = "over=None, freeze=None, clip=None, l2=None, average=None, accumulate=1, count=None, times=1"


def node(model: Model, name: str) -> Node:
    found = model.graph.find(name)
    assert found is not None
    return found


def value(model: Model, name: str, update: int = 0) -> object:
    feed = node(model, name).feed
    assert feed is not None
    return feed.value(model.seed, update).tolist()


def test_a_parameter_is_given_or_drawn() -> None:
    model = traced("a = param([[1, 2], [3, 4]])\nb = param(shape=(4, 5), init=normal(0.5))\nc = param(shape=3, init=zeros)")
    assert value(model, "a") == [[1.0, 2.0], [3.0, 4.0]]
    drawn = node(model, "b").feed
    assert isinstance(drawn, Drawn)
    assert (drawn.key, str(drawn.initializer)) == ("b.0", "normal(std=0.5, mean=0.0)")
    assert value(model, "c") == [0.0, 0.0, 0.0]


def test_a_drawn_parameter_is_keyed_by_its_path() -> None:
    short = traced("W = param(shape=(4, 5), init=he)")
    longer = traced("x = input(1.0)\ny = param(shape=3, init=he)\nW = param(shape=(4, 5), init=he)")
    assert value(short, "W") == value(longer, "W")


def test_leaves_have_the_dtype_of_the_scenario() -> None:
    model = traced("a = param(0.1)\nb = const(shape=2, fill=0.1)", Overrides(dtype="float32"))
    assert value(model, "a") == float(np.float32(0.1))
    assert value(model, "b") == [float(np.float32(0.1))] * 2


def test_noise_differs_by_update_and_by_name_only() -> None:
    model = traced("a = noise(shape=3)\nb = noise(shape=3)")
    assert value(model, "a", 0) == value(model, "a", 0)
    assert value(model, "a", 0) != value(model, "a", 1)
    assert value(model, "a", 0) != value(model, "b", 0)
    feed = node(model, "a").feed
    assert feed is not None
    assert feed.varies


def test_sizes_of_noise_may_be_arguments_or_a_tuple() -> None:
    model = traced("a = randn(2, 3)\nb = randn((2, 3))\nc = rand(400)\nd = noise(400)")
    assert [node(model, name).shape for name in "abcd"] == [(2, 3), (2, 3), (400,), (400,)]
    uniform, normal = np.array(value(model, "c")), np.array(value(model, "d"))
    assert uniform.min() > 0
    assert 0.45 < uniform.mean() < 0.55
    assert uniform.max() < 1
    assert abs(normal.mean()) < 0.2
    assert 0.9 < normal.std() < 1.1


def test_the_mode_is_one_leaf_outside_all_scopes() -> None:
    text = "x = input([1.0])\nwith layer('a'):\n    h = dropout(x)\nm = mode()\ny = dropout(h) * mode()"
    model = traced(text)
    (switch,) = (n for n in model.graph.nodes if n.op.name == "mode")
    assert (switch.name, switch.layer, value(model, "mode")) == ("mode", "", 1.0)
    assert model.graph.aliases["m"] == switch.index
    assert value(traced(text, Overrides(mode="eval")), "mode") == 0.0


def test_an_input_may_have_a_name_of_its_own() -> None:
    model = traced("a = input('pixels', shape=(2, 2))")
    assert name_list(model) == ["pixels"]
    assert model.graph.aliases["a"] == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = input()", "`input` takes `value` or `shape`, got neither"),
        ("x = input(1, shape=2)", "`input` takes `value` or `shape`, got both"),
        ("x = input([[1], [2, 3]])", "`input`: the rows of a list are not equally long: 1 and 2"),
        ("x = input([1, [2]])", "`input`: the rows of a list are not equally long"),
        ("x = input([[1], 2])", "`input`: the rows of a list are not equally long: a number beside a row of 1"),
        ("x = input(['a'])", "`input`: numbers are needed here, got a string"),
        ("x = input('a b', shape=2)", "the name of an input is letters, digits and `_`, and no word of the language"),
        ("x = input(input(1.0))", "`input` takes numbers, got a node"),
        ("x = param(1.0, init=he)", "`init` goes with `shape`: the value is given"),
        ("x = param(shape=2, init=3)", "`init` is an initializer, got a number"),
        ("x = param(shape=2, init=sgd)", "`init` is an initializer, got an optimizer"),
        ("x = param(shape=2, init=normal('a'))", "`normal` takes numbers that are known before the run"),
        ("x = param(shape=(2, -1))", "`shape` of `param` holds whole numbers of 0 or more, got -1"),
        ("x = param(shape=(1,) * 9)", "`shape` of `param` has 9 axes, allowed are 8"),
        ("x = param(shape=2.5)", "`shape` of `param` holds whole numbers of 0 or more, got 2.5"),
        ("x = const(shape=2, fill='a')", "`fill` of `const` is a number, got a string"),
        ("x = noise()", '`noise` needs `shape`; it takes (shape, kind="normal", every="update")'),
        ("x = noise(3, kind='odd')", '`kind` of `noise` is one of "normal", "uniform", got "odd"'),
        ("x = randn(2.5)", "`shape` of `randn` holds whole numbers of 0 or more, got 2.5"),
        ("x = running(3)", "`running` follows a node, got a number"),
        ("x = running(input(1.0), 2)", "`rate` of `running` is from 0 to 1, got 2"),
        ("x = mode(1)", "`mode` takes no arguments, got 1 values"),
        ("x = int('a')", "`int` takes a number, got 'a'"),
        ("x = round('a')", "`round` takes a number that is known before the run, and how many digits"),
        ("x = max([])", "`max` of nothing"),
        ("x = normal(1, 2, 3)", "`normal` takes (std=1.0, mean=0.0), got 3 values"),
        ("x = dense(3, 4)", "`x` of `dense` is a value of the model, got 3"),
    ],
)
def test_wrong_arguments_are_said_in_the_words_of_the_model(text: str, message: str) -> None:
    assert messages(text) == [message]


def test_split_cuts_into_slices() -> None:
    model = traced("x = input([[1, 2, 3, 4]])\na, b = split(x, 2, axis=1)")
    assert [(n.op.name, n.shape) for n in model.graph.nodes[1:]] == [("index", (1, 2)), ("index", (1, 2))]
    assert messages("x = input([1, 2, 3])\na, b = split(x, 2)") == [
        "`split` (node `a`): cannot cut shape (3,) into 2 equal parts along axis 0"
    ]


def test_words_of_numbers_give_numbers_and_words_of_nodes_nodes() -> None:
    model = traced(
        "a = max(1, 2) + min([3, 4]) + sum([1, 2]) + sqrt(4) + abs(-1) + exp(0) + log(1)\nx = input([1.0])\ny = max(x)"
    )
    assert model.numbers["a"] == 2 + 3 + 3 + 2 + 1 + 1
    assert ops_of(model) == ["input", "max"]


def test_a_library_layer_may_be_wrong_in_its_shapes() -> None:
    assert complaint("x = input(1.0)\nh = dense(x, 3)") == (
        "error: `dense` (node `h`): `dense` wants a vector or rows of vectors, got a single number\n"
        "  --> <model>:2:5\n"
        "  |\n"
        "2 | h = dense(x, 3)\n"
        "  |     ^^^^^^^^^^^\n"
        "note: `x` has shape ()\n"
        "  --> <model>:1:5\n"
        "  |\n"
        "1 | x = input(1.0)\n"
        "  |     ^^^^^^^^^^"
    )


def test_minimize_appends_the_update_phase() -> None:
    model = traced("W = param([1.0, 2.0])\nloss = sum(W * W)\nminimize(loss, sgd(0.1))")
    assert name_list(model)[-3:] == ["sgd.lr", "W.grad", "W.next"]
    (objective,) = model.graph.objectives
    assert model.graph.nodes[objective.root].name == "loss"
    assert [model.graph.nodes[i].name for i in objective.params] == ["W"]
    assert [n.phase for n in model.graph.nodes] == ["f"] * 3 + ["u"] * 3


GAN = """
def gen(x):
    return dense(x, 2)
x = input([1.0])
w = param([1.0])
g = gen(x) + gen(x) * w
with layer("disc"):
    with layer("inner"):
        d = dense(g, 1)
loss = sum(d)
"""


def test_minimize_over_a_layer_a_parameter_and_a_function() -> None:
    for over, wanted in [
        ('"gen"', ["gen.0.W", "gen.0.b", "gen.1.W", "gen.1.b"]), ('"gen.1"', ["gen.1.W", "gen.1.b"]), ('"w"', ["w"]),
        ('["disc", "w"]', ["w", "disc.inner.W", "disc.inner.b"]), ('"disc.inner"', ["disc.inner.W", "disc.inner.b"]),
    ]:  # fmt: skip
        model = traced(GAN + f"minimize(loss, sgd, over={over})\n")
        assert [model.graph.nodes[i].name for i in model.graph.objectives[0].params] == wanted


def test_several_objectives_have_labels() -> None:
    model = traced("w = param(1.0)\na = w * 2\nb = w * 3\nminimize(a, sgd(0.1))\nminimize(b, sgd(0.2), over='w')")
    assert [objective.label for objective in model.graph.objectives] == ["a", "w"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("minimize(3, sgd)", "`minimize` takes a node, got a number"),
        (
            "w = param([1.0, 2.0])\nminimize(w, sgd)",
            "`minimize`: the loss is a single number, got shape (2,): take its `sum` or `mean`",
        ),
        ("w = param(1.0)\nminimize(w, 3)", "`minimize` takes an optimizer, got a number"),
        ("w = param(1.0)\nminimize(w, he)", "`minimize` takes an optimizer, got an initializer"),
        ("x = input(1.0)\nminimize(x, sgd)", "nothing to minimize `x` over: the model has no parameters"),
        ("w = param(1.0)\nminimize(w, sgd, over='v')", "`over`: no layer or parameter is called `v`"),
        ("w = param(1.0)\nminimize(w, sgd, over=3)", "`over` is the name of a layer or of a parameter, or a list of them"),
        ("w = param(1.0)\nminimize(w, sgd(learning=1))", "`sgd` has no argument `learning`; it takes (lr=0.01)"),
        (
            "w = param(1.0)\nminimize(w)",
            f"`minimize` needs `optimizer`; it takes (loss, optimizer, {OPTIONS})",
        ),
    ],
)
def test_a_wrong_minimize_says_why(text: str, message: str) -> None:
    assert messages(text) == [message]


def test_the_nearest_layer_is_named() -> None:
    said = complaint("with layer('generator'):\n    w = param(1.0)\nminimize(w, sgd, over='genrator')")
    assert "did you mean `generator`?" in said


def test_the_update_phase_counts_against_the_memory() -> None:
    from gradlab.errors import ScenarioError

    text = "w = param(shape=(1000, 1000))\nloss = sum(w)\nminimize(loss, adam)"
    with pytest.raises(ScenarioError, match="values and gradients need at least"):
        traced(text, Overrides(memory=40 << 20))
    assert traced(text, Overrides(memory=MAX_MEMORY)).graph.objectives


def test_an_op_of_one_input_is_a_value_that_can_be_called() -> None:
    model = traced("x = input([-1.0, 2.0])\ndef act_of(x, act=relu):\n    return act(x)\ny = act_of(x)\nz = act_of(x, tanh)")
    assert [node(model, name).op.name for name in ("y", "z")] == ["relu", "tanh"]


def test_an_op_that_was_called_by_another_name_keeps_its_arguments() -> None:
    model = traced("x = input([-1.0, 2.0])\nf = leaky_relu\ny = f(x, slope=0.5)")
    assert node(model, "y").attrs == {"slope": 0.5}
