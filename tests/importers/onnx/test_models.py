"""Models of ONNX on their way into the laboratory: names, weights, a loss; what is known before the run, and what is not."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradlab.importers import ImportWish, importer_of
from gradlab.importers.building import built
from gradlab.importers.onnx._graph import OnnxError
from gradlab.importers.onnx._importing import OnnxImported, imported
from gradlab.importers.onnx._reading import read_model
from gradlab.importers.onnx._tensors import Arrays
from gradlab.importers.program import Item, Leaf, OpCall
from gradlab.op import Array
from gradlab.session import Lab, load
from tests.calling import Call as Run
from tests.importers.onnx.making import INT, mlp, model, node, written

RANDOM = np.random.default_rng(0)


def opened(made: Any, data: dict[str, Array], **wish: Any) -> tuple[OnnxImported, Lab, dict[Item, str]]:
    """Return a model as a program, its laboratory behind the forward pass, and the names of its items."""
    found = imported(read_model(made, Arrays(None)), ImportWish(data, **wish))
    scenario = built(found.program)
    lab = Lab(scenario.draft.finish(), "plain")
    lab.do("forward")
    return found, lab, scenario.written.names


def value(made: Any, data: dict[str, Array], **wish: Any) -> Array:
    """Return the first output of a model."""
    found, lab, names = opened(made, data, **wish)
    item = next(iter(found.outputs.values()))
    return np.asarray(lab.value(names[item]) if isinstance(item, Item) else item)


def by_reference(made: Any, data: dict[str, Array]) -> Array:
    """Return the first output by onnx.reference."""
    from onnx.reference import ReferenceEvaluator

    return np.asarray(ReferenceEvaluator(made).run(None, data)[0])


def normal(*shape: int) -> Array:
    """Return random numbers of float32."""
    return RANDOM.normal(size=shape).astype(np.float32)


def test_a_model_is_written_as_a_scenario_that_trains(onnx: Any, tmp_path: Path, call: Run) -> None:
    """With the names of its weights, each layer a layer; what the file is called does not matter."""
    path = written(tmp_path, mlp())
    code, out, err = call("import", path, "-o", tmp_path / "net", "--data", tmp_path / "batch.npz", "--loss", "cross_entropy")
    assert (code, err) == (0, "")
    assert out.startswith(f"wrote {tmp_path}/net/model.md: 7 ops, 6 parameters of 115 numbers\n")
    lab = load(tmp_path / "net" / "model.md")
    names = [node.name for node in lab.nodes]
    assert [n for n in names if n.endswith(("weight", "bias"))] == [
        "fc1.weight", "fc1.bias", "head.0.weight", "head.0.bias", "out.weight", "out.bias",
    ]  # fmt: skip
    lab.do("forward")
    before = float(lab.value("loss"))
    with np.load(tmp_path / "batch.npz") as batch:
        wanted = by_reference(mlp(), {"x": batch["x"]})
    np.testing.assert_allclose(lab.value("out.logits"), wanted, rtol=1e-5, atol=1e-6)
    lab.do("backward")
    assert {verdict.verdict for verdict in lab.check()} <= {"ok", "kink", "rounding"}
    lab.do("train 50")
    lab.do("forward")
    assert float(lab.value("loss")) < before
    code, _, err = call("import", path, "-o", tmp_path / "net", "--data", tmp_path / "batch.npz")
    assert code == 2
    assert "model.md" in err or "weights.npz" in err


def test_open_shows_it_without_writing_anything(onnx: Any, tmp_path: Path, call: Run) -> None:
    """In a pipe as a table of its nodes."""
    path = written(tmp_path, mlp())
    there = sorted(tmp_path.iterdir())
    code, out, err = call("open", path, "--data", tmp_path / "batch.npz", "--loss", "cross_entropy", "--depth", "2")
    assert code == 0
    assert err.startswith("note: 7 ops, 6 arrays agree with onnx.reference")
    assert "at 0.f.0" in out
    assert "head.0.weight" in out
    assert "cross_entropy(out.logits, target)" in out
    assert sorted(tmp_path.iterdir()) == there


def test_a_session_on_a_model_that_is_no_scenario_is_not_kept(
    onnx: Any, tmp_path: Path, call: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing says that it can be gone on with: its arrays are in no file. A recording is done again beside them."""
    path = written(tmp_path, mlp())
    given = ("--data", tmp_path / "batch.npz", "--loss", "cross_entropy")
    monkeypatch.setattr("sys.stdin", io.StringIO("f\n:backward\nq\ny\n"))
    code, out, err = call("open", path, *given, "--plain", "--record", tmp_path / "r.gradlab")
    assert code == 0
    assert "0.b.7" in out
    assert "--resume" not in out + err
    assert call("import", path, "-o", tmp_path / "net", *given)[0] == 0
    assert call("replay", tmp_path / "r.gradlab")[0] == 2
    code, out, _ = call("replay", tmp_path / "r.gradlab", "--data", tmp_path / "net")
    assert code == 0
    assert out.endswith("lines, same bits\n")


