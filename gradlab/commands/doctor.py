"""`gradlab doctor`: what gradlab runs on, and whether its kernels are compiled."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gradlab.commands._output import as_json, show, show_json, table

if TYPE_CHECKING:
    from gradlab.op import Op

LIBRARIES = ("numpy", "scipy", "numba", "llvmlite", "textual", "scikit-learn")
DTYPES = ("float64", "float32")


@click.command("doctor")
@click.option("--warm", is_flag=True, help="Compile every kernel that is not in the cache yet, for both dtypes.")
@as_json
def COMMAND(warm: bool, as_json: bool) -> int:
    """Show versions, processor, threads, the cache of compiled kernels and the folder of the scenarios.

    A result of --json is {"what", "is"}.
    """
    if warm:
        _fill(quiet=as_json)
    facts = [*_versions(), *_machine(), *_cache(), *_scenarios()]
    if as_json:
        show_json("doctor", True, [{"what": what, "is": value} for what, value in facts])
    else:
        show("\n".join(table(facts)))
    return 0


def _versions() -> list[tuple[str, str]]:
    from importlib.metadata import PackageNotFoundError, version

    from gradlab import __version__

    facts = [("gradlab", __version__), ("python", platform.python_version())]
    for name in LIBRARIES:
        try:
            facts.append((name, version(name)))
        except PackageNotFoundError:
            facts.append((name, "missing"))
    return facts


def _machine() -> list[tuple[str, str]]:
    from llvmlite import binding

    threads = os.environ.get("OPENBLAS_NUM_THREADS")
    return [
        ("platform", platform.platform()),
        ("processor", f"{binding.get_host_cpu_name()}, {os.cpu_count()} threads"),
        ("BLAS threads", f"{threads} (OPENBLAS_NUM_THREADS)" if threads else "1, set by gradlab"),
    ]


def _cache() -> list[tuple[str, str]]:
    from gradlab import cache

    place = cache.folder()
    files = [path for path in place.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    facts = [("cache", str(place)), ("cache size", f"{size / 1e6:.1f} MB in {len(files)} files")]
    return facts + [(f"kernels {dtype}", _warmth(dtype)) for dtype in DTYPES]


def _warmth(dtype: str) -> str:
    """Say how many of the kernels are compiled."""
    from gradlab import cache

    ops = [None, *_compiled_ops()]
    warm = sum(cache.is_warm(op, dtype) for op in ops)
    return f"{warm} of {len(ops)} compiled" + (
        "" if warm == len(ops) else "; the rest compile when they are needed, or by --warm"
    )


def _compiled_ops() -> list[Op]:
    from gradlab.ops import OPS

    return [op for op in OPS.values() if not op.is_leaf]


def _fill(*, quiet: bool) -> None:
    """Compile what is missing, and say so op by op: it takes a while."""
    from gradlab import cache
    from gradlab.graph.backend import fill

    for dtype in DTYPES:
        cold = [op.name for op in _compiled_ops() if not cache.is_warm(op, dtype)]
        if cold and not quiet:
            show(f"compiling {len(cold)} ops for {dtype}: {', '.join(cold)}")
        if cold or not cache.is_warm(None, dtype):
            fill(dtype, cold)


def _scenarios() -> list[tuple[str, str]]:
    from gradlab.scenario import shelf

    place: Path | None = shelf.folder()
    return [("scenarios", f"{place}, {len(shelf.names())} files" if place else "none installed")]
