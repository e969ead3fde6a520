"""The node tests that the package `onnx` brings with it, opened by the importer: what comes of each."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.errors import GradlabError
from gradlab.importers import ImportWish
from gradlab.importers.building import built
from gradlab.importers.onnx._importing import OnnxImported, imported
from gradlab.importers.onnx._reading import read_model
from gradlab.importers.onnx._tensors import Arrays, is_small, kind_of
from gradlab.importers.program import Item, Leaf, OpCall
from gradlab.op import Array
from gradlab.session import Lab

COMPUTED, KNOWN = "computed", "known"
"""A case that holds: its numbers come from ops of gradlab, or they are the same for all data and stand in the model."""
TABLE = Path(__file__).with_name("unmapped.txt")


@cache
def cases() -> tuple[Any, ...]:
    """Return the cases that read arrays and give those of types that NumPy has, in the order of their names."""
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = collect_testcases()
    return tuple(sorted((c for c in found if _is_plain(c.model.graph)), key=lambda c: str(c.name)))


def _is_plain(graph: Any) -> bool:
    """Return whether a graph reads arrays, and gives some of float32, or else all of them float64, whole numbers or masks."""
    from onnx import TensorProto

    half = (TensorProto.FLOAT16, TensorProto.BFLOAT16, TensorProto.STRING)
    given = {o.type.tensor_type.elem_type for o in graph.output}
    if TensorProto.FLOAT in given:
        return True
    plain = all(kind_of(kind) is not None and not is_small(kind) and kind not in half for kind in given)
    return plain and all(port.type.HasField("tensor_type") for port in (*graph.input, *graph.output))


def table() -> dict[str, str]:
    """Return the cases that do not hold, with the reason of each."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines if line and not line.startswith("#"))


def opened(case: Any) -> OnnxImported:
    """Return a case as a program, on its own data. Raises GradlabError."""
    graph = read_model(case.model, Arrays(None))
    given = case.data_sets[0][0]
    return imported(graph, ImportWish({port.name: array(a) for port, a in zip(graph.data, given, strict=True)}))


def array(given: Any) -> Array:
    """Return the data of a case as an array of NumPy."""
    from onnx import TensorProto

    if isinstance(given, TensorProto):
        return Arrays(None).read(given)
    found = np.asarray(given)
    return found if found.dtype.isbuiltin else found.astype(np.float32)


def outcome(case: Any) -> str:
    """Return what comes of a case: `COMPUTED`, `KNOWN`, or why it does not hold, in one line."""
    try:
        return _compared(case)
    except GradlabError as error:
        lines = str(error).removeprefix("error: ").splitlines()
        return (lines[1] if lines[0].endswith("have no counterpart in gradlab:") else lines[0]).strip()
    except AssertionError as error:
        told = [line for line in str(error).splitlines() if line.startswith(("Mismatched", "Max absolute"))]
        return f"other numbers: {'; '.join(told) or ' '.join(str(error).split())[:120]}"


def _compared(case: Any) -> str:
    """Compare every output with what the case asks for, to within its own tolerances. Raises AssertionError, GradlabError."""
    found = opened(case)
    scenario = built(found.program)
    lab = Lab(scenario.draft.finish(), "plain")
    lab.do("forward")
    computed = False
    for port, wanted in zip(case.model.graph.output, case.data_sets[0][1], strict=True):
        item, want = found.outputs[port.name], array(wanted)
        value = np.asarray(lab.value(scenario.written.names[item]) if isinstance(item, Item) else item)
        computed |= isinstance(item, OpCall)
        assert value.shape == want.shape, f"shape {value.shape}, wanted {want.shape}"
        np.testing.assert_allclose(value.astype(np.float64), want.astype(np.float64), rtol=case.rtol, atol=case.atol)
    return COMPUTED if computed else KNOWN


def checked(case: Any) -> Iterator[str]:
    """Yield what is wrong with the gradients of a case: by its inputs, of a sum of its outputs with random weights."""
    found = opened(case)
    program, random = found.program, np.random.default_rng(0)
    total: Item | None = None
    for item in found.outputs.values():
        if isinstance(item, OpCall) and item.name:
            shape = _shape_of(found, item)
            weights = Leaf(kind="constant", array=random.normal(size=shape).astype(np.float32), name="weights")
            program.items += [
                weights,
                part := OpCall(op="mul", inputs=[item, weights]),
                summed := OpCall(op="sum", inputs=[part]),
            ]
            total = summed if total is None else OpCall(op="add", inputs=[total, summed])
            program.items += [total] if total is not summed else []
    if total is None:
        return
    scenario = built(program)
    lab = Lab(scenario.draft.finish(), "plain")
    names = scenario.written.names
    asked = [names[i] for i in program.items if isinstance(i, Leaf) and i.kind == "input" and i.array.size]
    lab.do("forward")
    for verdict in lab.check(names[total], asked):
        if verdict.verdict == "wrong":
            place = list(verdict.element or ())
            yield f"{case.name}: {verdict.name}{place}: {verdict.analytic:g}, by differences {verdict.numeric:g}"


def _shape_of(found: OnnxImported, item: Item) -> tuple[int, ...]:
    """Return the shape that an item has."""
    scenario = built(found.program)
    names = scenario.written.names
    return next(node.shape for node in scenario.draft.finish().model.graph.nodes if node.name == names[item])


EMPTY_ROWS = ("nonpad_negative_offset_structural_empty", "local_window_gqa_rank4_mask", "fullymasked", "boolmask_nan")
"""Cases of attention in which nothing is left of a row: by the definition of ONNX the softmax of nothing is NaN, which is
replaced behind it, so that the numbers are right, and the gradients are NaN."""


def is_known(line: str) -> bool:
    """Return whether what is wrong is that a gradient is NaN where the softmax of nothing is replaced behind it."""
    return ": nan, by differences" in line and any(name in line for name in EMPTY_ROWS)
