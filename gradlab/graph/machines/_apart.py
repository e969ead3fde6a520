"""Processes that compile kernels into the cache while the laboratory goes on, and may outlive it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from gradlab.kernels import cache

if TYPE_CHECKING:
    from subprocess import Popen

_running: list[Popen[bytes]] = []
"""Those that have not ended, as far as is known: one goes on filling the cache when whoever ordered it is gone."""


def started(module: str, *arguments: str, text: str = "") -> Popen[bytes]:
    """Return a process that runs a module of gradlab with the same cache. text: what it reads from stdin."""
    import subprocess

    command = [sys.executable, "-m", module, *arguments]
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "GRADLAB_CACHE": str(cache.folder())}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env=paths, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet)
    _running[:] = [*(one for one in _running if one.poll() is None), process]
    assert process.stdin is not None
    process.stdin.write(text.encode())
    process.stdin.close()
    return process
