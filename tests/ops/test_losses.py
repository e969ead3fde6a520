"""What losses do at their corners, as their files state it, by both machines; and what a lesson says of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradlab.op import Array
from gradlab.ops import OPS
from gradlab.ops._logistic import log_of_one_and
from tests.ops.harness import Bench
from tests.scenario.reading import messages, ops_of, traced

both_machines = pytest.mark.parametrize("backend", ["plain", "jit"])
NAN, INF = np.nan, np.inf
OVER_CLASSES = ("cross_entropy", "nll", "multiclass_hinge")
OF_MARGINS = ("hinge", "squared_hinge", "zero_one", "perceptron_loss", "logistic_loss", "squared_margin", "attribute_hinge")


def run(backend: str, name: str, *inputs: Any, **attrs: Any) -> tuple[Array, tuple[Array, ...]]:
    """Return the loss and what it sends to its inputs."""
    bench = Bench(OPS[name], [np.array(a, float) for a in inputs], attrs, backend)
    z = bench.forward()
    return z, bench.backward(np.ones_like(z))


MARGINS = [-1.0, 0.0, 1.0, 2.0]
LOGISTIC = np.log1p(np.exp(-np.array(MARGINS)))
SIGMOID = 1 / (1 + np.exp(np.array(MARGINS)))


@both_machines
@pytest.mark.parametrize(
    ("name", "values", "slopes"),
    [
        ("zero_one", [1, 1, 0, 0], [0, 0, 0, 0]),
        ("perceptron_loss", [1, 0, 0, 0], [-1, -1, 0, 0]),
        ("hinge", [2, 1, 0, 0], [-1, -1, 0, 0]),
        ("squared_hinge", [4, 1, 0, 0], [-4, -2, 0, 0]),
        ("logistic_loss", LOGISTIC, -SIGMOID),
        ("squared_margin", [4, 1, 0, 1], [-4, -2, 0, 2]),
    ],
)
def test_values_and_slopes_on_the_margin_axis(backend: str, name: str, values: Any, slopes: Any) -> None:
    for margin, value, slope in zip(MARGINS, values, slopes, strict=True):
        for side in (1.0, -1.0):
            z, (dx, _) = run(backend, name, [side * margin], [side])
            np.testing.assert_allclose(z, value, rtol=1e-15)
            np.testing.assert_allclose(dx, [side * slope], rtol=1e-15)


@both_machines
@pytest.mark.parametrize("name", OF_MARGINS)
def test_a_margin_that_is_nan_is_found(backend: str, name: str) -> None:
    assert np.isnan(run(backend, name, [NAN], [1.0])[0])


@both_machines
def test_a_large_margin_overflows_nothing(backend: str) -> None:
    z, (dx, _) = run(backend, "logistic_loss", [1000.0, -1000.0], [1.0, 1.0], reduction="sum")
    assert z == 1000 and dx.tolist() == [0, -1]


@both_machines
@pytest.mark.parametrize("name", OVER_CLASSES)
@pytest.mark.parametrize("wrong", [3.0, -1.0, 1.5, 1e18, -1e300, NAN, INF])
def test_a_class_number_that_is_no_class_is_nan_for_its_sample_only(backend: str, name: str, wrong: float) -> None:
    z, (dx, dt) = run(backend, name, [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]], [wrong, 0.0])
    assert np.isnan(z) and np.isnan(dx[0]).all() and np.isfinite(dx[1]).all()
    assert dt.tolist() == [0, 0]


@both_machines
@pytest.mark.parametrize("wrong", [3.0, -1.0, 1.5, 1e18, NAN])
def test_a_weight_of_no_class_is_never_read(backend: str, wrong: float) -> None:
    logits, weights = [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]], [1.0, 2.0, 3.0]
    z, _ = run(backend, "weighted_cross_entropy", logits, [wrong, 0.0], weights)
    assert np.isnan(z)
    z, (dx, *_) = run(backend, "weighted_cross_entropy", logits, [wrong, 0.0], weights, reduction="sum")
    assert np.isnan(z) and np.isnan(dx[0]).all() and np.isfinite(dx[1]).all()


@both_machines
def test_weights_that_add_up_to_nothing_have_no_mean(backend: str) -> None:
    assert np.isnan(run(backend, "weighted_cross_entropy", [[1.0, 2.0]], [1.0], [1.0, 0.0])[0])


@both_machines
@pytest.mark.parametrize("name", [*OVER_CLASSES, *OF_MARGINS, "kl", "cosine_loss"])
def test_the_mean_over_no_samples_is_nan_and_their_sum_zero(backend: str, name: str) -> None:
    x = np.zeros((0, 3))
    t = np.zeros((0,)) if name in OVER_CLASSES else x
    assert np.isnan(run(backend, name, x, t)[0])
    assert run(backend, name, x, t, reduction="sum")[0] == 0


@both_machines
@pytest.mark.parametrize("number", [-100, 2, 9])
@pytest.mark.parametrize("name", ["cross_entropy", "nll"])
def test_an_ignored_target_costs_nothing_and_does_not_count(backend: str, name: str, number: int) -> None:
    x, kept = np.array([[0.5, -1.0, 0.25], [2.0, 0.0, 0.1], [NAN, 1.0, 1.0]]), np.array([1.0, 0.0])
    z, (dx, _) = run(backend, name, x, [1.0, 0.0, number], ignore_index=number)
    wanted, (sent, _) = run(backend, name, x[:2], kept)
    np.testing.assert_allclose(z, wanted, rtol=1e-15)
    np.testing.assert_allclose(dx, [*sent, [0, 0, 0]], rtol=1e-15)
    each = run(backend, name, x, [1.0, 0.0, number], ignore_index=number, reduction="none")[0]
    assert each[2] == 0 and each[:2].all()


@both_machines
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(("name", "more"), [("cross_entropy", ()), ("nll", ()), ("weighted_cross_entropy", ([1.0, 2.0],))])
def test_targets_that_are_all_ignored_give_no_loss_and_no_gradient(backend: str, name: str, more: Any, reduction: str) -> None:
    z, (dx, *_) = run(backend, name, [[1.0, 2.0], [3.0, 5.0]], [7.0, 7.0], *more, ignore_index=7, reduction=reduction)
    assert not z.any() and not dx.any()


def test_a_wrong_class_number_is_named_and_an_ignored_one_is_not() -> None:
    reason = OPS["cross_entropy"].reason
    assert reason is not None
    inputs = (np.zeros((3, 2)), np.array([-1.0, 5.0, -1.0]))
    assert reason(inputs, (), {"ignore_index": -1}) == "class 5 of 2 in sample 1 (allowed 0 to 1)"
    assert reason(inputs, (), {"ignore_index": None}) == "class -1 of 2 in sample 0 (allowed 0 to 1), 2 more like it"


@both_machines
def test_a_probability_that_is_none_is_nan_and_an_impossible_target_costs_infinitely_much(backend: str) -> None:
    z, (dp, _) = run(
        backend, "bce_probabilities", [0.0, 1.0, 0.0, 1.5, NAN, 0.5], [0.0, 1.0, 1.0, 0.5, 1.0, 1.0], reduction="none"
    )
    np.testing.assert_array_equal(z, [0, 0, INF, NAN, NAN, np.log(2)])
    np.testing.assert_array_equal(dp, [1, -1, -INF, NAN, NAN, -2])
    reason = OPS["bce_probabilities"].reason
    assert reason is not None
    told = reason((np.array([0.5, 1.5]), np.array([0.0, 1.0])), (), {})
    assert told == "1.5 at [1] is no probability, which is from 0 to 1; `bce` takes logits"


@both_machines
def test_weights_that_add_up_to_nothing_give_a_mean_of_nothing(backend: str) -> None:
    z, sent = run(backend, "weighted_mean", [1.0, 2.0], [0.0, 0.0])
    assert z == 0 and not any(d.any() for d in sent)


@both_machines
def test_equal_weights_change_the_mean_by_nothing_and_the_sum_by_their_size(backend: str) -> None:
    logits, t = np.arange(12.0).reshape(4, 3) % 5, [0.0, 2.0, 1.0, 1.0]
    plain = run(backend, "cross_entropy", logits, t)[0]
    np.testing.assert_allclose(run(backend, "weighted_cross_entropy", logits, t, [2.0] * 3)[0], plain, rtol=1e-14)
    np.testing.assert_allclose(run(backend, "weighted_cross_entropy", logits, t, [2.0] * 3, reduction="sum")[0], 8 * plain)


@both_machines
def test_nll_of_log_softmax_is_cross_entropy(backend: str) -> None:
    logits, t = np.array([[0.2, -1.0, 0.7], [2.0, 0.0, 0.1]]), [2.0, 0.0]
    logs = run(backend, "log_softmax", logits)[0]
    np.testing.assert_allclose(run(backend, "nll", logs, t)[0], run(backend, "cross_entropy", logits, t)[0], rtol=1e-14)


@both_machines
def test_divergence_is_cross_entropy_less_entropy(backend: str) -> None:
    logits, p = np.array([[0.2, -1.0, 0.7], [2.0, 0.0, 0.1]]), np.array([[0.5, 0.25, 0.25], [0.1, 0.2, 0.7]])
    q = run(backend, "softmax", logits)[0]
    cross = run(backend, "cross_entropy", logits, p)[0]
    entropy = -(p * np.log(p)).sum() / 2
    np.testing.assert_allclose(run(backend, "kl", p, q)[0], cross - entropy, rtol=1e-13)


@both_machines
def test_what_is_impossible_costs_nothing_and_is_not_asked(backend: str) -> None:
    z, (dp, dq) = run(backend, "kl", [1.0, 0.0], [0.5, 0.0])
    np.testing.assert_allclose(z, np.log(2))
    assert np.isfinite(dp).all() and dq.tolist() == [-2, 0]
    assert run(backend, "kl", [0.5, 0.5], [1.0, 0.0])[0] == INF


@both_machines
def test_a_vector_of_zeros_has_no_direction(backend: str) -> None:
    z, sent = run(backend, "cosine_similarity", [[0.0, 0.0]], [[3.0, 4.0]])
    assert z.tolist() == [0] and all(not d.any() for d in sent)
    z, sent = run(backend, "cosine_loss", [[0.0, 0.0]], [[0.0, 0.0]])
    assert z == 1 and all(not d.any() for d in sent)


@both_machines
def test_a_weight_of_nothing_is_not_pulled_by_the_l1_penalty(backend: str) -> None:
    assert run(backend, "l1_penalty", [0.0, -0.0, 2.0])[1][0].tolist() == [0, 0, 1]


@both_machines
@pytest.mark.parametrize(("name", "terms"), [("hinge", 6), ("attribute_hinge", 2), ("kl", 2), ("cosine_loss", 2)])
def test_a_mean_divides_by_elements_or_by_rows_as_the_file_says(backend: str, name: str, terms: int) -> None:
    x, t = np.arange(1.0, 7).reshape(2, 3) / 10, np.full((2, 3), 0.5)
    mean, total = run(backend, name, x, t)[0], run(backend, name, x, t, reduction="sum")[0]
    np.testing.assert_allclose(mean * terms, total, rtol=1e-14)


def test_a_logarithm_near_one_is_exact_to_two_ulp() -> None:
    mpmath = pytest.importorskip("mpmath", reason="needs mpmath for the exact values")
    rng = np.random.default_rng(5)
    numbers = np.concatenate([rng.uniform(0, 1, 4000), 10 ** rng.uniform(-300, 0, 4000), [0.0, 1.0, 0.5, 5e-324]])
    got = np.array([log_of_one_and(u) for u in numbers])
    with mpmath.workprec(200):
        exact = [mpmath.log1p(mpmath.mpf(float(u))) for u in numbers]
        off = [abs(mpmath.mpf(float(g)) - e) / np.spacing(max(float(e), 2.3e-308)) for g, e in zip(got, exact, strict=True)]
    assert max(off) <= 2
    assert got[-4] == 0


MODEL = "x = input([[1, 2, 3], [0, 1, 0]])\nt = input([0, 2])\n"


def test_a_model_gives_weights_by_name_as_a_list_or_as_a_node() -> None:
    for weights in ("[1, 2, 3]", "param([1, 2, 3])"):
        model = traced(MODEL + f"loss = cross_entropy(x, t, weights={weights}, label_smoothing=0.1)")
        loss = model.graph.nodes[-1]
        assert loss.op.name == "weighted_cross_entropy" and loss.shape == ()
        assert dict(loss.attrs) == {"reduction": "mean", "label_smoothing": 0.1, "temperature": 1.0, "ignore_index": None}
    assert ops_of(traced(MODEL + "loss = cross_entropy(x, t, 'sum', temperature=2)")) == ["input", "input", "cross_entropy"]


TAKES = '(x, t, reduction="mean", label_smoothing=0.0, temperature=1.0, ignore_index=None, weights=None, sample_weights=None)'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("weights=[1, 2]", "`weighted_cross_entropy` (node `loss`): `weights` holds one number a class, shape (3,), got (2,)"),
        ("weights='rare'", "a node or numbers are needed here, got a string"),
        ("temperature=0", "`cross_entropy` (node `loss`): `temperature` is above 0, got 0"),
        ("wieghts=[1]", f"`cross_entropy` has no argument `wieghts`; it takes {TAKES}: did you mean `weights`?"),
    ],
)
def test_what_is_wrong_with_a_weighted_loss(text: str, message: str) -> None:
    assert messages(MODEL + f"loss = cross_entropy(x, t, {text})") == [message]


@pytest.mark.parametrize(
    ("weights", "nothing"), [([1e8, 1, -1e8], False), ([1, -1, 0], True), ([[0, 0]], True), ([np.nan], False)]
)
def test_weights_add_up_to_nothing_where_the_mean_is_0_for_it(weights: Any, nothing: bool) -> None:
    w = np.array(weights, np.float32)
    said = OPS["weighted_mean"].remark
    assert said is not None
    assert bool(said((None, w), {})) == nothing
    z, _ = run("plain", "weighted_mean", np.ones(w.shape), w)
    assert (float(z) == 0) == nothing