@pytest.mark.parametrize(("last", "loss", "reads"), [("Softmax", "cross_entropy", "logits"), ("Sigmoid", "mse", "y")])
def test_a_loss_that_applies_the_last_activation_itself_reads_what_is_before(
    onnx: Any, last: str, loss: str, reads: str
) -> None:
    """And that is said; the outputs of a model are never changed silently."""
    t = np.array([0, 1]) if loss == "cross_entropy" else normal(2, 3)
    found, _lab, _ = opened(mlp(last), {"x": normal(2, 4), "t": t}, loss=loss)
    root = found.program.root
    assert isinstance(root, OpCall)
    assert isinstance(root.inputs[0], OpCall)
    assert root.inputs[0].name == reads
    assert any("ends in softmax" in note for note in found.program.notes) is (last == "Softmax")


def test_constants_and_shapes_are_computed(onnx: Any) -> None:
    """A chain from `Shape` to `Reshape`, as exporters write it, leaves no op behind."""
    nodes = [
        node("Shape", "x", "s"),
        node("Constant", "-", "zero", value=onnx.numpy_helper.from_array(np.array(0))),
        node("Gather", "s zero", "n", axis=0),
        node("Unsqueeze", "n axes", "n1"),
        node("Concat", "n1 rest", "shape", axis=0),
        node("Reshape", "x shape", "y"),
    ]
    nodes[1].input.pop()
    made = model(nodes, {"x": ["n", 2, 3]}, ["y"], {"axes": np.array([0]), "rest": np.array([-1])})
    found, lab, names = opened(made, {"x": normal(4, 2, 3)})
    assert [item.op for item in found.program.items if isinstance(item, OpCall)] == ["reshape"]
    assert lab.value(names[found.outputs["y"]]).shape == (4, 6)  # type: ignore[index]


def test_what_the_data_decides_is_said(onnx: Any) -> None:
    """A shape that comes with the data stays what it is for other data."""
    made = model([node("Reshape", "x shape", "y")], {"x": [2, 3], "shape": [1]}, ["y"], {}, kinds={"shape": INT})
    found, _, _ = opened(made, {"x": normal(2, 3), "shape": np.array([6])})
    assert found.program.notes == ["computed from the data of this batch, and the same for all others: `shape`"]


@pytest.mark.parametrize("op", ["LSTM", "GRU", "RNN"])
def test_steps_of_recurrent_layers_are_layers(onnx: Any, op: str) -> None:
    """`rnn.t2` is the third one, and its weights are parameters."""
    gates = {"LSTM": 4, "GRU": 3, "RNN": 1}[op]
    arrays = {"W": normal(1, gates * 5, 3), "R": normal(1, gates * 5, 5), "B": normal(1, 2 * gates * 5)}
    made = model([node(op, "x W R B", "y h", "/rnn/X", hidden_size=5)], {"x": [4, 2, 3]}, ["y"], arrays)
    x = normal(4, 2, 3)
    found, lab, names = opened(made, {"x": x})
    assert {names[i] for i in found.program.items if isinstance(i, Leaf) and i.kind == "parameter"} == {
        "rnn.W",
        "rnn.R",
        "rnn.B",
    }
    assert {f"rnn.t{t}" for t in range(4)} <= {item.scope for item in found.program.items}
    np.testing.assert_allclose(lab.value(names[found.outputs["y"]]), by_reference(made, {"x": x}), rtol=1e-4, atol=1e-6)  # type: ignore[index]


