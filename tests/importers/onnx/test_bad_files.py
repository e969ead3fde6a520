"""Models of ONNX that come from strangers: nothing leaves the folder or exhausts the machine, and what is wrong is named."""

from __future__ import annotations

import random
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradlab.errors import GradlabError
from gradlab.importers import ImportWish
from gradlab.importers.building import built
from gradlab.importers.onnx._graph import OnnxError
from gradlab.importers.onnx._importing import imported
from gradlab.importers.onnx._reading import read_bytes, read_file
from tests.calling import Call as Run
from tests.importers.onnx.making import mlp, model, node, written
from tests.importers.onnx.refusing import X, refused


def test_without_the_package_the_extra_is_named(onnx: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, call: Run) -> None:
    """And nothing else happens."""
    path = written(tmp_path, mlp())
    monkeypatch.setitem(__import__("sys").modules, "onnx", None)
    code, _, err = call("open", path, "--data", tmp_path / "batch.npz")
    assert code == 2
    assert "pip install 'gradlab[onnx]'" in err


def test_all_that_is_missing_is_said_at_once(onnx: Any) -> None:
    """Each node with its number, its name, its operation and the reason; what only reads what is missing is not told."""
    nodes = [
        node("Foo", "x", "a", "first", domain="some.where"),
        node("RandomNormalLike", "x", "b", "dice"),
        node("Relu", "a", "c"),
        node("Unique", "b", "u - - -"),
        node("Add", "c u", "y"),
    ]
    made = model(nodes, {"x": [2, 3]}, ["y"], {})
    made.opset_import.append(onnx.helper.make_opsetid("some.where", 1))
    assert refused(made).splitlines() == [
        "2 of 5 nodes have no counterpart in gradlab:",
        "  node 0 `first` (some.where.Foo): it has no counterpart here",
        "  node 1 `dice` (RandomNormalLike): it has no counterpart here",
    ]


def test_data_that_are_asked_for_are_listed(onnx: Any, tmp_path: Path, call: Run) -> None:
    """With their types and shapes."""
    path = written(tmp_path, mlp())
    code, _, err = call("open", path)
    assert code == 2
    assert err == (
        "error: the model reads arrays: give them by --data batch.npz\n  x: float32 (batch, 4)\n"
        "`np.savez('batch.npz', x=…)` in Python makes one\n"
    )
    np.savez(tmp_path / "two.npz", a=np.ones((5, 4)), b=np.ones(5))
    code, _, err = call("open", path, "--data", tmp_path / "two.npz")
    assert err == "error: the model reads arrays that --data does not have (it has a, b):\n  x: float32 (batch, 4)\n"
    code, _, err = call("open", path, "--data", tmp_path / "gone.npz")
    assert (code, err) == (2, f"error: --data: there is no file `{tmp_path}/gone.npz`\n")
    code, _, err = call("import", tmp_path / "batch.npz", "-o", tmp_path / "out")
    assert code == 2
    assert err.startswith(f"error: `{tmp_path}/batch.npz` has arrays and no model: they go beside one")
    (tmp_path / "train.py").write_text("import torch")
    assert "is a program: `gradlab.snapshot` and `gradlab.watch` in it write" in call("open", tmp_path / "train.py")[2]
    (tmp_path / "net.txt").write_text("a net")
    code, _, err = call("import", tmp_path / "net.txt", "-o", tmp_path / "out")
    assert (code, err) == (2, f"error: `{tmp_path}/net.txt` is no file that can be imported; read are: onnx, torch.export\n")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("net.onnx", "has the name of a model of ONNX, and does not begin like one: it is cut, or a pointer"),
        ("net.pt2", "has the name of a program of torch.export, and does not begin like one"),
        ("net.pth", "has the name of what `torch.save` writes: weights, or a pickled module, and no program"),
        ("w.safetensors", "has weights and no program: a model reads them"),
    ],
)
def test_a_file_that_only_has_the_name_of_a_model_is_no_bad_scenario(name: str, said: str, tmp_path: Path, call: Run) -> None:
    (tmp_path / name).write_text("version https://git-lfs.github.com/spec/v1\nsize 3\n")
    for words in (("open", tmp_path / name), ("import", tmp_path / name, "-o", tmp_path / "net")):
        code, _, err = call(*words)
        assert code == 2
        assert err.startswith(f"error: `{tmp_path / name}` {said}")
        assert err.count("\n") == 1


