"""Another package adds an op, a layer, an optimizer, a measure, a rule, a panel, an action, a command, an exporter."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.plugin.installed import HERE, describe, example, gradlab, said

MODEL = """
x = input([[1.0, -1.0], [0.5, 1.5]])
w = param([1.0, 0.5])
with layer("h"):
    h = cube(x * w)
loss = mean(doubled(third_power(h)))
minimize(loss, halving())
"""
USED = f"""
from gradlab.session import build
lab = build('''{MODEL}''', backend=BACKEND)
for verdict in lab.check():
    assert verdict.verdict == "ok", verdict
lab.do("goto 1.f.0")
print(lab.run.machine.backend, lab.value("w").tolist(), lab.stats()[0].activations.numbers["span"])
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    example(tmp_path)
    return tmp_path


def test_each_is_one_file_and_no_file_has_two() -> None:
    for path in (HERE / "gradlab_example").glob("[!_]*.py"):
        names = [node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)]
        names += [node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
        assert sum(name.isupper() and name in CONSTANTS for name in names) == 1, path


CONSTANTS = ("OP", "LAYER", "OPTIM", "MEASURE", "RULE", "PANEL", "PLOT", "ACTION", "COMMAND", "EXPORTER")


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_op_layer_optimizer_and_measure_are_used_in_a_model_that_is_checked(place: Path, backend: str) -> None:
    script = USED.replace("BACKEND", repr(backend))
    assert said(place, script, GRADLAB_CACHE=str(place / "kernels")) == f"{backend} [0.5, 0.25] 1.125\n"


def test_the_kernels_of_an_op_from_outside_carry_the_version_of_its_package_and_its_helpers(tmp_path: Path) -> None:
    script = (
        "from gradlab.kernels.cache import module_name\nfrom gradlab.ops import OPS\nprint(module_name(OPS['cube'], 'float64'))"
    )
    names = set()
    for version in ("1.2", "1.3"):
        place = tmp_path / version
        place.mkdir()
        folder = example(place, version)
        names |= {said(place, script), said(place, script)}
    (folder / "_helper.py").write_text("ONE = 1\n")
    names.add(said(place, script))
    assert len(names) == 3


def test_words_from_outside_have_a_page_that_names_the_package(place: Path) -> None:
    page = gradlab(place, "ops", "cube").stdout
    assert "forward  z = x³" in page
    assert "From the package gradlab-example 1.2." in page
    assert "halving" in gradlab(place, "ops", "optimizers").stdout


def test_an_action_and_a_command_are_run(place: Path) -> None:
    (place / "model.md").write_text("```python model\nx = param(2.0)\ny = x * x\n```\n")
    done = gradlab(place, "run", "model.md", "shout hear me")
    assert "HEAR ME" in done.stdout
    assert gradlab(place, "hello").stdout == "hello from outside\n"
    assert "did you mean `hello`?" in gradlab(place, "helo").stderr


def test_the_rule_fires(place: Path) -> None:
    script = """
from gradlab.diagnose.diagnosis import diagnose
from gradlab.diagnose.examination import examine
from gradlab.session import build
lab = build("x = param(START)\\nloss = x * x\\nminimize(loss, sgd(0.0))\\n", backend="plain")
print([(f.rule, f.text, f.at) for f in diagnose(examine(lab, 3)).findings if f.rule == "large_loss"])
"""
    assert said(place, script.replace("START", "4.0")) == "[('large_loss', 'the loss is 16', 2)]\n"
    assert said(place, script.replace("START", "2.0")) == "[]\n"


def test_the_exporter_writes_its_form(place: Path, tmp_path: Path) -> None:
    out = tmp_path / "names.txt"
    assert gradlab(place, "export", "names", "circuits/sigmoid-neuron", str(out)).returncode == 0
    assert out.read_text(encoding="utf-8").split()[:3] == ["w0", "w1", "w2"]


def test_the_plot_is_drawn_and_has_a_page(place: Path, tmp_path: Path) -> None:
    model = tmp_path / "model.md"
    model.write_text("---\ntitle: A model\n---\n```python model\nx = input([1.0, 2.5])\n```\n")
    drawn = gradlab(place, "run", str(model), "forward", "plot stairs x")
    assert drawn.stdout.splitlines()[1:] == ["plot 1: stairs x", "x", "|_ 1", " |_ 2.5"]
    assert gradlab(place, "help", "plot stairs").stdout.splitlines()[0] == "plot stairs EXPR"


def test_doctor_lists_what_a_package_gave(place: Path) -> None:
    line = next(line for line in gradlab(place, "doctor").stdout.splitlines() if line.startswith("plug-in"))
    assert line.split(maxsplit=1)[1] == (
        "gradlab-example 1.2: actions shout; commands hello; exporters names; layers doubled; measures span; ops cube;"
        " optimizers halving; panels position; plots stairs; rules large_loss"
    )


@pytest.mark.parametrize("way", ["option", "variable"])
def test_no_plugins_leaves_everything_out(place: Path, way: str) -> None:
    options, others = (["--no-plugins"], {}) if way == "option" else ([], {"GRADLAB_NO_PLUGINS": "1"})
    assert "unknown word `cube`" in gradlab(place, *options, "ops", "cube", **others).stderr
    assert "plug-ins         left out" in gradlab(place, *options, "doctor", **others).stdout


LOOKED_UP = """
import sys
import gradlab, gradlab.cli
gradlab.cli.main(["--help"])
from gradlab import plugins
from gradlab.tui.panels import panel_kinds
panel_kinds(outside=False)
assert plugins.entries.cache_info().currsize == 0
from gradlab.ops import OPS, find_op
assert OPS["add"] is find_op("add") and "gradlab_example" not in sys.modules
assert plugins.entries.cache_info().currsize == 0
find_op("cube")
find_op("nothing")
assert plugins.entries.cache_info().misses == 1 and "gradlab_example.cube" in sys.modules
assert "gradlab_example.doubled" not in sys.modules
"""


def test_entry_points_are_looked_up_once_when_a_name_is_missing_and_only_those_of_the_registry_are_loaded(place: Path) -> None:
    said(place, LOOKED_UP)


def test_where_there_are_no_plugins_nothing_is_imported_to_look_for_them(tmp_path: Path) -> None:
    describe(tmp_path, "other", "1.0", {"console_scripts": {"other": "other:main"}})
    script = """
import sys
before = "importlib.metadata" in sys.modules
from gradlab.plugins import entries
assert entries() == {} and ("importlib.metadata" in sys.modules) == before
"""
    said(tmp_path, script)


IN_THE_APP = """
import asyncio
from gradlab import plugins
from gradlab.session import build
from gradlab.tui.screens.laboratory import Laboratory
from tests.tui.driving import opened, press, screen_text

looked_up = []
opening = Laboratory._open
def first_frame(self):
    looked_up.append(plugins.entries.cache_info().currsize)
    opening(self)
Laboratory._open = first_frame

async def main():
    async with opened(lambda: build("x = param(2.0)\\ny = x * x\\n", backend="plain")) as (pilot, screen):
        await press(pilot, "n", "v", "y", "I")
        text = screen_text(pilot)
        assert "y where" in text and "the cursor stands at 0.f.1, counted 1" in text, text
        await press(pilot, "1", "v", "y")
        assert screen.chosen == "position"
    assert looked_up == [0], looked_up

asyncio.run(main())
"""


def test_the_panel_is_shown_and_looked_up_behind_the_first_frame(place: Path) -> None:
    said(place, IN_THE_APP)


def test_a_key_of_a_panel_from_outside_can_be_changed(place: Path) -> None:
    (place / "keys.toml").write_text('[keys.position]\n"o" = "count"\n')
    said(place, IN_THE_APP.replace('"y", "I"', '"y", "o"').replace("looked_up == [0]", "looked_up == [1]"))
    (place / "keys.toml").write_text('[keys.position]\n"o" = "coumt"\n')
    doctor = gradlab(place, "doctor")
    assert "keys.toml: error: there is no action `coumt` in the panel position: did you mean `count`?" in doctor.stdout
    (place / "model.md").write_text("```python model\nx = param(2.0)\ny = x * x\n```\n")


def test_a_letter_that_is_taken_is_refused_and_the_panel_is_there(place: Path) -> None:
    file = place / "gradlab_example" / "position.py"
    file.write_text(file.read_text().replace('letter="y"', 'letter="g"'))
    script = IN_THE_APP.replace('"v", "y"', '"colon", *"show", "space", *"position", "enter"').replace('"y where"', '"where"')
    script = script.replace("assert looked_up", SHOWN + "    assert looked_up")
    said(place, script)


SHOWN = """    (one,) = (one for one in plugins.accounts() if one.problem)
    assert one.problem == "the letter `g` of the panel `position` is that of the panel `graph`", one
"""
