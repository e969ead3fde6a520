"""What a model means: the graph that each piece of the language makes."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.graph.machines import make_machine
from gradlab.graph.tape import Tape
from gradlab.scenario.language import Model
from gradlab.scenario.overrides import Overrides
from tests.scenario.reading import messages, name_list, ops_of, traced


def values(model: Model) -> dict[str, object]:
    """Run a model forward in plain Python, and return what its nodes hold by every name."""
    tape = Tape(model.graph, model.dtype)
    machine = make_machine(tape, "plain")
    for node in model.graph.nodes:
        if node.feed is not None:
            machine.write(node.index, node.feed.value(model.seed, 0))
    machine.forward(0, len(tape.forward_order))
    return {name: machine.value(index).tolist() for name, index in model.graph.aliases.items()}


def test_the_sigmoid_neuron_of_the_lecture() -> None:
    model = traced(
        """
        w0, w1, w2 = param(2.0), param(-3.0), param(-3.0)
        x0, x1 = input(-1.0), input(-2.0)
        dot = w0*x0 + w1*x1 + w2
        f = sigmoid(dot)
        """
    )
    assert name_list(model) == ["w0", "w1", "w2", "x0", "x1", "_mul.0", "_mul.1", "_add.0", "dot", "f"]
    assert values(model)["dot"] == 1.0
    assert values(model)["f"] == pytest.approx(0.7310585786)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("y = x + 2", 5.0), ("y = 2 - x", -1.0), ("y = x * x", 9.0), ("y = x / 2", 1.5), ("y = x ** 2", 9.0), ("y = -x", -3.0),
        ("y = +x", 3.0), ("y = x\ny += 1\ny *= 2", 8.0), ("y = (x + 1) * (x - 1)", 8.0), ("y = v @ v", 5.0), ("y = v[1]", 2.0),
        ("y = v[-1] + v[0]", 3.0), ("y = sum(v[::-1] * [1, 10])", 12.0), ("y = sum(m[:, 0])", 4.0), ("y = m[1, 1]", 4.0),
        ("y = m.T[0, 1]", 3.0), ("y = x * v.shape[0] * len(m)", 12.0), ("y = sum([x, x, x])", 9.0),
        ("y = sum(a * x for a in [1, 2])", 9.0), ("y = x if 1 < 2 <= 2 else -x", 3.0), ("y = x * max(1, 2, min(3, 4))", 9.0),
        ("y = x * sqrt(4) * abs(-1)", 6.0), ("y = x * (7 // 2) * (7 % 4)", 27.0), ("y = x * 2 ** -1", 1.5),
        ("y = x * len('abc')", 9.0), ("y = x * int('2') * float(1)", 6.0), ("y = x * round(1.26, 1)", 3.9),
        ("y = x * (3 if 'a' in ['a'] and not False else 1)", 9.0), ("y = x * [1, 2, 3][1:][0]", 6.0), ("y = m[..., 1][0]", 2.0),
        ("y = sum(v[None, :] * m)", 16.0), ("y = x * (None is None)", 3.0), ("a, (b, c) = 1, [2, 3]\ny = x * a * b * c", 18.0),
        ("a = b = x\ny = a * b", 9.0), ("p, q = v\ny = p + q", 3.0), ("y = x\nfor q in v:\n    y = y * q", 6.0),
    ],
)  # fmt: skip
def test_an_expression_means_what_it_means_in_python(text: str, wanted: float) -> None:
    model = traced(f"x = input(3.0)\nv = input([1, 2])\nm = input([[1, 2], [3, 4]])\n{text}\n")
    assert values(model)["y"] == pytest.approx(wanted)


def test_loops_run_over_ranges_lists_tuples_enumerate_and_zip() -> None:
    model = traced(
        """
        y = input(0.0)
        for i in range(3):
            y = y + i
        for i, a in enumerate([10, 20], 1):
            y = y + i * a
        for a, b in zip((1, 2), [3, 4]):
            y = y + a * b
        for a in reversed([100]):
            y = y + a
        """
    )
    assert values(model)["y"] == 3 + 50 + 11 + 100


def test_break_continue_and_pass_mean_what_they_mean_in_python() -> None:
    model = traced(
        """
        y = input(0.0)
        for i in range(10):
            if i == 1:
                continue
            elif i == 4:
                break
            else:
                pass
            y = y + i
        """
    )
    assert values(model)["y"] == 5


def test_functions_have_their_own_variables_defaults_and_recursion() -> None:
    model = traced(
        """
        x = input(2.0)
        def raised(x, n=2):
            "x to the power n, slowly."
            if n == 0:
                return const(1.0)
            y = x * raised(x, n - 1)
            return y
        y = input(7.0)
        z = raised(x) + raised(x, n=3)
        """
    )
    held = values(model)
    assert held["z"] == 12
    assert held["y"] == 7


def test_a_function_sees_what_is_around_it_and_comprehensions_leave_nothing_behind() -> None:
    model = traced(
        """
        k = 3
        def scaled(x):
            return x * k
        i = 5
        ys = [scaled(input(1.0 * i)) for i in range(3) if i != 1]
        y = sum(ys) * i
        """
    )
    assert values(model)["y"] == 30


def test_a_name_that_a_function_binds_later_is_not_the_one_outside() -> None:
    assert messages("k = 1\ndef f(x):\n    y = x * k\n    k = 2\n    return y\nz = f(input(1.0))") == ["unknown name `k`"]


def test_the_lstm_of_the_design_is_read() -> None:
    model = traced(
        """
        x = input(shape=(5, 8, 4))
        h, c = const(shape=(8, 3)), const(shape=(8, 3))
        W, b = param(shape=(7, 12), init=normal(0.1)), param(shape=12, init=zeros)
        for k in range(5):
            with layer(f"t{k}"):
                i, f, o, g = split(concat([x[k], h], axis=1) @ W + b, 4, axis=1)
                c = sigmoid(f)*c + sigmoid(i)*tanh(g)
                h = sigmoid(o)*tanh(c)
        """
    )
    assert model.graph.layers == ["t0", "t1", "t2", "t3", "t4"]
    last = model.graph.find("h")
    assert last is not None
    assert (last.name, last.shape) == ("t4.h", (8, 3))
    assert ops_of(model).count("matmul") == 5


def test_strings_are_put_together_from_numbers_and_strings() -> None:
    model = traced("name = 'h'\nfor i in range(2):\n    with layer(f'{name}{i}_{1.5 > 1}'):\n        x = input(1.0) * 2")
    assert model.graph.layers == ["h0_True", "h1_True"]


def test_numbers_and_lists_become_constants_and_equal_ones_of_a_scope_are_one() -> None:
    model = traced("x = input([1.0, 2.0])\ny = x * 2 + 2 + [1, 2]\nwith layer('a'):\n    z = y * 2")
    assert name_list(model) == ["x", "_const.0", "_mul.0", "_add.0", "_const.1", "y", "a._const.0", "a.z"]


def test_a_negative_zero_is_another_constant_than_zero() -> None:
    assert ops_of(traced("x = input(1.0)\ny = x * 0.0 + x * -0.0")).count("const") == 2


def test_variables_that_hold_numbers_are_known_to_scripts() -> None:
    model = traced("lr = 0.1\nx = input(1.0)\nx2 = 3\nname = 'a'")
    assert model.numbers == {"lr": 0.1, "x2": 3.0}


def test_seed_dtype_and_mode_can_be_overridden() -> None:
    model = traced("x = input([1.0])", Overrides(seed=4, dtype="float32", mode="eval"))
    assert (model.seed, model.dtype, model.mode) == (4, "float32", "eval")
    feed = model.graph.nodes[0].feed
    assert feed is not None
    assert feed.value(0, 0).dtype == np.float32


def test_data_from_python_are_fed_by_any_name_of_the_input() -> None:
    text = "a = input('x', shape=(2, 3))\ny = sum(a)\n"
    for name in ("x", "a", "a.0"):
        assert values(traced(text, Overrides(data={name: np.ones((2, 3))})))["y"] == 6
    assert values(traced(text))["y"] == 0


def test_wrong_data_from_python_are_problems() -> None:
    from gradlab.errors import ScenarioError

    with pytest.raises(ScenarioError, match=r"data for `xs`: the model has no such input; did you mean `x`\?"):
        traced("x = input(shape=3)", Overrides(data={"xs": np.ones(3)}))
    with pytest.raises(ScenarioError, match=r"data for `x` has shape \(2,\), the input has \(3,\)"):
        traced("x = input(shape=3)", Overrides(data={"x": np.ones(2)}))


def test_the_same_text_gives_the_same_names_keys_and_shapes() -> None:
    text = "x = input(shape=(2, 3))\nfor i in range(3):\n    x = tanh(dense(x, 4))\nloss = sum(x)\nminimize(loss, sgd(0.1))"
    first, second = ([(n.name, n.key, n.shape, n.layer) for n in traced(text).graph.nodes] for _ in range(2))
    assert first == second
