"""`gradlab doctor`: what gradlab runs on, and whether its kernels are compiled."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from contextlib import suppress
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
@click.option("--clean", is_flag=True, help="Remove kernels of ops that were edited since, and of other versions.")
@as_json
def COMMAND(warm: bool, clean: bool, as_json: bool) -> int:
    """Show versions, processor, threads, the cache of compiled kernels, the folder of the scenarios, plug-ins and keys.

    A result of --json is {"what", "is"}.
    """
    if clean:
        _clean(quiet=as_json)
    if warm:
        _fill(quiet=as_json)
    facts = [*_versions(), *_processor(), *_backends(), *_cache(), *_scenarios(), *_plugins(), _keys()]
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


def _processor() -> list[tuple[str, str]]:
    from llvmlite import binding

    return [
        ("platform", platform.platform()),
        ("processor", f"{binding.get_host_cpu_name()}, {os.cpu_count()} threads"),
        ("BLAS threads", "1, set by gradlab"),
    ]


def _backends() -> list[tuple[str, str]]:
    """Return what `--backend` can be, and what each is for."""
    from gradlab.graph.machines import machines, names

    kinds = [machines()[name] for name in names() if name in machines()]
    return [(f"backend {kind.name}", kind.title if not kind.missing() else f"not there: {kind.missing()}") for kind in kinds]


def _cache() -> list[tuple[str, str]]:
    from gradlab.kernels import cache

    place = cache.folder()
    if place is None:
        return [("cache", f"none: {cache.why_not()}; kernels are compiled anew by every process")]
    facts = [("cache", str(place)), ("cache size", _size(cache.files()))]
    if unused := _unused():
        facts.append(("unused", f"{_size(unused)}; --clean removes them"))
    return facts + [(f"kernels {dtype}", _warmth(dtype)) for dtype in DTYPES]


def _size(files: Sequence[Path]) -> str:
    """Say how large some files are; other processes may just remove them."""
    sizes = []
    for path in files:
        with suppress(OSError):
            sizes.append(path.stat().st_size)
    return f"{sum(sizes) / 1e6:.1f} MB in {len(sizes)} files"


def _unused() -> list[Path]:
    """Return the files of kernels that no op of this installation asks for."""
    from gradlab.kernels import cache

    return cache.stale([cache.module_name(op, dtype) for dtype in DTYPES for op in (None, *_compiled_ops())])


def _clean(*, quiet: bool) -> None:
    """Remove kernels that nothing uses, and say how much that was."""
    from gradlab.kernels import cache

    unused = _unused()
    size = _size(unused)
    cache.remove(unused)
    if not quiet:
        show(f"removed {size}")


def _warmth(dtype: str) -> str:
    """Say how many of the kernels are compiled."""
    from gradlab.kernels import cache

    ops = [None, *_compiled_ops()]
    names = cache.listed()
    warm = sum(cache.is_warm(op, dtype, names) for op in ops)
    return f"{warm} of {len(ops)} compiled" + (
        "" if warm == len(ops) else "; the rest compile when they are needed, or by --warm"
    )


def _compiled_ops() -> list[Op]:
    from gradlab.ops import compiled_ops

    return list(compiled_ops().values())


def _fill(*, quiet: bool) -> None:
    """Compile what is missing, and say so op by op: it takes a while."""
    from gradlab.graph.machines._warming import fill
    from gradlab.kernels import cache

    for dtype in DTYPES:
        names = cache.listed()
        cold = [op.kernel for op in _compiled_ops() if not cache.is_warm(op, dtype, names)]
        if cold and not quiet:
            show(f"compiling {len(cold)} ops for {dtype}: {', '.join(cold)}")
        if cold or not cache.is_warm(None, dtype):
            fill(dtype, cold)


def _scenarios() -> list[tuple[str, str]]:
    from gradlab.scenario import shelf

    place: Path | None = shelf.folder()
    return [("scenarios", f"{place}, {len(shelf.names())} files" if place else "none installed")]


def _plugins() -> list[tuple[str, str]]:
    """Return a line for each package that adds something, and one for each problem with it."""
    from gradlab import plugins, registry

    if plugins.are_off():
        return [("plug-ins", "left out")]
    gave: dict[str, list[str]] = {}
    problems = []
    for one in registry.plugins():
        kind = one.group.removeprefix("gradlab.")
        gave.setdefault(one.giver, []).extend([f"{kind} {', '.join(one.words)}"] if one.words else [])
        problems += [("problem", f"{one.giver}, {one.group}: {one.problem}")] if one.problem else []
    return [("plug-in", f"{giver}: {'; '.join(words) or 'nothing'}") for giver, words in gave.items()] + problems


def _keys() -> tuple[str, str]:
    """Return which file of keys is read, and what is wrong with it."""
    from gradlab.errors import GradlabError
    from gradlab.tui.keys import file
    from gradlab.tui.settings import read_keys

    place = file()
    if not place.exists():
        return "keys", f"none changed; {place} is read"
    try:
        return "keys", f"{place}, {len(read_keys().changed)} changed"
    except GradlabError as error:
        return "keys", f"{place}: {str(error).splitlines()[0]}"
