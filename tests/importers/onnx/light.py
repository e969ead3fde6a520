"""The models of the package `onnx` whose weights are all one number, with random weights instead."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.importers import ImportWish
from gradlab.importers.building import built
from gradlab.importers.onnx._importing import imported
from gradlab.importers.onnx._reading import read_model
from gradlab.importers.onnx._tensors import Arrays
from gradlab.op import Array
from gradlab.session import Lab

MODELS = (
    "squeezenet", "shufflenet", "inception_v1", "inception_v2", "resnet50", "densenet121", "bvlc_alexnet", "zfnet512", "vgg19",
)  # fmt: skip
MEMORY = 8 << 30


def model_of(name: str) -> Any:
    """Return a model whose weights are random: such that numbers neither vanish nor grow on their way."""
    import onnx
    from onnx.backend.test import data

    proto = onnx.load(Path(next(iter(data.__path__))) / "light" / f"light_{name}.onnx")
    random = np.random.default_rng(0)
    shapes = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in proto.graph.initializer}
    weights = [node for node in proto.graph.node if node.op_type == "ConstantOfShape"]
    moved = {n.input[k] for n in proto.graph.node if n.op_type == "BatchNormalization" for k in (1, 4)}
    for node in weights:
        shape = tuple(int(n) for n in shapes[node.input[0]])
        spread = (2 / max(1, int(np.prod(shape[1:])))) ** 0.5 if len(shape) > 1 else 0.1
        array = random.normal(size=shape).astype(np.float32) * np.float32(spread)
        array = np.abs(array) + np.float32(0.8) if node.output[0] in moved else array
        proto.graph.node.remove(node)
        proto.graph.initializer.append(onnx.numpy_helper.from_array(array, node.output[0]))
    last = proto.graph.node[-1]
    if last.op_type == "Softmax":  # of which little would be seen where one class has it all
        proto.graph.output[0].CopyFrom(onnx.helper.make_tensor_value_info(last.input[0], onnx.TensorProto.FLOAT, None))
        proto.graph.node.remove(last)
    return proto


def difference(name: str) -> tuple[float, int]:
    """Return how far what gradlab computes is from what others do, in units of the largest number, and of how many numbers."""
    proto = model_of(name)
    graph = read_model(proto, Arrays(None, MEMORY))
    port = graph.data[0]
    x = np.random.default_rng(1).normal(size=[n for n in port.shape or () if isinstance(n, int)]).astype(np.float32)
    found = imported(graph, ImportWish({port.name: x}, memory=MEMORY))
    scenario = built(found.program, MEMORY)
    lab = Lab(scenario.draft.finish())
    lab.do("forward")
    item = found.outputs[graph.outputs[0].name]
    value = lab.value(scenario.written.names[item])  # type: ignore[index]
    wanted = _others(proto, port.name, x)
    return float(np.abs(value - wanted).max() / np.abs(wanted).max()), wanted.size


def _others(proto: Any, name: str, x: Array) -> Array:
    if find_spec("onnxruntime") is not None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return np.asarray(session.run(None, {name: x})[0])
    from onnx.reference import ReferenceEvaluator

    return np.asarray(ReferenceEvaluator(proto).run(None, {name: x})[0])
