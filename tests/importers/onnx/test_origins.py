"""What an exporter has lost or put together is found again: names, modules, lines, and weights that are equal by chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradlab.importers.onnx._origins import SCOPES, TRACE, line_of
from gradlab.importers.program import Leaf
from tests.importers.onnx.making import model, node
from tests.importers.onnx.test_models import normal, opened

FRAMES = (
    'File "/home/a/net.py", line 31, in forward\n    x = self.fc(x)\n'
    '  File "/home/a/.venv/lib/python3.11/site-packages/torch/nn/modules/linear.py", line 134, in forward\n    return 0'
)


def _told(made: Any, **more: str) -> Any:
    """Return a node with what the exporter of PyTorch writes beside it."""
    for key, value in more.items():
        made.metadata_props.add(key={"scopes": SCOPES, "trace": TRACE}[key], value=value)
    return made


def test_modules_and_lines_are_those_that_the_exporter_has_written(onnx: Any) -> None:
    """A node that an optimizer has put in has none: it belongs to what it reads."""
    nodes = [
        _told(node("MatMul", "x val_7", "val_8", "node_MatMul_6"), scopes="['', 'h.0', 'h.0.fc@1', 'linear']", trace=FRAMES),
        _told(node("Add", "val_8 fc.bias", "linear", "node_Add_7"), scopes="['', 'h.0', 'h.0.fc', 'linear']"),
        node("Tanh", "linear", "val_9", "node_Tanh_8"),
    ]
    found, lab, _ = opened(
        model(nodes, {"x": [2, 3]}, ["val_9"], {"val_7": normal(3, 3), "fc.bias": normal(3)}), {"x": normal(2, 3)}
    )
    items = found.program.items
    assert [(item.scope, item.name) for item in items] == [
        ("", "x"), ("h.0.fc", "weight"), ("h.0.fc", "MatMul"), ("fc", "bias"), ("h.0.fc", "linear"), ("h.0.fc", "Tanh"),
    ]  # fmt: skip
    assert [str(item.place or "") for item in items] == ["", "", "net.py:31", "", "", ""]
    assert lab.graph.nodes[2].span is not None
    assert lab.graph.nodes[2].span.origin == "net.py:31"


@pytest.mark.parametrize(
    ("frames", "line"),
    [
        (FRAMES, "net.py:31"),
        ('File "C:\\a\\Lib\\site-packages\\zoo\\net.py", line 7, in forward', "zoo/net.py:7"),
        (
            'File "/v/site-packages/zoo/net.py", line 7, in f\nFile "/v/site-packages/torch/nn/linear.py", line 1',
            "zoo/net.py:7",
        ),
        ('File "/usr/lib/python3.11/functools.py", line 7, in f\nFile "<string>", line 2', ""),
        ('File "/a/x.py", line many', ""),
    ],
)
def test_the_line_is_that_of_the_program(onnx: Any, frames: str, line: str) -> None:
    """Or of a package, where no file of the person's own is told; never of PyTorch."""
    assert str(line_of(_told(node("Tanh", "x", "y"), trace=frames)) or "") == line


def test_what_is_only_numbered_is_called_after_its_operation(onnx: Any) -> None:
    """As the older exporter of PyTorch numbers inputs, outputs and folded weights: `input.1`, `13`, `onnx::Conv_7`."""
    nodes = [
        node("Conv", "input.1 onnx::Conv_7 onnx::Conv_8", "/c/Conv_output_0", "/c/Conv"),
        node("Relu", "/c/Conv_output_0", "13", "/act/Relu"),
    ]
    arrays = {"onnx::Conv_7": normal(4, 3, 2), "onnx::Conv_8": normal(4)}
    found, _, names = opened(model(nodes, {"input.1": [2, 3, 5]}, ["13"], arrays), {"input.1": normal(2, 3, 5)})
    assert [names[item] for item in found.program.items] == ["x", "c.weight", "c.bias", "c.Conv", "act.Relu"]


def _normalised(identity: bool) -> Any:
    """Return two normalisations of a network that was never trained: one array of ones, one of zeros, as exporters write it."""
    names = {"bn2.weight": "one", "bn2.bias": "zero", "bn2.running_mean": "zero", "bn2.running_var": "one"}
    shorter = {"one": "bn1.weight", "zero": "bn1.bias"}
    nodes = [node("Identity", shorter[old], new) for new, old in names.items()] if identity else []
    last = " ".join(names) if identity else "bn1.weight bn1.bias bn1.bias bn1.weight"
    nodes += [
        node("BatchNormalization", "x bn1.weight bn1.bias bn1.bias bn1.weight", "/bn1/y", "/bn1/BatchNormalization"),
        node("MatMul", "/bn1/y fc.weight", "/fc/y", "/fc/MatMul"),
        node("BatchNormalization", f"/fc/y {last}", "/bn2/y", "/bn2/BatchNormalization"),
    ]
    arrays = {"bn1.weight": np.ones(3, np.float32), "bn1.bias": np.zeros(3, np.float32), "fc.weight": normal(3, 3)}
    return model(nodes, {"x": [4, 3]}, ["/bn2/y"], arrays)


def test_weights_that_are_equal_by_chance_are_parameters_of_their_own(onnx: Any) -> None:
    """A network that was never trained has ones and zeros in many places; statistics among them are not trained."""
    for identity in (False, True):
        found, lab, names = opened(
            _normalised(identity), {"x": normal(4, 3), "target": normal(4, 3)}, loss="mse"
        )  # fmt: skip
        kinds = {names[item]: item.kind for item in found.program.items if isinstance(item, Leaf)}
        wanted = {f"bn{k}.{name}": "parameter" for k in (1, 2) for name in ("weight", "bias")}
        wanted |= {f"bn{k}.running_{name}": "constant" for k in (1, 2) for name in ("mean", "var")}
        assert kinds == {"x": "input", "target": "target", "fc.weight": "parameter", **wanted}
        lab.do("backward")
        assert {one.verdict for one in lab.check()} == {"ok"}
        assert any("is one number throughout" in note and "`bn1`" in note for note in found.program.notes)
        assert not any("the sum of theirs" in note for note in found.program.notes)


def test_a_state_of_zeros_is_where_the_steps_begin_and_no_parameter(onnx: Any) -> None:
    """Other numbers there are learned."""
    for begins, kind in ((np.zeros((1, 2, 4), np.float32), "constant"), (normal(1, 2, 4), "parameter")):
        arrays = {"W": normal(1, 12, 3), "R": normal(1, 12, 4), "val_16": begins}
        made = model([node("GRU", "x W R - - val_16", "y -", hidden_size=4)], {"x": [3, 2, 3]}, ["y"], arrays)
        found, _, _ = opened(made, {"x": normal(3, 2, 3)})
        kinds = {item.kind for item in found.program.items if isinstance(item, Leaf) and item.array.shape[-2:] == (2, 4)}
        assert kinds == {kind}
