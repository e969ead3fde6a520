"""The folder of compiled kernels: where it is, what its modules are called, and how a damaged one is mended.

A module's name carries a hash of everything that its machine code depends on, so an edited op, another numba or another CPU
find no old code. The folder is private to the user and never in a shared temporary folder. Where there is none, or it cannot
be written any more, kernels live in memory only and are gone with the process: slower to begin with, and nothing else.
"""

from __future__ import annotations

import functools
import hashlib
import importlib
import importlib.util
import os
import pickle
import re
import stat
import struct
import sys
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from types import ModuleType

from gradlab import interruption
from gradlab.collecting import held_back
from gradlab.op import Op
from gradlab.plugins import giver

DAMAGE = (
    EOFError, pickle.UnpicklingError, struct.error, AttributeError, ImportError, LookupError, ValueError, OSError, TypeError,
    AssertionError, MemoryError, OverflowError, RuntimeError, SyntaxError,
)  # fmt: skip
"""What Python and numba raise when a file of the cache is cut short or holds something else."""
STARTED = time.time()
HERE = Path(__file__).parent
PACKAGE = HERE.parent
SHARED = (*sorted(p for p in HERE.glob("*.py") if p.name not in ("__init__.py", "cache.py")), PACKAGE / "numeric.py")
"""The sources that all kernels are made with."""
UNRELATED = ("NUMBA_CACHE_DIR", "NUMBA_NUM_THREADS")
"""Settings of numba that change no machine code of ours."""

_unwritable = False
"""Whether writing failed in this process: a full disk fails for every kernel, after it has been compiled."""


def keeps() -> bool:
    """Whether kernels that are compiled now are written to the folder."""
    return folder() is not None and not _unwritable


def folder() -> Path | None:
    """Return the folder of the kernels, which is importable, or None where there can be none; `why_not` says why."""
    found = _found()
    return found if isinstance(found, Path) else None


def why_not() -> str:
    """Say why there is no folder; "" when there is one."""
    found = _found()
    return found if isinstance(found, str) else ""


@functools.cache
def _found() -> Path | str:
    """Return the folder, or why there is none."""
    from tempfile import NamedTemporaryFile

    try:
        place = _home()
        if refusal := _refusal(place):
            return f"{place} {refusal}"
        with NamedTemporaryFile(dir=place, prefix=".probe-"):
            pass
    except (OSError, RuntimeError) as error:
        return f"{error.strerror or error}: {error.filename}" if isinstance(error, OSError) else str(error)
    sys.path.append(str(place))
    return place


def _home() -> Path:
    if given := os.environ.get("GRADLAB_CACHE"):
        return Path(given).expanduser().resolve()
    import platformdirs

    return Path(platformdirs.user_cache_dir("gradlab")) / "kernels"


def _refusal(place: Path) -> str:
    """Make the folder, for this user alone, and say why its files could be somebody else's; "" when they cannot.

    Kernels are unpickled and run: whoever can write here can run what he likes.
    """
    if not place.is_absolute():
        return "is nowhere: there is no home"
    if place.is_symlink():
        return "is a symbolic link"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (place, place / "__pycache__"):
        if path.exists() and os.name == "posix":
            found = path.stat()
            if found.st_uid != os.geteuid():
                return "belongs to another user"
            if found.st_mode & stat.S_ISVTX:
                return "is a folder that users share"
            if found.st_mode & 0o077:
                path.chmod(stat.S_IMODE(found.st_mode) & 0o700)
    return ""


@functools.cache
def foundation() -> str:
    """Return a hash of what every kernel depends on: versions, CPU, settings of numba, and the sources that all share."""
    from importlib.metadata import version

    from llvmlite import binding

    words = [sys.version, *(version(n) for n in ("numba", "llvmlite", "numpy"))]
    words += [binding.get_host_cpu_name(), binding.get_host_cpu_features().flatten()]
    words += sorted(f"{k}={v}" for k, v in os.environ.items() if k.startswith("NUMBA_") and k not in UNRELATED)
    digest = hashlib.blake2b("|".join(words).encode(), digest_size=16)
    for path in SHARED:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def sources(op: Op) -> tuple[Path, ...]:
    """Return the files that the functions of an op come from: its own, those of `gradlab.ops` that it imports, and so on.

    Of an op of another package these are all the modules beside it: any of them may be a helper.
    """
    module = sys.modules[op.module]
    assert module.__file__ is not None
    own = Path(module.__file__)
    found, rest = set[Path](), [own, *(own.parent.glob("*.py") if giver(op) and module.__package__ else ())]
    while rest:
        path = rest.pop()
        if path not in found:
            found.add(path)
            imported = re.findall(r"gradlab\.ops\.(\w+)", path.read_text(encoding="utf-8"))
            rest += [p for name in imported if (p := PACKAGE / "ops" / f"{name}.py").exists()]
    return tuple(sorted(found))


