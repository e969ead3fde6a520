"""Names of a scenario for those of a graph of ONNX: layers for paths, variables for the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradlab.importers.onnx._graph import OnnxNode
from gradlab.importers.onnx._value import OnnxValue
from gradlab.scenario.characters import harmless

_SPLIT = re.compile(r"[/.:]+")
_WRONG = re.compile(r"[^A-Za-z0-9_]+")
_NAMELESS = re.compile(r"onnx::.*|val_\d+|\d+")
"""What an exporter calls a value whose name it has lost, or that never had one."""
LONGEST = 40


def label_of(name: str) -> str:
    """Return a name of a file as it may be printed."""
    return harmless(name)[:80]


def is_lost(name: str) -> bool:
    """Return whether an exporter has lost a name, and has only numbered what it is of."""
    return bool(_NAMELESS.fullmatch(name))


def segment(text: str) -> str:
    """Return a part of a layer's name: letters, digits and `_`."""
    return _WRONG.sub("_", text).strip("_")[:LONGEST]


def split_name(name: str) -> tuple[str, str]:
    """Return the layer and the variable in a name: `layer1.0.conv.weight` is `weight` of `layer1.0.conv`."""
    if is_lost(name):
        return "", "weight"
    parts = [p for p in (segment(part) for part in _SPLIT.split(name)) if p]
    if not parts:
        return "", "v"
    last = re.sub(r"_output_\d+$", "", parts[-1]) or parts[-1]
    return ".".join(parts[:-1]), last if not last[0].isdigit() else f"v{last}"


def variable_of(name: str, kind: str) -> str:
    """Return the variable of a value that is no weight. kind: what it is called where an exporter has only numbered it."""
    parts = [part for part in _SPLIT.split(name) if segment(part)]
    if is_lost(name) or (parts and parts[-1].isdigit()):
        return kind
    return split_name(name)[1]


def layer_of(node: OnnxNode, inputs: Sequence[OnnxValue | None], around: str) -> str:
    """Return the layer of a node: the path of its module, or that of its weights, or that of what it reads."""
    path = module_path(node.name) or node.module
    if path:
        return path
    weights = [split_name(v.name)[0] for v in inputs if v is not None and v.learned and split_name(v.name)[0]]
    if weights:
        return weights[0]
    if around:
        return around
    if any(v is not None and v.learned and v.fixed for v in inputs):
        return split_name(node.name or node.outputs[0])[1]
    return next((v.step.layer for v in inputs if v is not None and v.step is not None and v.step.layer), "")


def module_path(name: str) -> str:
    """Return the module in a name as PyTorch writes it: `/layer1/layer1.0/conv1/Conv` is `layer1.0.conv1`."""
    if "/" not in name:
        return ""
    found: list[str] = []
    for part in [p for p in name.split("/") if p][:-1]:
        names = [s for s in (segment(p) for p in part.split(".")) if s]
        if names[: len(found)] == found:
            found = names
        elif len(names) > 1 and found and names[:-1] == found[-len(names) + 1 :]:
            found += names[-1:]
        else:
            found += names
    return ".".join(found)