def test_a_folder_is_opened_by_its_name_and_never_written_over(
    onnx: Any, tmp_path: Path, call: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in the way is said before the model is computed."""
    path, net = written(tmp_path, mlp()), tmp_path / "net"
    words = ("import", path, "--data", tmp_path / "batch.npz", "-o")
    assert call(*words, net)[0] == 0
    assert "fc1.weight" in call("open", net)[1]
    (net / "other.md").write_text("# other")
    assert "is a folder, not a scenario" in call("open", net)[2]
    code, _, err = call(*words, path / "in")
    assert (code, err) == (2, f"error: cannot write `{path}/in`: not a directory\n")
    monkeypatch.setattr("gradlab.importers.onnx.read_file", lambda *_: pytest.fail("it was read"))
    code, _, err = call(*words, net)
    assert code == 2
    assert err == f"error: `{net}/model.md` is there already, and nothing is written over it: name another folder\n"


@pytest.mark.parametrize(
    ("location", "offset", "length", "told"),
    [
        ("../secret", 0, 24, "data are read from the folder of the model or below it only"),
        ("/etc/passwd", 0, 24, "data are read from the folder of the model or below it only"),
        ("link", 0, 24, "leads out of the folder of the model"),
        ("gone", 0, 24, "there is no file `gone` beside the model"),
        ("", 0, 24, "lies in another file, and the model does not say in which"),
        ("w.bin", 8, 24, "takes 24 bytes; the model says 24 from 8 on, `w.bin` has 24"),
        ("w.bin", 0, 1 << 40, "takes 24 bytes; the model says 1,099,511,627,776 from 0 on"),
        ("w.bin", -4, 24, "from -4 on"),
        ("w.bin", "many", 24, "is no number"),
    ],
)
def test_arrays_in_other_files_lie_in_the_folder_of_the_model(
    onnx: Any, tmp_path: Path, location: str, offset: Any, length: int, told: str
) -> None:
    """And have the size that the model says."""
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(bytes(24))
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "w.bin").write_bytes(np.arange(6, dtype=np.float32).tobytes())
    assert told in refused(_outside(onnx, location, offset, length), folder=folder)


def _outside(onnx: Any, location: str, offset: Any, length: int, shape: tuple[int, int] = (2, 3)) -> Any:
    made = model([node("Add", "x w", "y")], {"x": [2, 3]}, ["y"], {"w": np.zeros((2, 3), np.float32)})
    tensor = made.graph.initializer[0]
    tensor.dims[:] = shape
    tensor.ClearField("raw_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in {"location": location, "offset": offset, "length": length}.items():
        entry = tensor.external_data.add()
        entry.key, entry.value = key, str(value)
    return made


def test_arrays_in_other_files_are_read(onnx: Any, tmp_path: Path) -> None:
    """From the place that the model says."""
    (tmp_path / "w.bin").write_bytes(bytes(8) + np.arange(6, dtype=np.float32).tobytes())
    graph = read_bytes(_outside(onnx, "w.bin", 8, 24).SerializeToString(), tmp_path)
    assert graph.initializers["w"].tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    ("nodes", "arrays"),
    [
        (["ConstantOfShape huge", "Add x y"], {"huge": np.array([1 << 20, 1 << 20])}),
        (["Expand one huge", "Add x y"], {"one": np.ones(1, np.float32), "huge": np.array([1 << 15, 1 << 15])}),
        (["Tile one huge", "Add x y"], {"one": np.ones((1, 1), np.float32), "huge": np.array([1 << 15, 1 << 15])}),
        (["Range zero huge one", "Add x y"], {"zero": np.array(0), "huge": np.array(1 << 40), "one": np.array(1)}),
        (["OneHot zero huge pair", "Add x y"], {"zero": np.zeros(9, int), "huge": np.array(1 << 40), "pair": np.ones(2)}),
        (["EyeLike one", "Add x y"], {"one": np.ones((1 << 14, 3))}),
        (["HannWindow huge", "Add x y"], {"huge": np.array(1 << 40)}),
    ],
)
def test_a_small_file_cannot_ask_for_a_large_array(onnx: Any, nodes: list[str], arrays: dict[str, Any]) -> None:
    """What constants make is counted before it is made."""
    made = []
    for k, text in enumerate(nodes):
        op, *names = text.split()
        outs = "y" if k == 0 else "z"
        made.append(node(op, " ".join(n for n in names if n != outs or op == "Add"), outs))
    output = made[-1].output[0]
    tracemalloc.start()
    try:
        with pytest.raises(GradlabError):
            _finish(model(made, {"x": [2, 3]}, [output], arrays))
        assert tracemalloc.get_traced_memory()[1] < 64 << 20
    finally:
        tracemalloc.stop()


def _finish(made: Any) -> None:
    built(imported(read_bytes(made.SerializeToString()), ImportWish(X)).program).draft.finish()


def test_many_arrays_together_are_counted(onnx: Any) -> None:
    """Each of them is small enough."""
    names = [f"a{k}" for k in range(40)]
    nodes = [node("Expand", "one size", name) for name in names] + [node("Sum", " ".join(["x", *names]), "y")]
    arrays = {"one": np.ones((1, 1), np.float32), "size": np.array([1 << 12, 1 << 12])}
    made = model(nodes, {"x": [1, 1]}, ["y"], arrays)
    with pytest.raises(OnnxError, match="take more than --max-memory"):
        imported(read_bytes(made.SerializeToString()), ImportWish({"x": np.ones((1, 1), np.float32)}, memory=300 << 20))


def test_functions_that_double_are_counted_before_they_are_written_out(onnx: Any) -> None:
    """Forty functions, each of which calls the next one twice."""
    helper = onnx.helper
    made = model([node("F0", "x", "y", domain="own")], {"x": [2, 3]}, ["y"], {})
    made.opset_import.append(helper.make_opsetid("own", 1))
    ids = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
    for k in range(40):
        inner = [node(f"F{k + 1}", "a", "m", domain="own"), node(f"F{k + 1}", "m", "b", domain="own")]
        made.functions.append(helper.make_function("own", f"F{k}", ["a"], ["b"], inner, ids))
    made.functions.append(helper.make_function("own", "F40", ["a"], ["b"], [node("Relu", "a", "b")], ids))
    assert "more than 100,000 nodes" in refused(made)
    made.functions[-1].CopyFrom(helper.make_function("own", "F40", ["a"], ["b"], [node("F0", "a", "b", domain="own")], ids))
    assert "calls itself" in refused(made)


def test_turns_of_a_loop_are_bounded(onnx: Any) -> None:
    """One that never ends, and one of a billion turns."""
    helper = onnx.helper
    body = helper.make_graph(
        [node("Identity", "c", "go"), node("Add", "s one", "t")], "body",
        [helper.make_tensor_value_info(n, k, []) for n, k in (("i", 7), ("c", 9), ("s", 1))],
        [helper.make_tensor_value_info(n, k, []) for n, k in (("go", 9), ("t", 1))],
        [onnx.numpy_helper.from_array(np.float32(1), "one")],
    )  # fmt: skip
    made = model(
        [node("ReduceSum", "x", "s0", keepdims=0), node("Loop", "many - s0", "y", body=body)], {"x": [2, 3]}, ["y"],
        {"many": np.array(10**9)},
    )  # fmt: skip
    assert "more than 2,000 turns" in refused(made)


def test_loops_within_loops_are_counted_together(onnx: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever each of them may do alone."""
    monkeypatch.setattr("gradlab.importers.onnx._walk.MOST_WALKED", 500)
    helper = onnx.helper

    def body(inner: Any) -> Any:
        nodes = [node("Identity", "c", "go"), inner]
        ports = [helper.make_tensor_value_info(n, k, []) for n, k in (("i", 7), ("c", 9), ("s", 1))]
        ends = [helper.make_tensor_value_info(n, k, []) for n, k in (("go", 9), ("t", 1))]
        return helper.make_graph(nodes, "body", ports, ends, [onnx.numpy_helper.from_array(np.array(40), "n")])

    within = node("Loop", "n - s", "t", body=body(node("Abs", "s", "t")))
    made = model([node("Loop", "many - zero", "z", body=body(within)), node("Add", "x z", "y")], {"x": [2, 3]}, ["y"],
                 {"many": np.array(40), "zero": np.array(0, np.float32)})  # fmt: skip
    assert "with its loops and functions written out the model has more than 500 nodes" in refused(made)


def test_a_file_that_is_cut_or_changed_is_refused_or_opens(onnx: Any, tmp_path: Path) -> None:
    """Cut at every place, and with one byte another: an error with a text, never anything else."""
    data = written(tmp_path, mlp()).read_bytes()
    batch = {"x": np.ones((2, 4), np.float32)}
    dice = random.Random(0)
    changed = [data[:n] for n in range(0, len(data), 7)]
    for _ in range(300):
        at = dice.randrange(len(data))
        changed.append(data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :])
    opened = 0
    for one in changed:
        try:
            found = imported(read_bytes(one), ImportWish(batch))
            built(found.program).draft.finish()
        except GradlabError as error:
            assert str(error)  # noqa: PT017
        else:
            opened += 1
    assert 100 < opened < len(changed)


