"""Random numbers that are functions of (seed, key, update).

Tolerances are five standard errors of the statistic: a right generator fails once in a million seeds, and the seeds are fixed.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from gradlab.graph.random import Noise, Stream, normal, permutation, raw, uniform

N = 200_000
SEEDS = (0, 1, 2**63)
GOLDEN_WORDS = ["0x7346400f59d7113", "0xcf0bd509b88ab5ec", "0x5af2bbc6abf97c5e"]
GOLDEN_UNIFORM = [0.028143167719113182, 0.8087742947323403]
GOLDEN_NORMAL = [0.9645558914406199, -2.4920941514314507, 1.4194649328563615]
GOLDEN_ORDER = [9, 5, 4, 3, 0, 7, 8, 6, 1, 2]


def test_the_same_arguments_give_the_same_bits() -> None:
    first = normal(3, "h0.W", 7, (40, 30))
    normal(3, "another", 7, (5,))
    assert first.tobytes() == normal(3, "h0.W", 7, (40, 30)).tobytes()


def test_the_bits_are_those_of_the_first_release() -> None:
    """Every recording and every figure of a lesson rests on these."""
    assert [hex(w) for w in raw(0, "W", 0, 3)] == GOLDEN_WORDS
    assert uniform(0, "W", 0, (2,)).tolist() == GOLDEN_UNIFORM
    # The logarithm and the cosine are the machine's, right to an ulp or two.
    np.testing.assert_allclose(normal(0, "W", 0, (3,)), GOLDEN_NORMAL, rtol=1e-14)
    assert permutation(0, 0, 10).tolist() == GOLDEN_ORDER


@pytest.mark.parametrize("other", [(1, "W", 0), (0, "V", 0), (0, "W", 1), (0, "W.0", 0), (0, "0:W", 0)])
def test_another_seed_key_or_update_gives_unrelated_numbers(other: tuple[int, str, int]) -> None:
    here, there = normal(0, "W", 0, (N,)), normal(*other, (N,))
    assert abs(float(np.mean(here * there))) < 5 / math.sqrt(N)


def test_asking_for_more_begins_with_the_same_numbers() -> None:
    for n in (0, 1, 2, 5, 64):
        assert normal(1, "x", 2, (n,)).tolist() == normal(1, "x", 2, (65,))[:n].tolist()
        assert uniform(1, "x", 2, (n,)).tolist() == uniform(1, "x", 2, (65,))[:n].tolist()


def test_a_shape_is_filled_in_the_order_of_its_elements() -> None:
    assert normal(1, "x", 0, (3, 5)).reshape(-1).tolist() == normal(1, "x", 0, (15,)).tolist()
    assert normal(1, "x", 0, ()).shape == ()
    assert normal(1, "x", 0, (4, 0)).shape == (4, 0)


@pytest.mark.parametrize("seed", SEEDS)
def test_uniform_numbers_have_the_moments_of_the_unit_interval(seed: int) -> None:
    u = uniform(seed, "u", 0, (N,))
    assert u.min() > 0 and u.max() < 1
    assert abs(u.mean() - 1 / 2) < 5 * math.sqrt(1 / 12 / N)
    assert abs(u.var() - 1 / 12) < 5 * math.sqrt(1 / 180 / N)


@pytest.mark.parametrize("seed", SEEDS)
def test_normal_numbers_have_the_moments_of_the_standard_normal(seed: int) -> None:
    z = normal(seed, "z", 0, (N,))
    for power, expected, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs(float(np.mean(z**power)) - expected) < 5 * math.sqrt(variance / N), power


def test_normal_numbers_have_the_distribution_of_the_standard_normal() -> None:
    z = np.sort(normal(5, "z", 0, (N,)))
    expected = np.array([0.5 * math.erfc(-v / math.sqrt(2)) for v in z])
    worst = np.max(np.abs(expected - (np.arange(N) + 0.5) / N))
    assert worst < 1.95 / math.sqrt(N), "Kolmogorov-Smirnov at 0.1 %"


def test_the_two_numbers_of_a_pair_do_not_know_each_other() -> None:
    z = normal(0, "pairs", 0, (N,)).reshape(-1, 2)
    for a, b in ((z[:, 0], z[:, 1]), (z[:, 0] ** 2 - 1, z[:, 1] ** 2 - 1)):
        assert abs(float(np.mean(a * b))) < 5 * math.sqrt(float(np.var(a * b)) / len(z))


def test_the_ends_of_the_unit_interval_cannot_be_drawn() -> None:
    from gradlab.graph.random import _unit

    ends = _unit(np.array([0, 2**64 - 1], np.uint64))
    assert ends.tolist() == [2.0**-53, 1 - 2.0**-53]
    assert np.isfinite(np.log(ends)).all()


def test_a_permutation_holds_every_number_once() -> None:
    for n in (0, 1, 2, 1797):
        assert sorted(permutation(4, 2, n, "digits")) == list(range(n))


def test_epochs_seeds_and_keys_are_shuffled_differently() -> None:
    orders = {tuple(permutation(s, e, 20, k).tolist()) for s in (0, 1) for e in (0, 1) for k in ("a", "b")}
    assert len(orders) == 8


def test_all_permutations_are_equally_likely() -> None:
    draws = 12_000
    seen: dict[tuple[int, ...], int] = {}
    for epoch in range(draws):
        order = tuple(permutation(0, epoch, 4, "fair").tolist())
        seen[order] = seen.get(order, 0) + 1
    expected = draws / 24
    chi2 = sum((count - expected) ** 2 / expected for count in seen.values())
    assert len(seen) == 24 and chi2 < 49.7, "chi-square with 23 degrees of freedom at 0.1 %"


def test_a_kept_permutation_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        permutation(0, 0, 5)[0] = 3


def test_noise_is_new_in_every_update_and_the_same_on_return() -> None:
    noise = Noise((3, 2), "eps")
    assert noise.varies
    assert noise.value(0, 4).tolist() != noise.value(0, 5).tolist()
    assert noise.value(0, 4).tolist() == noise.value(0, 4).tolist()


def test_a_child_stream_is_independent_of_its_parent() -> None:
    parent = Stream(0, "W")
    product = parent.normal((N,)) * parent.child("second").normal((N,))
    assert abs(float(product.mean())) < 5 / math.sqrt(N)
