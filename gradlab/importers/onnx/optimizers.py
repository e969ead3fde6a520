"""Steps of optimizers that stand in a graph, as the training operators of ONNX have them."""

from __future__ import annotations

from collections.abc import Callable

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep

TRAINING = "ai.onnx.preview.training"


def _node(
    states: int, step: Callable[[NodeCall, float, float, list[OnnxStep]], list[OnnxStep]]
) -> Callable[[NodeCall], list[OnnxStep]]:
    """Make the mapping of an optimizer that keeps so many arrays of each parameter. step is given R, T, and x, g, states."""

    def emit(c: NodeCall) -> list[OnnxStep]:
        rate, count = float(c.numbers(0).reshape(-1)[0]), float(c.numbers(1).reshape(-1)[0])
        each = len(c.inputs[2:]) // (2 + states)
        found = [step(c, rate, count, [c.x(2 + each * k + i) for k in range(2 + states)]) for i in range(each)]
        return [group[k] for k in range(1 + states) for group in found]

    return emit


def _adagrad(c: NodeCall, rate: float, count: float, given: list[OnnxStep]) -> list[OnnxStep]:
    x, g, h = given
    rate = rate / (1 + count * float(c.attr("decay_factor", 0.0)))
    g = _decayed(c, x, g)
    h = h + c.m.square(g)
    return [x - g * rate / (c.m.sqrt(h) + float(c.attr("epsilon", 1e-6))), h]


def _adam(c: NodeCall, rate: float, count: float, given: list[OnnxStep]) -> list[OnnxStep]:
    x, g, v, h = given
    a, b = float(c.attr("alpha", 0.9)), float(c.attr("beta", 0.999))
    g = _decayed(c, x, g)
    v, h = v * a + g * (1 - a), h * b + c.m.square(g) * (1 - b)
    if count > 0:
        rate *= (1 - b**count) ** 0.5 / (1 - a**count)
    x = x - v * rate / (c.m.sqrt(h) + float(c.attr("epsilon", 1e-6)))
    after = float(c.attr("norm_coefficient_post", 0.0))
    return [x * (1 - after) if after else x, v, h]


def _momentum(c: NodeCall, rate: float, count: float, given: list[OnnxStep]) -> list[OnnxStep]:
    x, g, v = given
    a, b = float(c.attr("alpha", 0.0)), float(c.attr("beta", 0.0))
    g = _decayed(c, x, g)
    v = v * a + g * (b if count > 0 else 1.0)
    step = g + v * a if c.attr("mode", "standard") == "nesterov" else v
    return [x - step * rate, v]


def _decayed(c: NodeCall, x: OnnxStep, g: OnnxStep) -> OnnxStep:
    share = float(c.attr("norm_coefficient", 0.0))
    return g + x * share if share else g


MAPPING = (
    OnnxMapping("Adagrad", _node(1, _adagrad), kind=2, domain=TRAINING),
    OnnxMapping("Adam", _node(2, _adam), kind=2, domain=TRAINING),
    OnnxMapping("Momentum", _node(1, _momentum), kind=2, domain=TRAINING),
)