def test_a_mask_in_the_file_is_no_parameter(onnx: Any) -> None:
    """Nor are single numbers and the statistics of a batch normalisation; weights and biases are."""
    mask = np.triu(np.full((3, 3), -1e9, np.float32), 1)
    arrays: dict[str, Array] = {
        "mask": mask,
        "half": np.array(0.5, np.float32),
        "w": normal(2, 3),
        "g": normal(2),
        "b": normal(2),
    }
    arrays |= {"m": normal(2), "v": np.abs(normal(2)) + 1}
    nodes = [
        node("BatchNormalization", "x g b m v", "n"),
        node("MatMul", "n w", "s"),
        node("Mul", "s half", "h"),
        node("Add", "h mask", "y"),
    ]
    made = model(nodes, {"x": [3, 2]}, ["y"], arrays)
    found, _, _ = opened(made, {"x": normal(3, 2)})
    kinds = {item.name: item.kind for item in found.program.items if isinstance(item, Leaf)}
    assert {name for name, kind in kinds.items() if kind == "parameter"} == {"w", "g", "b"}
    assert {name for name, kind in kinds.items() if kind == "constant"} == {"m", "v", "mask"}


def test_one_weight_that_two_layers_read_is_one_parameter(onnx: Any) -> None:
    """And that is said: exporters put equal weights into one."""
    nodes = [node("MatMul", "x w", "a", "/one/MatMul"), node("MatMul", "a w", "y", "/two/MatMul")]
    found, _, _ = opened(model(nodes, {"x": [2, 3]}, ["y"], {"w": normal(3, 3)}), {"x": normal(2, 3)})
    assert sum(isinstance(item, Leaf) and item.kind == "parameter" for item in found.program.items) == 1
    assert found.program.notes == ["`w` is read by 2 layers and is one parameter, its gradient the sum of theirs: `one`, `two`"]


def test_an_axis_may_be_a_list_of_one(onnx: Any) -> None:
    """As PyTorch writes it for a diagonal, and onnxruntime takes it; onnx.reference does not."""
    nodes = [node("CumSum", "one axis", "n"), node("Cast", "n", "f", to=1), node("Mul", "x f", "y")]
    made = model(nodes, {"x": [3]}, ["y"], {"one": np.ones(3, np.int64), "axis": np.array([0])})
    found, lab, names = opened(made, {"x": np.ones(3, np.float32)})
    assert [item.op for item in found.program.items if isinstance(item, OpCall)] == ["mul"]
    assert lab.value(names[found.outputs["y"]]).tolist() == [1, 2, 3]  # type: ignore[index]


def test_functions_of_a_model_are_written_out(onnx: Any) -> None:
    """As exporters hand on modules."""
    helper = onnx.helper
    double = helper.make_function(
        "own", "Twice", ["a"], ["b"], [node("Add", "a a", "b")], [helper.make_opsetid("", 17)]
    )  # fmt: skip
    made = model([node("Twice", "x", "y", domain="own")], {"x": [2]}, ["y"], {})
    made.functions.append(double)
    made.opset_import.append(helper.make_opsetid("own", 1))
    assert value(made, {"x": np.array([1, 2], np.float32)}).tolist() == [2, 4]


def test_a_model_is_known_by_its_first_bytes(onnx: Any, tmp_path: Path) -> None:
    """A scenario, an archive and what is empty are none."""
    path = written(tmp_path, mlp(), "looks-like.md")
    found = importer_of(path)
    assert found is not None
    assert found.name == "onnx"
    for name, data in {"a.onnx": b"---\ntitle: x\n", "b.onnx": b"PK\x03\x04", "c.onnx": b"", "d.onnx": b"\x08\x07\xff"}.items():
        (tmp_path / name).write_bytes(data)
        assert importer_of(tmp_path / name) is None


def test_half_precision_keeps_its_numbers(onnx: Any) -> None:
    """They are computed in float32."""
    w = normal(3, 2).astype(np.float16)
    made = model([node("Cast", "w", "v", to=1), node("MatMul", "x v", "y")], {"x": [2, 3]}, ["y"], {"w": w})
    x = normal(2, 3)
    np.testing.assert_allclose(value(made, {"x": x}), x @ w.astype(np.float32), rtol=1e-5)


