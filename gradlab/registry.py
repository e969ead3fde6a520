"""One file, one thing: a registry is what the modules of a package declare under one name."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any


def collect(package: str, constant: str) -> dict[str, Any]:
    """Return what each module of a package declares as `constant`, by its `.name`, in order of the module names.

    Modules whose name begins with `_` are helpers of their neighbours and are passed over. Two things of one name are our
    own mistake.
    """
    found: dict[str, Any] = {}
    paths = importlib.import_module(package).__path__
    for info in sorted(pkgutil.iter_modules(paths), key=lambda i: i.name):
        if info.name.startswith("_"):
            continue
        declared = getattr(importlib.import_module(f"{package}.{info.name}"), constant, ())
        for thing in declared if isinstance(declared, tuple) else (declared,):
            assert thing.name not in found, f"two declarations of {thing.name} in {package}"
            found[thing.name] = thing
    return found
