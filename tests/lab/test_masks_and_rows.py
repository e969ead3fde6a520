"""A model that looks up rows, masks, pads and scatters them: its ledgers add up, and its gradients are what numbers say."""

from __future__ import annotations

import pytest

from gradlab.session import build
from tests.lab.models import plain
from tests.lab.why.test_ledger import assert_adds_up

MODEL = """
words = input([0, 2, 1, 2])
table = param([[0.5, -1.0, 0.2, 0.3], [1.5, 0.25, -0.4, 0.1], [-0.6, 0.7, 0.9, -0.2]])
slope = param(0.25)
m = maxout(prelu(gather(table, words), slope), pieces=2)
mask = 0.15 < m <= 5
kept = where(m > 0.15, m, 0.2 * m) * mask
q = einsum("ij,kj->ik", kept, kept)
first, rest = split(q, [1, 3], axis=1)
p = pad(rest, ((0, 0), (1, 0)), value=0.5)
bins = scatter_add(p, words, 3)
codes = one_hot(argmax(bins, axis=1), 4)
s = cumsum(bins * codes + tile(slope, 4), axis=1)
v = vecdot(s, hard_sigmoid(bins))
loss = norm(v) + prod(slope + v) * 0.01 + sum(outer(v, v)) * 0.1 + norm(table, ord=1) * (slope > 0)
"""


def test_every_gradient_is_the_sum_of_its_parts() -> None:
    lab = plain(MODEL)
    lab.do("backward")
    assert assert_adds_up(lab) >= 100


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_every_gradient_is_what_numbers_say(backend: str) -> None:
    lab = build(MODEL, backend=backend)
    lab.do("backward")
    assert {verdict.verdict for verdict in lab.check()} == {"ok"}


def test_formulas_are_written_as_in_the_model() -> None:
    lab = plain(MODEL)
    lab.do("backward")
    wanted = {
        "q": 'q = einsum("ij,kj->ik", kept, kept)',
        "p": "p = pad(rest, ((0, 0), (1, 0)))",
        "mask": "mask = _less.0 · _less_equal.0",
    }
    found = {name: lab.formula(lab.graph.aliases[name], 0)[0] for name in wanted}
    assert found == wanted
