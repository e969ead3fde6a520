"""Processors that this one can stand in for: what OpenBLAS, NumPy and Numba are told so that they compute as on those.

OpenBLAS picks the kernels of its products by the processor, and they add in different orders. NumPy and Numba pick the width of
their vectors, and whether a product and a sum are fused.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module

from llvmlite import binding

DISPATCHED: Sequence[str] = import_module("numpy._core._multiarray_umath").__cpu_dispatch__
"""What NumPy has code for, beside what every processor has."""
WIDE = ("X86_V4", "AVX512")
"""How NumPy's names for vectors of 512 bits begin."""


@dataclass(frozen=True, slots=True)
class Processor:
    """A family of processors, by the name of its kernels in OpenBLAS.

    needs: features that a machine must have to stand in for it.   cpu, features: what Numba is told; all of this machine if "".
    without: how the names begin of what NumPy leaves out.
    """

    name: str
    needs: tuple[str, ...] = ()
    cpu: str = ""
    features: str = ""
    without: tuple[str, ...] = ()

    @property
    def settings(self) -> dict[str, str]:
        """The variables of the environment."""
        numba = {"NUMBA_CPU_NAME": self.cpu, "NUMBA_CPU_FEATURES": self.features} if self.cpu else {}
        left_out = {"NPY_DISABLE_CPU_FEATURES": " ".join(self.left_out())} if self.left_out() else {}
        return {"OPENBLAS_CORETYPE": self.name, **numba, **left_out}

    def left_out(self) -> list[str]:
        """Return the names of what NumPy leaves out."""
        return [name for name in DISPATCHED if name.startswith(self.without)] if self.without else []


NEHALEM = Processor("Nehalem", ("sse4.2",), "generic", "", ("",))
SANDYBRIDGE = Processor("Sandybridge", ("avx",), "sandybridge", "+sse4.2,+avx", ("",))
HASWELL = Processor("Haswell", ("avx2", "fma"), "haswell", "+sse4.2,+avx,+avx2,+fma", WIDE)
SKYLAKE = Processor("SkylakeX", ("avx512f", "avx512vl", "avx512dq", "avx512bw"))
PROCESSORS = (NEHALEM, SANDYBRIDGE, HASWELL, SKYLAKE)
"""From the oldest to the newest. AMD's Zen computes as Haswell does, from Zen 4 on as SkylakeX."""


def possible() -> list[Processor]:
    """Return those that this machine can stand in for: none where it is no x86 processor."""
    has = binding.get_host_cpu_features()
    return [one for one in PROCESSORS if all(has.get(name, False) for name in one.needs)]


def as_on(processor: Processor) -> dict[str, str]:
    """Return the environment for a process that is to compute as on such a processor."""
    return os.environ | processor.settings


def named(names: Iterable[str]) -> list[Processor]:
    """Return the possible ones of those with these names, or all that are possible without any."""
    wanted = {name.lower() for name in names}
    return [one for one in possible() if not wanted or one.name.lower() in wanted]
