"""Kernels as they are compiled for other processors than this one: without AVX-512, and without AVX2."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradlab.op import Array
from gradlab.ops import OPS
from tests.ops.exact import EXACT, mpmath
from tests.ops.harness import Bench
from tests.processors import HASWELL, NEHALEM, Processor, as_on, possible

NAMES = ("atan2", "exp", "gelu", "log", "pow", "sin", "tanh")
DTYPES = ("float64", "float32")
SCRIPT = "import sys; from tests.kernels.test_other_processors import run; import numpy; numpy.savez(sys.argv[1], **run())"
ULPS = 4


def inputs(name: str, dtype: str) -> list[Array]:
    """Return numbers for an op, more than two vectors and a rest."""
    rng = np.random.default_rng(8)
    columns = [rng.normal(size=301) * 3 for _ in OPS[name].inputs]
    if name in ("log", "pow"):
        columns[0] = abs(columns[0])
    return [column.astype(dtype) for column in columns]


def run() -> dict[str, Array]:
    """Return value and gradients of some ops in both dtypes, computed by kernels."""
    found = {}
    for name in NAMES:
        for dtype in DTYPES:
            bench = Bench(OPS[name], inputs(name, dtype), {}, "jit", dtype)
            z = bench.forward()
            found[f"{name} {dtype}"] = np.stack([z, *bench.backward(np.ones_like(z))])
    return found


def elsewhere(processor: Processor, place: Path) -> Any:
    """Return the same from a process that compiles for another processor."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", SCRIPT, str(place / "found.npz")]
    subprocess.run(command, check=True, cwd=root, env=as_on(processor) | {"PYTHONPATH": str(root)})
    return np.load(place / "found.npz")


@pytest.mark.skipif(mpmath is None, reason="needs mpmath for the exact values")
def test_without_avx2_and_fused_products_values_are_as_exact(tmp_path: Path) -> None:
    found = elsewhere(NEHALEM, tmp_path)
    for name in NAMES:
        for dtype in DTYPES:
            exact, columns = EXACT[name], inputs(name, dtype)
            with mpmath.workprec(300):
                for got, given in zip(found[f"{name} {dtype}"][0], zip(*columns, strict=True), strict=True):
                    wanted = exact.value(*(mpmath.mpf(float(x)) for x in given))
                    size = mpmath.mpf(float(np.spacing(np.dtype(dtype).type(abs(float(wanted))))))
                    assert abs(mpmath.mpf(float(got)) - wanted) <= (ULPS + exact.loses(float(given[0]))) * size, (name, given)


def test_processors_that_fuse_products_and_sums_give_the_same_bits_with_vectors_of_any_size(tmp_path: Path) -> None:
    here, found = run(), elsewhere(HASWELL if HASWELL in possible() else NEHALEM, tmp_path)
    for key, numbers in here.items():
        np.testing.assert_array_equal(found[key], numbers, err_msg=key)
