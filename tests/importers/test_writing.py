"""A program as a scenario: its text, its names and arrays, and what becomes of them."""

from pathlib import Path

import numpy as np

from gradlab.importers.building import built, write_folder
from gradlab.importers.program import Leaf, OpCall, OptimizerGroup, Program, ProgramLine, Running
from gradlab.session import Lab, load

RNG = np.random.default_rng(0)


def tied() -> Program:
    """Return a program in which a weight is read again after its name was taken by another one."""
    program = Program(title="Net", dtype="float64", prefix="net", steps=4)
    x = program.add(Leaf(kind="input", name="x", array=RNG.normal(size=(4, 3))))
    t = program.add(Leaf(kind="target", name="target", array=np.array([0.0, 1, 0, 2])))
    first = Leaf(kind="parameter", name="weight", scope="net.0", key="0.weight", array=RNG.normal(size=(3, 3)))
    other = Leaf(kind="parameter", name="weight", scope="net.1", key="1.weight", array=RNG.normal(size=(3, 3)))
    scale = Leaf(kind="parameter", name="gelu", scope="net", key="gelu", array=RNG.normal(size=(3,)))
    program.add(first)
    a = OpCall(op="linear", inputs=[x, first], scope="net.0", place=ProgramLine("train.py", 12))
    program.add(a)
    mean = OpCall(op="mean", inputs=[a], attrs={"axis": 0}, scope="net.norm", place=ProgramLine("train.py", 13))
    program.add(mean)
    usual = program.add(Running(of=mean, array=np.array([1.0, 2.0, 3.0]), rate=0.5, name="running_mean", scope="net.norm"))
    program.add(other)
    b = program.add(OpCall(op="linear", inputs=[a, other], scope="net.1", place=ProgramLine("train.py", 14)))
    program.add(scale)
    c = program.add(OpCall(op="mul", inputs=[b, scale], scope="net", place=ProgramLine("train.py", 15)))
    d = program.add(OpCall(op="add", inputs=[c, usual], scope="net", place=ProgramLine("train.py", 16)))
    e = program.add(OpCall(op="linear", inputs=[d, first], scope="net.0", place=ProgramLine("a\x1b[31m.py", 17)))
    program.root = program.add(OpCall(op="cross_entropy", inputs=[e, t], name="loss"))
    program.groups = (OptimizerGroup((first,), "adam", {"lr": 0.1}), OptimizerGroup((other,), "sgd", {"lr": 0.2}, l2=0.01))
    program.state = {(first, "m"): np.full((3, 3), 0.5), (first, "v"): np.full((3, 3), 0.25)}
    program.notes = ["a note"]
    return program


MODEL = """w = npz("weights.npz")

x = input(w["x"])
target = input(w["target"])

with layer("net.0"):  #@ train.py:12
    weight = param(w["0.weight"])
    kept_weight_1 = weight
    linear_1 = linear(x, weight)

with layer("net.norm"):  #@ train.py:13
    mean_1 = mean(linear_1, axis=0)
    running_mean = running(mean_1, rate=0.5, start=w["running_mean"])

with layer("net.1"):  #@ train.py:14
    weight = param(w["1.weight"])
    linear_2 = linear(linear_1, weight)

with layer("net"):
    gelu_ = param(w["gelu"])
    mul_1 = linear_2 * gelu_  #@ train.py:15
    add_1 = mul_1 + running_mean  #@ train.py:16

with layer("net.0"):  #@ a�[31m.py:17
    linear_3 = linear(add_1, kept_weight_1)

loss = cross_entropy(linear_3, target)

minimize(loss, {"net.gelu_": none, "net.0": adam(lr=0.1), "*": sgd(lr=0.2)}, l2={"net.1": 0.01})"""


def test_a_program_is_written_as_a_person_would() -> None:
    text = built(tied()).written.text
    assert text.split("```")[1] == f"python model\n{MODEL}\n"
    assert text.startswith('---\ntitle: "Net"\ndtype: float64\nnames: net\nbegin: state.npz\n---\n')


def test_the_run_begins_behind_the_steps_that_were_made() -> None:
    found = built(tied())
    lab = Lab(found.draft.finish())
    assert str(lab.position) == "4.f.0"
    assert np.array_equal(lab.value("net.0.weight.m"), np.full((3, 3), 0.5))
    assert float(lab.value("minimize.t")) == 4
    lab.do("train 1")
    assert str(lab.position) == "5.f.0" and np.isfinite(lab.value("net.norm.running_mean")).all()


def test_lines_and_short_names_are_read_back() -> None:
    graph = built(tied()).draft.finish().model.graph
    origins = {node.name: node.span.origin for node in graph.nodes if node.span is not None and node.phase == "f"}
    assert origins["net.0.weight"] == "train.py:12" and origins["net.add_1"] == "train.py:16" and origins["x"] == ""
    assert graph.aliases["norm.running_mean"] == graph.aliases["net.norm.running_mean"]


def test_a_folder_opens_as_what_was_written(tmp_path: Path) -> None:
    program = tied()
    path = write_folder(program, tmp_path / "out")
    lab, other = load(path), Lab(built(program).draft.finish())
    lab.do("backward")
    other.do("backward")
    assert np.array_equal(lab.grad("net.0.weight"), other.grad("net.0.weight"))
    assert lab.grad("net.0.weight").any()
