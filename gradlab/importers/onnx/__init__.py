"""Models of ONNX: `MAPPINGS` has by its name what stands for each operation, one a file.

The package `onnx` reads the files; it is an extra, and is imported when a model is read.
"""

from __future__ import annotations

from gradlab.importers.onnx._mapping import Mapping
from gradlab.registry import Registry, collect

MAPPINGS: Registry[Mapping] = collect(__name__, "MAPPING")
"""What stands for each operation of ONNX."""
