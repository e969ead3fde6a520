"""What cannot be taken is left out, with a text that says which package and which name; the rest of the program goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gradlab import plugins, registry
from tests.plugin.installed import HERE, describe, example, gradlab, module, said

OP = """
'''An op.

    forward  z = x
    backward dx = g
'''
from gradlab.op import elementwise
def forward(x): return x
def backward(g, z, x): return g
OP = elementwise(NAME, forward, backward, title="t", role="arithmetic", symbols="s", aliases=ALIASES)
"""
LAYER = "from gradlab.nn.layer import layer\ndef relu(make, x): return x\nLAYER = layer(relu)\n"
PROBLEMS = """
from gradlab import registry
for one in registry.plugins():
    print(one.giver, one.group, one.words, one.problem, sep=" | ")
"""


def op(name: str, *aliases: str) -> str:
    return OP.replace("NAME", repr(name)).replace("ALIASES", repr(aliases))


def problems(place: Path) -> list[str]:
    return said(place, PROBLEMS).splitlines()


def test_a_plugin_that_raises_is_reported_and_everything_else_works(tmp_path: Path) -> None:
    example(tmp_path)
    module(tmp_path, "broken", "import no_such_module\n")
    module(tmp_path, "leaves", "raise SystemExit(3)\n")
    describe(tmp_path, "broken", "0.1", {"gradlab.ops": {"broken": "broken", "leaves": "leaves", "gone": "gone:OP"}})
    done = gradlab(tmp_path, "ops", "cube")
    assert done.returncode == 0
    assert "third power" in done.stdout
    notes = done.stderr.splitlines()
    assert len(notes) == 3
    why = "`broken` cannot be loaded: ModuleNotFoundError: No module named 'no_such_module'"
    assert notes[0] == f"note: plug-in broken 0.1, gradlab.ops: {why}"
    assert "`leaves` cannot be loaded: SystemExit: 3" in done.stderr
    doctor = gradlab(tmp_path, "doctor")
    assert "broken 0.1: nothing" in doctor.stdout
    assert "problem          broken 0.1, gradlab.ops: `broken` cannot be loaded" in doctor.stdout
    assert doctor.stderr == ""


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (op("relu"), "`relu` is left out: `relu` is a name of gradlab's own"),
        (op("dense"), "`dense` is left out: `dense` is a name of gradlab's own"),
        (op("sgd"), "`sgd` is left out: `sgd` is a name of gradlab's own"),
        (op("input"), "`input` is left out: `input` is a name of gradlab's own"),
        (op("mine", "tanh"), "`mine` is left out: its other name `tanh` is a name of gradlab's own"),
        (op("my op"), "`clash` gives a thing whose name is 'my op': a name is letters, digits, `_` and `-`"),
        ("OP = 'relu'", "`clash` gives a thing of type str, not Op"),
        ("", "`clash` cannot be loaded: AttributeError: module 'clash' has no attribute 'OP'"),
    ],
)
def test_a_name_of_our_own_and_what_is_no_op_are_refused(tmp_path: Path, text: str, what: str) -> None:
    module(tmp_path, "clash", text)
    describe(tmp_path, "clashing", "2.0", {"gradlab.ops": {"clash": "clash"}})
    assert problems(tmp_path) == [f"clashing 2.0 | gradlab.ops | () | {what}"]


def test_a_layer_cannot_take_the_name_of_our_op(tmp_path: Path) -> None:
    module(tmp_path, "clash", LAYER)
    describe(tmp_path, "clashing", "2.0", {"gradlab.layers": {"clash": "clash"}})
    assert problems(tmp_path) == ["clashing 2.0 | gradlab.layers | () | `relu` is left out: `relu` is a name of gradlab's own"]
    script = "from gradlab.session import build\nprint(build('x = param(-1.0)\\ny = relu(x)\\n').graph.nodes[-1].op.name)"
    assert said(tmp_path, script) == "relu\n"


@pytest.mark.parametrize("name", ["grad", "z", "seeds", "sqrt"])
def test_a_measure_cannot_take_the_name_of_a_function_of_expressions(tmp_path: Path, name: str) -> None:
    module(tmp_path, name, (HERE / "gradlab_example" / "span.py").read_text())
    describe(tmp_path, "clash", "1", {"gradlab.measures": {"it": name}})
    assert problems(tmp_path) == [
        f"clash 1 | gradlab.measures | () | `{name}` is left out: `{name}` is a name of gradlab's own"
    ]


def test_of_two_packages_that_give_one_name_neither_has_it(tmp_path: Path) -> None:
    for package in ("first", "second"):
        module(
            tmp_path, package, op("swish2") + f"SAME, OP = OP, (OP, __import__('dataclasses').replace(OP, name='{package}'))"
        )
        describe(tmp_path, package, "1.0", {"gradlab.ops": {"swish2": package}})
    why = "`swish2` is left out: `swish2` is given by `swish2` of first 1.0 and `swish2` of second 1.0"
    assert problems(tmp_path) == [
        f"first 1.0 | gradlab.ops | ('first',) | {why}",
        f"second 1.0 | gradlab.ops | ('second',) | {why}",
    ]


def test_a_group_that_there_is_not_is_told_with_those_that_there_are(tmp_path: Path) -> None:
    describe(tmp_path, "typing", "1.0", {"gradlab.op": {"x": "x"}})
    (line,) = problems(tmp_path)
    assert "there is no group `gradlab.op`; there are gradlab.actions, " in line


def test_a_package_whose_description_is_damaged_is_told(tmp_path: Path) -> None:
    example(tmp_path)
    describe(tmp_path, "damaged", "1.0", {"gradlab.ops": {"x": "x"}})
    (tmp_path / "damaged-1.0.dist-info" / "entry_points.txt").write_text("[gradlab.ops]\nno equals sign\n")
    lines = problems(tmp_path)
    assert lines[0].startswith("damaged-1.0 | gradlab | () | ")
    assert "cannot be read" in lines[0]
    assert len(lines) == 11


def test_a_plugin_that_asks_the_registry_while_it_is_loaded_sees_our_own_things(tmp_path: Path) -> None:
    module(
        tmp_path,
        "asks",
        "from gradlab.ops import OPS, find_op\nassert 'asks' not in OPS and find_op('no') is None\n" + op("asks"),
    )
    describe(tmp_path, "asking", "1.0", {"gradlab.ops": {"asks": "asks"}})
    assert problems(tmp_path) == ["asking 1.0 | gradlab.ops | ('asks',) | "]
    assert said(tmp_path, "from gradlab.ops import find_op\nprint(find_op('asks').name)") == "asks\n"


@pytest.mark.parametrize("constant", registry.SLOTS)
def test_every_group_is_read_by_the_registry_of_its_room(constant: str) -> None:
    import importlib

    room = importlib.import_module(registry.SLOTS[constant].room)
    assert any(isinstance(thing, registry.Registry) and thing.constant == constant for thing in vars(room).values())


def test_registries_of_several_packages_are_one(tmp_path: Path) -> None:
    found = registry.collect(lambda: ("gradlab.optim.clips", "gradlab.optim.averages"), "CLIP")
    assert "clip_norm" in found
    both: registry.Together[Any] = registry.Together(found, registry.collect("gradlab.optim.averages", "AVERAGE"))
    assert {"clip_norm", "ema"} <= set(both)
    assert len(both) == len(set(both))
    assert plugins.giver(found["clip_norm"]) == ""
