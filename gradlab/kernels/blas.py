"""The BLAS that kernels multiply with: SciPy's, which numba asks for by the name of one of its modules."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, FileFinder
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

NAME = "scipy.linalg.cython_blas"


def import_blas() -> None:
    """Import the module alone: `scipy.linalg` around it takes 0.1 s. Whoever imports that later finds this module."""
    if NAME in sys.modules:
        return
    import scipy  # lets its libraries be found

    folder = Path(scipy.__file__).parent / "linalg"
    found = FileFinder(str(folder), (ExtensionFileLoader, EXTENSION_SUFFIXES)).find_spec("cython_blas")
    spec = None if found is None else spec_from_file_location(NAME, found.origin)
    if spec is None or spec.loader is None:
        import_module(NAME)
        return
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[NAME] = module
