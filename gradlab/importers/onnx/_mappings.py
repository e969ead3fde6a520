"""What stands for each operation of ONNX, one file for each or for a family of them."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import OnnxMapping
from gradlab.registry import Registry, collect

MAPPINGS: Registry[OnnxMapping] = collect("gradlab.importers.onnx", "MAPPING")
"""What stands for each operation, by its name."""
