"""No kernel reaches outside its arrays, whatever numbers are in them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.ops.hostile import checked_ops

PARTS = 4
PLANTED = '''"""One element too far.

    forward  z[i] = x[i + far]
    backward dx[i + far] = g[i]

Source: nobody.
"""
from gradlab.op import Plan, array_op


def forward(x, z, far):
    for i in range(x.shape[0]):
        z[i] = x[i + far]


def backward(g, z, x, dx, far):
    for i in range(x.shape[0]):
        dx[i + far] += g[i]


OP = array_op(
    "planted", forward, backward, inputs=("x",), title="too far", role="shape", symbols="far({x})", attrs={"far": 0},
    shape=lambda shapes, attrs: shapes[0], plan=lambda shapes, out, attrs: Plan((out, out), ints=(attrs["far"],)),
    ranks=(1, 1), local=None, ints=("far",),
)
'''
REACH = """
import json, sys
import numpy as np
from planted import OP
from tests.ops.harness import Bench
seen = []
sys.unraisablehook = lambda found: seen.append(type(found.exc_value).__name__)
for far in (0, 1):
    bench = Bench(OP, [np.arange(4.0)], {"far": far}, "jit")
    bench.forward()
    bench.backward(np.ones(4))
    seen.append(far)
print(json.dumps(seen))
"""


def run(arguments: list[str], **others: str) -> Any:
    """Run Python with kernels that check bounds; return what it printed."""
    environment = os.environ | {"NUMBA_BOUNDSCHECK": "1", "PYTHONPATH": os.pathsep.join(sys.path), **others}
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"exit code {done.returncode}, last: {done.stderr[-2000:]}"
    return json.loads(done.stdout)


@pytest.mark.parametrize("part", range(PARTS))
def test_kernels_stay_within_their_arrays_on_usual_and_on_hostile_numbers(part: int) -> None:
    names = checked_ops()[part::PARTS]
    found = run(["-m", "tests.ops.hostile", *names])
    assert found["reached"] == {}
    assert set(found["calls"]) == set(names)
    assert min(found["calls"].values()) >= 40


def test_an_op_that_reaches_one_element_too_far_is_seen(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(PLANTED, encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), *sys.path])
    found = run(["-c", REACH], PYTHONPATH=path, GRADLAB_CACHE=str(tmp_path / "kernels"))
    assert found == [0, "IndexError", "IndexError", 1]
