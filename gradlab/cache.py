"""The folder of compiled kernels: where it is, what its modules are called, and how a damaged one is mended.

A module's name carries a hash of everything that its machine code depends on, so an edited op, another numba or another CPU
find no old code. The folder is private to the user and never in a shared temporary folder; where the home cannot be written
the modules go to a private folder that is gone when the process ends.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import importlib
import importlib.util
import os
import pickle
import shutil
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from gradlab.op import Op

DAMAGE = (EOFError, pickle.UnpicklingError, AttributeError, ImportError, IndexError, KeyError, ValueError, OSError, TypeError)
"""What numba raises when a cache file is cut short or holds something else."""


@functools.cache
def folder() -> Path:
    """Give the folder of the kernels, and make it importable."""
    chosen = _home()
    try:
        chosen.mkdir(mode=0o700, parents=True, exist_ok=True)
        chosen.chmod(0o700)
        probe = chosen / f".probe-{os.getpid()}"
        probe.write_text("")
        probe.unlink()
    except OSError:
        chosen = Path(tempfile.mkdtemp(prefix="gradlab-kernels-"))
        atexit.register(shutil.rmtree, chosen, ignore_errors=True)
    sys.path.append(str(chosen))
    return chosen


def _home() -> Path:
    if given := os.environ.get("GRADLAB_CACHE"):
        return Path(given).expanduser().resolve()
    import platformdirs

    return Path(platformdirs.user_cache_dir("gradlab")) / "kernels"


@functools.cache
def foundation() -> str:
    """Give a hash of what every kernel depends on: versions, CPU, and the sources that all of them share."""
    from importlib.metadata import version

    from llvmlite import binding

    here = Path(__file__).parent
    names = ("kernel", "emit", "emit_product", "emit_window", "rows", "modules", "numeric", "polynomials")
    shared = [here / f"{name}.py" for name in names]
    shared += sorted((here / "ops").glob("_*.py"))
    digest = hashlib.blake2b(digest_size=16)
    words = (sys.version, *(version(n) for n in ("numba", "llvmlite", "numpy")), binding.get_host_cpu_name())
    digest.update("|".join((*words, binding.get_host_cpu_features().flatten())).encode())
    for path in shared:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def module_name(op: Op | None, dtype: str) -> str:
    """Give the name of the module of an op's kernels; without an op, of the loops."""
    digest = hashlib.blake2b(foundation().encode(), digest_size=8)
    if op is not None:
        source = sys.modules[op.module].__file__
        assert source is not None
        digest.update(Path(source).read_bytes())
    return f"gradlab_{op.name if op else 'loops'}_{dtype}_{digest.hexdigest()}"


def is_warm(op: Op | None, dtype: str) -> bool:
    """Whether the kernels of an op, both directions, lie in the cache."""
    name = module_name(op, dtype)
    files = 1 if op is not None and op.backward is None else 2
    return len(list((folder() / "__pycache__").glob(f"{name}.*.nbi"))) >= files


def load(op: Op | None, dtype: str, text: str) -> ModuleType:
    """Import the module of an op's kernels; without an op, of the loops."""
    return load_text(module_name(op, dtype), text)


def text_name(kind: str, dtype: str, text: str) -> str:
    """Give the name of a module that belongs to no op: it carries a hash of the text."""
    digest = hashlib.blake2b((foundation() + text).encode(), digest_size=8)
    return f"gradlab_{kind}_{dtype}_{digest.hexdigest()}"


def load_text(name: str, text: str) -> ModuleType:
    """Import a module; write it first if it is not there, and once more, clean, if what is there is damaged."""
    if name in sys.modules:
        return sys.modules[name]
    _write(folder() / f"{name}.py", text)
    importlib.invalidate_caches()
    try:
        return importlib.import_module(name)
    except DAMAGE:
        wipe(name)
        _write(folder() / f"{name}.py", text)
        importlib.invalidate_caches()
        return importlib.import_module(name)


def _write(path: Path, text: str) -> None:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).replace(path)


def wipe(name: str = "gradlab_") -> int:
    """Remove the files of one module, or of all; give how many."""
    sys.modules.pop(name, None)
    files = [*folder().glob(f"{name}*"), *(folder() / "__pycache__").glob(f"{name}*")]
    for path in files:
        path.unlink(missing_ok=True)
    return len(files)
