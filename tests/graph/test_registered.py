"""Machines are files: what they declare is what can be chosen, and what `auto` chooses from."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import gradlab
from gradlab.cli import main
from gradlab.errors import ArgumentError
from gradlab.graph import machines as package
from gradlab.graph.machine import Machine
from gradlab.graph.machines import at_full_speed, at_once, choose, machines, make_machine, names
from gradlab.graph.tape import Tape
from gradlab.lab.backend import Backend
from tests.graph.networks import xor

ROOT = Path(__file__).parent.parent.parent
OWN = ROOT / "gradlab" / "graph" / "machines"
COUNTING = '''"""The plain machine, which counts the ops that it runs forward."""

from gradlab.graph.machine import MachineKind
from gradlab.graph.machines.plain import PlainMachine

COUNTED = []


class CountingMachine(PlainMachine):
    def forward(self, start, stop):
        super().forward(start, stop)
        COUNTED.extend(self.tape.forward_order[start:stop])


MACHINE = MachineKind("counting", "counts the ops", CountingMachine, dtypes=("float64",))
'''
SCENARIO = """---
title: a third machine
---
# a third machine

```python model
x = param(3.0)
y = x * x
z = y + x
```
"""


@pytest.fixture
def counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Add the file of a machine, and return its module's list of the ops that it has run."""
    folder = tmp_path / "machines"
    folder.mkdir()
    (folder / "counting.py").write_text(COUNTING, encoding="utf-8")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(folder)])
    machines.cache_clear()
    from gradlab.graph.machines import counting  # type: ignore[attr-defined]

    counting.COUNTED.clear()
    yield counting.COUNTED
    machines.cache_clear()


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "third.md"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def test_a_new_file_is_a_backend_of_load_and_of_the_commands(
    counted: list[int], scenario: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lab = gradlab.load(scenario, backend="counting")
    lab.do("forward")
    assert (counted, lab.snapshot().backend, float(lab.value("z"))) == ([1, 2], "counting", 12.0)
    assert main(["run", str(scenario), "--backend", "counting", "forward", "backward", "explain x"]) == 0
    assert counted == [1, 2, 1, 2]
    assert main(["run", "--help"]) == 0
    assert "[auto|plain|jit|counting]" in capsys.readouterr().out
    assert main(["doctor"]) == 0
    assert "backend counting  counts the ops" in " ".join(capsys.readouterr().out.split(" ")).replace("   ", "  ")


def test_auto_never_chooses_a_machine_that_does_not_offer_itself(counted: list[int], scenario: Path) -> None:
    assert names() == ("auto", "plain", "jit", "counting")
    assert [at_once("float64").name, getattr(at_full_speed("float64"), "name", "")] == ["plain", "jit"]
    gradlab.load(scenario).do("forward")
    assert counted == []


def test_another_tape_of_a_run_gets_a_machine_that_has_its_dtype(counted: list[int]) -> None:
    chosen = Backend(Tape(xor()), "counting")
    assert [chosen.beside(Tape(xor(), dtype)) for dtype in ("float64", "float32")] == ["counting", "plain"]


@pytest.mark.parametrize("how", ["load", "build"])
def test_a_backend_that_there_is_not_is_refused_with_the_list(how: str, scenario: Path) -> None:
    with pytest.raises(ArgumentError) as error:
        gradlab.load(scenario, backend="gpu") if how == "load" else gradlab.build("x = param(1.0)", backend="gpu")
    assert str(error.value) == "unknown backend `gpu`: there are auto, plain, jit"


def test_the_commands_refuse_it_with_the_list(scenario: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["run", str(scenario), "forward"], ["compare", str(scenario), str(scenario)]):
        assert main([*command, "--backend", "gpu"]) == 2
        assert "'gpu' is not one of 'auto', 'plain', 'jit'" in capsys.readouterr().err


def test_a_machine_refuses_a_dtype_that_it_has_not(counted: list[int]) -> None:
    with pytest.raises(ArgumentError) as error:
        make_machine(Tape(xor(), "float32"), "counting")
    assert str(error.value) == "backend `counting` computes in float64, not in float32"


def test_without_its_compiler_the_fast_machine_is_refused_and_auto_stays_with_the_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    registry: Any = machines()
    monkeypatch.setitem(registry.own, "jit", replace(machines()["jit"], missing=lambda: "no compiler"))
    with pytest.raises(ArgumentError) as error:
        make_machine(Tape(xor()), "jit")
    assert str(error.value) == "backend `jit` is not there: no compiler"
    large: Any = SimpleNamespace(steps=0, dtype=np.dtype("float64"), flops=10**9)
    assert choose(large) == "plain"
    assert main(["doctor"]) == 0
    assert "not there: no compiler" in capsys.readouterr().out


def test_auto_begins_at_full_speed_only_with_a_large_graph() -> None:
    sizes: Any = [
        SimpleNamespace(steps=0, dtype=np.dtype("float64"), flops=flops, bytes=0, working=0, max_memory=1)
        for flops in (10**7, 10**7 + 1)
    ]
    assert [choose(tape) for tape in sizes] == ["plain", "jit"]


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_numbers_are_read_but_only_written_by_the_machine(backend: str) -> None:
    machine = make_machine(Tape(xor()), backend)
    machine.load(0)
    weights = next(node.index for node in machine.tape.graph.nodes if node.op.name == "param" and node.size > 1)
    for what in (machine.value, machine.grad):
        with pytest.raises(ValueError, match="read-only"):
            what(weights)[...] = 0.0
    kept, before = machine.copy(), machine.value(weights).copy()
    assert kept.nbytes == machine.nbytes
    machine.write(weights, np.nan, "value", (0, 1))
    machine.write(weights, 2.5, "grad")
    assert not machine.finite()
    assert np.isnan(machine.read(weights, "value")).sum() == 1
    assert np.all(machine.read(weights, "grad") == 2.5)
    machine.restore(kept)
    assert machine.finite()
    assert (machine.value(weights).tobytes(), machine.copy().tobytes()) == (before.tobytes(), kept.tobytes())
    machine.write(weights, 7.0)
    assert np.all(machine.value(weights) == 7.0)
    assert not np.any(kept == 7.0)


def outside() -> Iterator[Path]:
    """Return all files but those of the machines."""
    for part in ("gradlab", "tests"):
        yield from (path for path in (ROOT / part).rglob("*.py") if OWN not in path.parents)


def reaches_inside(tree: ast.AST) -> Iterator[str]:
    """Return where code asks for an arena, or writes into what `value`, `grad` or `read` gave."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "arena":
            yield f"{node.lineno}: .arena"
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
        yield from (f"{target.lineno}: written" for target in targets if _is_part_of_a_node(target))


def _is_part_of_a_node(target: ast.expr) -> bool:
    """Whether something is a part, or a part of a reshaped part, of what a method of a machine gives."""
    if not isinstance(target, ast.Subscript):
        return False
    inner: ast.expr = target.value
    while isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in ("reshape", "ravel"):
        inner = inner.func.value
    return (
        isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute) and inner.func.attr in ("value", "grad", "read")
    )


def test_nobody_but_the_machines_reaches_into_their_numbers() -> None:
    for path in outside():
        assert (path.name, list(reaches_inside(ast.parse(path.read_text(encoding="utf-8"))))) == (path.name, [])


LINES = (
    "run.machine.arena[0] = 1", "x = m.arena", "m.value(3)[...] = 1", "m.grad(i).reshape(-1)[2] += 1", "m.read(1, w)[0] = 2",
)  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_reaching_inside_is_seen(line: str) -> None:
    assert list(reaches_inside(ast.parse(line)))


def test_a_machine_that_is_made_by_name_knows_its_name() -> None:
    assert [make_machine(Tape(xor()), name).backend for name in machines()] == list(machines())
    assert issubclass(type(make_machine(Tape(xor()))), Machine)
