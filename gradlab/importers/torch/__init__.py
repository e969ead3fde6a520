"""From PyTorch to a program: each file says how some of its operators are written with our ops.

`MAPPINGS` has them by the names of the operators (`linear`, `conv2d`). Nothing here imports torch before it is asked for a
model.
"""

from __future__ import annotations

from gradlab.importers.torch._mapping import Mapping
from gradlab.registry import Registry, collect

MAPPINGS: Registry[Mapping] = collect(__name__, "MAPPING")
