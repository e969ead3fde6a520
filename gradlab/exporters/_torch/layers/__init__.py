"""Layers of PyTorch that stand for nodes of a model, one kind a file, by the op that the layer ends with."""

from __future__ import annotations

from gradlab.exporters._torch.layers._layer import LayerForm, Submodule, TorchPlace
from gradlab.registry import Registry, collect

__all__ = ["LAYERS", "LayerForm", "Submodule", "TorchPlace"]

LAYERS: Registry[LayerForm] = collect(__name__, "SUBMODULE")
