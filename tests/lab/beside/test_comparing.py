"""Two runs beside each other: where they first differ, and that nothing else does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradlab.cli import main
from gradlab.errors import ActionError
from gradlab.lab.beside.comparing import compare
from gradlab.lab.beside.others import with_changes
from gradlab.session import Lab, build

NET = """
x, t = dataset("moons", n=40, batch=8)
h = tanh(dense(x, 6, init=xavier))
y = dense(h, 2, init=xavier)
loss = cross_entropy(y, t)
minimize(loss, momentum(0.1))
"""
WITH_DROPOUT = NET.replace("y = dense(h", "d = dropout(h, 0.5)\ny = dense(d")


def names(lab: Lab) -> set[str]:
    return {node.name for node in lab.graph.nodes}


def test_a_run_beside_itself_does_not_differ() -> None:
    found = compare(build(NET), build(NET), updates=7)
    assert not found.differ
    assert len(found.alignment.pairs) == len(build(NET).graph.nodes)
    assert found.losses[0] == found.losses[1] and len(found.losses[0]) == 7


@pytest.mark.parametrize(
    ("change", "position", "name", "op_position", "op"),
    [
        ("init=he", "0.f.0", "h.W", "0.f.1", "h._affine.0"),
        ("lr=0.2", "0.u.0", "momentum.lr", "0.u.3", "h.W._mul.1"),
        ("batch=10", "", "", "", ""),
    ],
)
def test_one_change_is_first_seen_where_it_acts(change: str, position: str, name: str, op_position: str, op: str) -> None:
    first = build(NET)
    if not position:
        found = compare(first, with_changes(first, [change]))
        assert found.alignment.parted
        return
    found = compare(first, with_changes(first, [change]), updates=3)
    assert found.first is not None and found.first_op is not None
    assert (str(found.first.positions[0]), found.first.name.partition("[")[0]) == (position, name)
    assert found.first_op.name.partition("[")[0] == op
    if change == "init=he":
        assert str(found.first_op.positions[0]) == op_position


def test_a_layer_in_between_changes_nothing_but_what_it_does() -> None:
    found = compare(build(NET), build(WITH_DROPOUT))
    assert found.alignment.only_first == ()
    assert all(name.startswith(("d", "mode")) for name in found.alignment.only_second)
    assert found.first is not None and found.first is found.first_op
    assert found.first.name.startswith("y["), "parameters, batches and h are the same"
    assert str(found.first.positions[0]) == "0.f.3"
    assert found.first.positions[1] > found.first.positions[0]


def test_an_unnamed_op_before_others_does_not_shift_them() -> None:
    plain = "x = param(2.0)\na = (x * 3) + (x * 5)\nb = sin(a)\n"
    more = "x = param(2.0)\nz = 1.0 + x * 7\na = (x * 3) + (x * 5)\nb = sin(a)\n"
    found = compare(build(plain), build(more))
    assert found.first is None
    assert found.alignment.only_first == ()


def test_a_gradient_that_differs_shows_both_ledgers() -> None:
    a = build("x = param(2.0)\ny = x * x\nz = y + 3 * x\n")
    b = build("x = param(2.0)\ny = x * x\nz = y + 3 * stop_gradient(x)\n")
    found = compare(a, b)
    assert found.first is not None and found.first.what == "gradient"
    assert found.first.values == (7.0, 4.0)
    assert len(found.first.why[0]) == 3 and len(found.first.why[1]) == 2


def test_a_gap_within_the_tolerance_counts_as_equal() -> None:
    a, b = build("x = param(2.0)\ny = x * x\n"), build("x = param(2.0000001)\ny = x * x\n")
    assert compare(a, b).differ
    assert not compare(build("x = param(2.0)\ny = x * x\n"), build("x = param(2.0000001)\ny = x * x\n"), tolerance=1e-6).differ


def test_graphs_without_a_common_op_say_where_they_part() -> None:
    with pytest.raises(ActionError) as error:
        compare(build("x = param(2.0)\ny = x * x\n"), build("v = param([1.0, 2.0])\ns = sum(v)\n"))
    told = "the graphs do not align: they have no op in common, and part at the first one, `y = mul ()` and `s = sum ()`"
    assert str(error.value) == told


def test_the_action_says_it_and_moves_nothing() -> None:
    lab = build(NET)
    lab.do("step 3")
    before = lab.digest(), lab.position
    lines = [line.text for line in lab.do("compare with init=he for 5 updates").lines]
    assert lines[0] == "A  <model>" or lines[0].startswith("A  ")
    assert lines[1].endswith("with init=he")
    assert any(line.startswith("first difference: at 0.f.0, value of h.W[") for line in lines)
    assert any(line.startswith("loss, drawn on one scale: ") for line in lines)
    assert (lab.digest(), lab.position) == before
    assert lab.compared is not None


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("init@3:10-34=zeros", "with init=zeros at h"),
        ("xavier@3:27-33=he", "with xavier=he at 3:27-33"),
        ("init@y=zeros", "with init=zeros at y"),
        ("@5:8-27=bce(y[:, :1], 1.0 * t[:, None])", "with bce(y[:, :1], 1.0 * t[:, None]) at loss"),
        ("init@4=he", "with init=he at line 4"),
    ],
)
def test_a_run_is_called_by_what_stands_at_the_place_of_its_change(change: str, name: str) -> None:
    lines = [line.text for line in build(NET).do(f"compare with {change}").lines]
    assert lines[1].endswith(name)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("compare", "compare with what?"),
        ("compare with init", "a change is NAME=EXPR"),
        ("compare with init=he for many updates", "`many` is not a whole number"),
        ("compare with inti=he", "did you mean `init`?"),
        ("compare ../secret.md", "has no folder to read data from"),
    ],
)
def test_a_wish_that_cannot_be_met_says_why(line: str, said: str) -> None:
    with pytest.raises(ActionError, match=said.replace("?", r"\?")):
        build(NET).do(line)


def test_the_command_ends_with_1_where_runs_differ(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "circuits/add-mul", "circuits/add-mul"]) == 0
    assert "no number differs in 1 update" in capsys.readouterr().out
    assert main(["compare", "mlp/xor-trained", "--with", "seed=3", "--json"]) == 1
    (entry,) = json.loads(capsys.readouterr().out)["results"]
    assert entry["differ"] and entry["first"]["positions"] == ["0.f.0", "0.f.0"]
    assert entry["first_op"]["positions"] == ["0.f.1", "0.f.1"]


def test_the_command_refuses_what_it_cannot_compare(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["compare", "circuits/add-mul"]) == 2
    assert "name a second scenario, or a change" in capsys.readouterr().err
    assert main(["compare", "circuits/add-mul", "circuits/matmul"]) == 2
    assert "the graphs do not align" in capsys.readouterr().err
    assert main(["compare", "circuits/add-mul", "--with", "dtype=float16"]) == 2
    assert "float64" in capsys.readouterr().err
    assert main(["compare", "circuits/add-mul", str(tmp_path / "none.md")]) == 2
