"""Layers of the library, built in a scope that only writes down what it is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.errors import ArgumentError, ShapeError
from gradlab.graph.machines import make_machine
from gradlab.graph.tape import Tape
from gradlab.nn.initializers import INITIALIZERS
from gradlab.nn.layers import LAYERS
from tests.nn.scope import Scope

dense = LAYERS["dense"]
TAKES = "(x, units, init=xavier, bias=True, W=None, b=None)"


def test_dense_is_one_affine_op_with_two_parameters() -> None:
    scope = Scope()
    h = dense(scope, scope.input(np.ones((4, 3))), 5)
    assert [(n.name, n.op.name, n.shape) for n in scope.graph.nodes] == [
        ("x", "input", (4, 3)),
        ("h.W", "param", (3, 5)),
        ("h.b", "param", (5,)),
        ("h._affine.0", "affine", (4, 5)),
    ]
    assert h is scope.graph.nodes[-1]
    assert scope.inits == {"W": "xavier", "b": "zeros"}


def test_dense_computes_what_numpy_does() -> None:
    scope = Scope()
    x = np.arange(12.0).reshape(4, 3)
    h = dense(scope, scope.input(x), 2, init=INITIALIZERS["normal"](0.5))
    machine = make_machine(Tape(scope.graph))
    machine.load(seed=3)
    machine.forward(0, 1)
    weights = INITIALIZERS["normal"](0.5).draw(3, "h.W", (3, 2))
    np.testing.assert_allclose(machine.value(h.index), x @ weights, rtol=1e-13)


def test_dense_without_bias_is_one_matmul() -> None:
    scope = Scope()
    dense(scope, scope.input(np.ones((4, 3))), units=5, bias=False)
    assert [n.op.name for n in scope.graph.nodes] == ["input", "param", "matmul"]


def test_dense_takes_a_single_vector() -> None:
    scope = Scope()
    assert dense(scope, scope.input(np.ones(3)), 5).shape == (5,)


@pytest.mark.parametrize(
    ("args", "named", "text"),
    [
        ((), {}, f"`dense` needs `units`; it takes {TAKES}"),
        ((0,), {}, "`units` of `dense` is from 1 to 1,000,000, got 0"),
        ((2.5,), {}, "`units` of `dense` is a whole number, got 2.5"),
        (
            (2,),
            {"unit": 1},
            f"`dense` has no argument `unit`; it takes {TAKES}: did you mean `units`?",
        ),
        ((2,), {"init": 0.01}, "`init` of `dense` is an initializer such as `he` or `normal(0.01)`, got 0.01"),
        ((2,), {"bias": 0.5}, "`bias` of `dense` is True, False or an initializer such as `constant(0.1)`, got 0.5"),
    ],
)
def test_a_wrong_argument_of_dense_is_named(args: tuple[object, ...], named: dict[str, object], text: str) -> None:
    scope = Scope()
    with pytest.raises(ArgumentError) as caught:
        dense(scope, scope.input(np.ones((4, 3))), *args, **named)
    assert str(caught.value) == text


def test_dense_of_a_single_number_says_what_it_wants() -> None:
    scope = Scope()
    with pytest.raises(ShapeError, match="wants a vector or rows of vectors"):
        dense(scope, scope.input(1.0), 2)


def test_every_layer_has_a_text_and_takes_its_input_first() -> None:
    for layer in LAYERS.values():
        assert layer.doc and next(iter(layer.parameters)) in ("x", "q")
