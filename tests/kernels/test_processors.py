"""Kernels for other processors than this one: they work, and what was compiled for one is not run on another."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import pytest

from tests.kernels.test_cache import finish, start

x86 = pytest.mark.skipif(platform.machine().lower() not in ("x86_64", "amd64"), reason="needs an x86 processor")
PROCESSORS = {
    "without AVX": {"NUMBA_CPU_NAME": "x86-64", "NUMBA_CPU_FEATURES": "+sse2"},
    "without AVX-512": {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+sse2,+avx,+avx2,+fma,-avx512f"},
}
NETWORK = """
import json
import gradlab
text = '''
x = noise(shape=(19, 7))
w = param(shape=(7, 9))
y = softmax(tanh(x @ w))
loss = sum(y * y)
'''
found = {}
for backend in ("plain", "jit"):
    lab = gradlab.build(text, backend=backend)
    lab.do("forward")
    lab.do("backward loss")
    found[backend] = [float(lab.value("loss")), *lab.grad("w").ravel().tolist()]
from gradlab.kernels import cache
from gradlab.ops import OPS
from llvmlite import binding
print(json.dumps({**found, "name": cache.module_name(OPS["tanh"], "float64"), "files": len(cache.listed())}))
"""


def found(folder: Path, **processor: str) -> Any:
    """Return what a network gives in a process for a processor, and how many kernels lie in the folder then."""
    return finish(start(folder, NETWORK, None, **processor))


@x86
def test_kernels_for_older_processors_work_and_each_processor_has_its_own(tmp_path: Path) -> None:
    here = found(tmp_path)
    names, files = {here["name"]}, here["files"]
    for processor in PROCESSORS.values():
        there = found(tmp_path, **processor)
        assert there["jit"] == pytest.approx(there["plain"], rel=1e-9, abs=1e-12)
        names.add(there["name"])
        assert there["files"] > files
        files = there["files"]
    assert len(names) == 1 + len(PROCESSORS)
    again = found(tmp_path)
    assert (again["jit"], again["name"], again["files"]) == (here["jit"], here["name"], files)


@x86
def test_machine_code_of_another_processor_under_our_name_is_compiled_anew(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    ours, theirs = found(here)["name"], found(there, **PROCESSORS["without AVX"])["name"]
    for path in (here / "__pycache__").glob(f"{ours}.*"):
        path.unlink()
    for path in (there / "__pycache__").glob(f"{theirs}.*"):
        (here / "__pycache__" / path.name.replace(theirs, ours)).write_bytes(path.read_bytes())
    mixed = found(here)
    assert mixed["jit"] == pytest.approx(mixed["plain"], rel=1e-9, abs=1e-12)
