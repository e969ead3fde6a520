"""The same seed gives the same bits in every process, whatever its environment says about threads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from gradlab.axis.digest import HIDDEN
from tests.lab.models import XOR, plain, said

SCRIPT = """
import json, sys
import gradlab
from threadpoolctl import threadpool_info
lab = gradlab.build('''
x, t = dataset("moons", n=200, split="train", batch=100)
h = dropout(relu(batch_norm(dense(x, 300, init=orthogonal))), 0.3)
k = relu(dense(h, 300))
y = dropconnect(k, 1, p=0.2)
loss = bce(y, reshape(t, t.shape + (1,)))
minimize(loss, adam(lr=0.05))
''', seed=5, backend=BACKEND)
lab.do("train 12")
lab.do("step 7")
found = [(entry["internal_api"], entry["num_threads"]) for entry in threadpool_info() if entry["user_api"] == "blas"]
print(json.dumps({"digest": lab.digest(), "blas": found}))
"""


def fresh(backend: str, threads: str | None) -> dict[str, Any]:
    """Train in a process of its own."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        environment.pop(name, None)
        if threads is not None:
            environment[name] = threads
    script = SCRIPT.replace("BACKEND", repr(backend))
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_every_blas_has_one_thread_and_all_processes_come_to_the_same_bits(backend: str) -> None:
    found = [fresh(backend, threads) for threads in (None, "4")]
    for one in found:
        assert one["blas"]
        assert [threads for _, threads in one["blas"]] == [1] * len(one["blas"])
    assert len({one["digest"] for one in found}) == 1


def test_the_action_says_the_digest_of_the_place() -> None:
    lab = plain(XOR)
    begin = said(lab, "digest")
    assert begin == [f"value: digest {lab.digest()}"]
    lab.do("train 3")
    assert said(lab, "digest") != begin
    lab.do("goto 0")
    assert said(lab, "digest") == begin


def test_every_number_that_can_be_seen_changes_the_digest() -> None:
    lab = plain(XOR)
    lab.do("goto 2.u.3")
    run, before = lab.run, lab.digest()
    for node in run.graph.nodes:
        if run.value_state(node.index) not in HIDDEN:
            value = run.machine.value(node.index).copy()
            run.machine.write(node.index, value + 1.0)
            assert lab.digest() != before, node.name
            run.machine.write(node.index, value)
        if run.grad_state(node.index) not in HIDDEN:
            grad = run.machine.grad(node.index).copy()
            run.machine.write(node.index, grad + 1.0, "grad")
            assert lab.digest() != before, node.name
            run.machine.write(node.index, grad, "grad")
    assert len(run.before) >= 2
    past = dict(run.before)
    for leaf, numbers in past.items():
        run.before = past | {leaf: numbers + 1.0}
        assert lab.digest() != before, leaf
    run.before = past
    assert lab.digest() == before