def module_name(op: Op | None, dtype: str) -> str:
    """Return the name of the module of an op's kernels; without an op, of the loops."""
    digest = hashlib.blake2b(foundation().encode(), digest_size=8)
    if op is not None:
        digest.update(giver(op).encode())
        for path in sources(op):
            digest.update(path.read_bytes())
    return f"gradlab_{op.kernel if op else 'loops'}_{dtype}_{digest.hexdigest()}"


def listed() -> list[str]:
    """Return the names of the indexes that numba keeps; who asks `is_warm` for many ops lists them once."""
    place = folder()
    if place is None or not (place / "__pycache__").is_dir():
        return []
    return [path.name for path in (place / "__pycache__").iterdir() if path.suffix == ".nbi"]


def is_warm(op: Op | None, dtype: str, names: Collection[str] | None = None) -> bool:
    """Whether the kernels of an op, both directions, lie in the cache; names: what `listed` gave."""
    start = f"{module_name(op, dtype)}."
    needed = 1 if op is not None and op.backward is None else 2
    return sum(name.startswith(start) for name in (listed() if names is None else names)) >= needed


def load(op: Op | None, dtype: str, text: str) -> ModuleType:
    """Import a kernel module; write it first if it is not there, and once more, clean, if what is there is damaged.

    What cannot be kept, or must not be, because a source was edited after this process read it, is made in memory.
    """
    return _load(op, module_name(op, dtype), text)


def text_name(kind: str, dtype: str, text: str) -> str:
    """Return the name of a module that belongs to no op: it carries a hash of the text."""
    digest = hashlib.blake2b((foundation() + text).encode(), digest_size=8)
    return f"gradlab_{kind}_{dtype}_{digest.hexdigest()}"


def load_text(name: str, text: str) -> ModuleType:
    """Import a module that belongs to no op, in the same way; it has a `warm` as the loops have."""
    return _load(None, name, text)


def _load(op: Op | None, name: str, text: str) -> ModuleType:
    if name in sys.modules:
        return sys.modules[name]
    try:
        with held_back(), interruption.kept():
            return _made(op, name, text)
    except BaseException:
        sys.modules.pop(name, None)  # it may lack what numba was asked for when the interruption came
        raise


def _made(op: Op | None, name: str, text: str) -> ModuleType:
    if not edited(op):
        for _ in range(2):
            if keeps():
                try:
                    return _import(op, name, text)
                except DAMAGE as error:
                    interruption.look()  # then it is no damage
                    wipe(name)
                    _take_note(error)
    return _in_memory(op, name, text)


def edited(op: Op | None) -> bool:
    """Whether a source of an op is younger than this process: its hash is not that of the functions that run here."""
    paths = (*SHARED, *(sources(op) if op is not None else ()))
    return any(path.stat().st_mtime > STARTED for path in paths)


def _import(op: Op | None, name: str, text: str) -> ModuleType:
    place = folder()
    assert place is not None
    _write(place / f"{name}.py", text)
    importlib.invalidate_caches()
    module = importlib.import_module(name)
    if Path(module.__file__ or "").parent != place:
        return _in_memory(op, name, text)  # a file of that name in another folder of `sys.path` came first
    if op is None:
        _warm(module)
    return module


def _warm(module: ModuleType) -> None:
    """Have numba look into the files of the loops, or compile them, which it does only when they are called."""
    with interruption.held_off():  # numba and LLVM keep what was broken off, and fall over it the next time
        module.warm()


def _take_note(error: BaseException) -> None:
    """Write no more in this process when writing failed; a file that has just gone is another process mending the cache."""
    global _unwritable  # noqa: PLW0603 - one folder a process, one answer a process
    _unwritable = _unwritable or (isinstance(error, OSError) and not isinstance(error, FileNotFoundError))


def _in_memory(op: Op | None, name: str, text: str) -> ModuleType:
    """Run the text of a module, with kernels that nobody keeps."""
    global _unwritable  # noqa: PLW0603
    module = ModuleType(name)
    before, _unwritable = _unwritable, True
    try:
        exec(compile(text, f"<{name}>", "exec"), module.__dict__)  # noqa: S102 - our own text, see gradlab.kernels.modules
        if op is None:
            _warm(module)
    finally:
        _unwritable = before
    sys.modules[name] = module
    return module


def _write(path: Path, text: str) -> None:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    from tempfile import mkstemp

    handle, temporary = mkstemp(dir=path.parent, prefix=path.stem, suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


def files(name: str = "gradlab_") -> list[Path]:
    """Return the files of one module, or of all."""
    place = folder()
    return [] if place is None else [*place.glob(f"{name}*"), *(place / "__pycache__").glob(f"{name}*")]


def stale(names: Collection[str]) -> list[Path]:
    """Return the files of all modules but these: of ops that were edited since, of other versions and processors."""
    return [path for path in files() if not path.name.startswith(tuple(names))]


def wipe(name: str = "gradlab_") -> int:
    """Remove the files of one module, or of all; return how many."""
    sys.modules.pop(name, None)
    return remove(files(name))


def remove(paths: Collection[Path]) -> int:
    """Remove files, those that can be; return how many."""
    gone = 0
    for path in paths:
        with suppress(OSError):
            path.unlink()
            gone += 1
    return gone