@pytest.mark.parametrize("wish", [{"loss": "mess"}, {"loss": "mse", "target": "u"}, {"output": "z"}, {"loss": "mse"}])
def test_what_is_asked_for_and_is_not_there_is_said(onnx: Any, wish: dict[str, str]) -> None:
    """With what there is."""
    told = {
        "mess": "there is no loss `mess`; there are",
        "u": "no array `u`",
        "z": "no output `z`; it has logits",
        "": "one target",
    }
    with pytest.raises(
        OnnxError, match=told[wish.get("target") or wish.get("output") or (wish["loss"] if wish["loss"] == "mess" else "")]
    ):
        opened(mlp(), {"x": normal(2, 4), "a": normal(2), "b": normal(2)}, **wish)


def test_weights_of_the_body_of_a_loop_are_one_parameter_each(onnx: Any) -> None:
    """However many turns are written out: those that stand in the file, and those that a constant gives."""
    helper, w, k = onnx.helper, normal(3, 3), normal(3, 3)
    inner = [
        node("Identity", "c", "go"), node("MatMul", "s w", "a"),
        node("Constant", "-", "k", value=onnx.numpy_helper.from_array(k)), node("MatMul", "a k", "t"),
    ]  # fmt: skip
    inner[2].input.pop()
    body = helper.make_graph(
        inner, "body", [helper.make_tensor_value_info(n, k, None) for n, k in (("i", 7), ("c", 9), ("s", 1))],
        [helper.make_tensor_value_info(n, k, None) for n, k in (("go", 9), ("t", 1))],
        [onnx.numpy_helper.from_array(w, "w")],
    )  # fmt: skip
    made = model([node("Loop", "n - x", "y", body=body)], {"x": [2, 3]}, ["y"], {"n": np.array(3)})
    x = normal(2, 3)
    found, _, _ = opened(made, {"x": x})
    assert sorted(i.key for i in found.program.items if isinstance(i, Leaf) and i.kind == "parameter") == ["k", "w"]
    np.testing.assert_allclose(value(made, {"x": x}), x @ w @ k @ w @ k @ w @ k, rtol=1e-4, atol=1e-5)


def test_matrices_with_the_same_numbers_are_told(onnx: Any) -> None:
    """An exporter writes a weight that is tied once as it is and once transposed; others are not taken for one."""
    table, ids = normal(5, 3), np.array([[0, 4]])
    arrays = {
        "e.weight": table,
        "onnx::MatMul_7": table.T.copy(),
        "o.weight": table[::-1].copy().T,
        "f.weight": np.full((5, 3), 0.5),
    }
    nodes = [
        node("Gather", "e.weight ids", "a"),
        *(node("MatMul", f"a {w}", y, f"/{y}/MatMul") for w, y in (("onnx::MatMul_7", "b"), ("o.weight", "c"))),
    ]
    found, _, _ = opened(model(nodes, {"ids": [1, 2]}, ["b", "c"], arrays, kinds={"ids": INT}), {"ids": ids})
    assert [note for note in found.program.notes if "same numbers" in note] == [
        (
            "`e.weight` and `b.weight` (transposed) have the same numbers, and the file does not say whether they are one "
            "weight that is tied: here they are 2 parameters, and the gradient of one that is tied is the sum of theirs"
        )
    ]
    assert sum(isinstance(item, Leaf) and item.kind == "parameter" for item in found.program.items) == 3


@pytest.mark.parametrize(
    ("equation", "shapes"),
    [("bij->bji", [(2, 3, 4)]), ("...ii->...i", [(2, 3, 3)]), ("ij", [(2, 3)]),
     ("bij,bkj,lj->bl", [(2, 3, 4), (2, 5, 4), (6, 4)]),
     ("...ij, kj -> ...ik", [(2, 3, 4), (5, 4)])],
)  # fmt: skip
def test_einsum_takes_one_to_three_operands(onnx: Any, equation: str, shapes: list[tuple[int, ...]]) -> None:
    """Diagonals, sums and orders of axes of one, too."""
    data = {name: normal(*shape) for name, shape in zip("abc", shapes, strict=False)}
    made = model([node("Einsum", " ".join(data), "y", equation=equation)], {n: a.shape for n, a in data.items()}, ["y"], {})
    np.testing.assert_allclose(value(made, data), np.einsum(equation.replace(" ", ""), *data.values()), rtol=1e-5, atol=1e-6)


def _sparse(onnx: Any, name: str, places: Array, dims: list[int]) -> Any:
    values = onnx.numpy_helper.from_array(np.arange(1, len(places) + 1, dtype=np.float32), name)
    return onnx.helper.make_sparse_tensor(values, onnx.numpy_helper.from_array(places, "places"), dims)


