"""What a process imports for kernels that lie in the cache: no more than it takes to load them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.kernels.test_cache import finish, start

PRODUCT = """
import json, sys
import gradlab
lab = gradlab.build("x = const([[1.0, 2.0], [3.0, 4.0]])\\nz = x @ x", backend="jit")
lab.do("forward")
compiler = "numba.typed.typedlist" in sys.modules
names = "scipy.linalg" in sys.modules, "scipy.linalg.cython_blas" in sys.modules
import scipy.linalg
right = scipy.linalg.blas.dgemm(1.0, [[2.0]], [[3.0]]).tolist() == [[6.0]]
print(json.dumps({"z": lab.value("z").tolist(), "compiler": compiler, "scipy": names, "right": right}))
"""


def test_kernels_are_loaded_without_what_compiles_them(tmp_path: Path) -> None:
    first: dict[str, Any] = finish(start(tmp_path, PRODUCT))
    again: dict[str, Any] = finish(start(tmp_path, PRODUCT))
    assert first["compiler"] and not again["compiler"]
    assert first["z"] == again["z"] == [[7.0, 10.0], [15.0, 22.0]]


def test_blas_comes_without_the_package_around_it_which_can_still_be_imported(tmp_path: Path) -> None:
    found: dict[str, Any] = finish(start(tmp_path, PRODUCT))
    assert found["scipy"] == [False, True] and found["right"]


MIXED = """
import json, sys
import gradlab
gradlab.build("x = const([1.0, 2.0])\\nz = x + x", backend="jit").do("forward")
lab = gradlab.build("x = const([1.0, 2.0])\\nz = sum(exp(x) * x)", backend="jit")
lab.do("forward")
print(json.dumps({"compiler": "numba.typed.typedlist" in sys.modules, "z": float(lab.value("z"))}))
"""


def test_a_process_that_has_loaded_kernels_can_compile_others(tmp_path: Path) -> None:
    finish(start(tmp_path, MIXED.replace("sum(exp(x) * x)", "x + x").replace('float(lab.value("z"))', "0")))
    found: dict[str, Any] = finish(start(tmp_path, MIXED))
    assert found["compiler"] and json.dumps(found["z"]).startswith("17.49639")