def test_what_takes_more_memory_than_is_allowed_is_refused(onnx: Any, tmp_path: Path, call: Run) -> None:
    """Before it is allocated; --max-memory raises it."""
    made = model([node("MatMul", "x w", "y")], {"x": [2, 3]}, ["y"], {"w": np.ones((3, 1000), np.float32)})
    path = tmp_path / "net"
    path.write_bytes(made.SerializeToString())
    np.savez(tmp_path / "b.npz", x=X["x"])
    code, _, err = call("open", path, "--data", tmp_path / "b.npz", "--max-memory", "10K")
    assert code == 2
    assert (
        "the arrays of the model take 0.011 MiB, and in the laboratory, with their gradients, 0.034 MiB; allowed are 0.0098 MiB"
        in err
    )
    assert call("open", path, "--data", tmp_path / "b.npz", "--max-memory", "1M")[0] == 0


def test_gigabytes_are_counted_before_they_are_read(
    onnx: Any, tmp_path: Path, call: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A weight in a file beside the model, of which nothing has to be on the disk; and a model that is as large itself."""
    path, beside = tmp_path / "net", tmp_path / "w.bin"
    path.write_bytes(_outside(onnx, "w.bin", 0, 4 << 30, (1 << 15, 1 << 15)).SerializeToString())
    np.savez(tmp_path / "b.npz", x=X["x"])
    with beside.open("wb") as file:
        file.truncate(4 << 30)
    code, _, err = call("open", path, "--data", tmp_path / "b.npz", "--max-memory", "5G")
    assert code == 2
    assert "take 4,096 MiB, and in the laboratory, with their gradients, 12,288 MiB; allowed are 5,120 MiB" in err
    with path.open("r+b") as file:
        file.truncate((2 << 30) - 1)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it was read"))
    code, _, err = call("open", path, "--max-memory", "1G")
    assert code == 2
    assert "has 2,048 MiB, allowed are 1,024 MiB: --max-memory raises it" in err


def test_a_weight_is_counted_as_wide_as_it_is(onnx: Any, tmp_path: Path, call: Run) -> None:
    """Float32 takes four bytes: 3 MiB of weights are 9 with gradients and updates, and those of the data."""
    made = model([node("MatMul", "x w", "y")], {"x": [2, 3]}, ["y"], {"w": np.ones((3, 1 << 18), np.float32)})
    path = tmp_path / "net"
    path.write_bytes(made.SerializeToString())
    np.savez(tmp_path / "b.npz", x=X["x"])
    assert call("open", path, "--data", tmp_path / "b.npz", "--max-memory", "15M")[0] == 0


def test_a_file_that_cannot_be_read_is_an_error(onnx: Any, tmp_path: Path) -> None:
    """Without a traceback."""
    with pytest.raises(OnnxError, match="cannot be read"):
        read_file(tmp_path / "gone")