def test_sparse_arrays_are_read(onnx: Any) -> None:
    """Beside the nodes and in one; their places counted in one row, or axis by axis."""
    nodes = [node("Add", "x w", "a"), node("Constant", "-", "c"), node("Add", "a c", "y")]
    nodes[1].input.pop()
    nodes[1].attribute.append(onnx.helper.make_attribute("sparse_value", _sparse(onnx, "", np.array([[0, 1], [1, 2]]), [2, 3])))
    made = model(nodes, {"x": [2, 3]}, ["y"], {})
    made.graph.sparse_initializer.append(_sparse(onnx, "w", np.array([0, 5]), [2, 3]))
    assert value(made, {"x": np.zeros((2, 3), np.float32)}).tolist() == [[1, 1, 0], [0, 0, 4]]


def test_sequences_of_arrays_leave_no_op_behind(onnx: Any) -> None:
    """Split, looked at, put together again: as scripts for lists do."""
    nodes = [
        node("SplitToSequence", "x", "q"), node("SequenceAt", "q last", "a"), node("SequenceErase", "q first", "r"),
        node("SequenceInsert", "r a first", "s"), node("SequenceLength", "s", "n"),
        node("ConcatFromSequence", "s", "b", axis=0),
        node("Reshape", "n one", "m"), node("Cast", "m", "f", to=1), node("Mul", "b f", "y"),
    ]  # fmt: skip
    arrays = {"first": np.array(0), "last": np.array(-1), "one": np.array([1])}
    x = normal(3, 2)
    made = model(nodes, {"x": [3, 2]}, ["y"], arrays)
    np.testing.assert_allclose(value(made, {"x": x}), 3 * x[[2, 1, 2]], rtol=1e-6)
    with pytest.raises(OnnxError, match="output `q`: it is a sequence, and no array"):
        opened(model(nodes[:1], {"x": [3, 2]}, ["q"], {}), {"x": x})


def test_products_of_quantised_numbers_agree_with_the_reference(onnx: Any) -> None:
    """As a file has them that was quantised as it ran; that no gradient flows back is said."""
    nodes = [
        node("DynamicQuantizeLinear", "x", "q s z"), node("MatMulInteger", "q w z zw", "i"), node("Cast", "i", "f", to=1),
        node("Mul", "s sw", "scale"), node("Mul", "f scale", "y"),
    ]  # fmt: skip
    weights: Array = RANDOM.integers(-99, 99, (4, 5)).astype(np.int8)
    arrays: dict[str, Array] = {"w": weights, "zw": np.array([1, -2, 0, 3, 4], np.int8), "sw": np.array(0.01, np.float32)}
    made, x = model(nodes, {"x": [3, 4]}, ["y"], arrays), normal(3, 4)
    np.testing.assert_allclose(value(made, {"x": x}), by_reference(made, {"x": x}), rtol=1e-5)
    found, _, _ = opened(made, {"x": x})
    assert any(note.startswith("rounded to whole numbers, so that no gradient flows back") for note in found.program.notes)


@pytest.mark.parametrize(("asked", "low", "high"), [("INT8", -128, 127), ("INT4", -8, 7), ("UINT4", 0, 15)])
def test_numbers_are_quantised_to_the_type_that_is_asked_for(onnx: Any, asked: str, low: int, high: int) -> None:
    """By an attribute, or by the type of the zero point, though NumPy has no such type."""
    kind = getattr(onnx.TensorProto, asked)
    zero = onnx.helper.make_tensor("z", kind, [], [0])
    by_zero = model([node("QuantizeLinear", "x s z", "q"), node("DequantizeLinear", "q s z", "y")], {"x": [2]}, ["y"],
                    {"s": np.array(1, np.float32)}, opset=21)  # fmt: skip
    by_zero.graph.initializer.append(zero)
    by_name = model([node("QuantizeLinear", "x s", "q", output_dtype=kind), node("DequantizeLinear", "q s", "y")], {"x": [2]},
                    ["y"], {"s": np.array(1, np.float32)}, opset=21)  # fmt: skip
    for made in (by_zero, by_name):
        assert value(made, {"x": np.array([-999, 999], np.float32)}).tolist() == [low, high]
