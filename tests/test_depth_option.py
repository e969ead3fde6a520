"""`--depth` of the commands that open a scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.cli import main
from gradlab.session import load
from gradlab.train.layers import layer_parts

MODEL = 'x = input([1.0])\nwith layer("net.0"):\n    y = dense(x, 2)\n'


@pytest.mark.parametrize(("depth", "row"), [("1", "net "), ("2", "net.0 ")])
def test_run_looks_at_layers_as_deep_as_it_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], depth: str, row: str
) -> None:
    path = tmp_path / "deep.md"
    path.write_text(f"# D\n\n```python model\n{MODEL}```\n", encoding="utf-8")
    assert main(["run", str(path), "--depth", depth, "forward", "stats"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith(row)
    assert main(["open", str(path), "--depth", depth]) == 0


@pytest.mark.parametrize(("blocks", "rows"), [(2, ["net.a", "net.b.0.q", "net.b.1.q"]), (25, ["net.a", "net.b"])])
def test_an_imported_model_shows_the_layers_in_it_as_deep_as_they_can_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], blocks: int, rows: list[str]
) -> None:
    """Its head says `names:`, the layer that it is as a whole."""
    layers = [("a", "h"), *((f"b.{number}.q", "h") for number in range(blocks))]
    model = "h = input([[1.0, 2.0]])\n" + "".join(f'with layer("net.{name}"):\n    h = dense({h}, 2)\n' for name, h in layers)
    path = tmp_path / "deep.md"
    path.write_text(f"---\nnames: net\n---\n# D\n\n```python model\n{model}loss = sum(h)\n```\n", encoding="utf-8")
    assert main(["run", str(path), "forward", "stats"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[2:]] == rows
    assert main(["run", str(path), "--depth", "1", "forward", "stats"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[2:]] == ["net"]


def test_the_time_steps_of_an_imported_model_are_no_layers(tmp_path: Path) -> None:
    steps = "".join(f'with layer("net.rnn.t{t}"):\n    h = tanh(w * h)\n' for t in range(3))
    model = f'h = input([0.5])\nwith layer("net.rnn"):\n    w = param(2.0)\n{steps}with layer("net.out.deep"):\n    y = w * h\n'
    path = tmp_path / "steps.md"
    path.write_text(f"---\nnames: net\n---\n# D\n\n```python model\n{model}```\n", encoding="utf-8")
    rows = [row.name for row in layer_parts(load(path).graph)]
    assert rows == ["net.rnn.t0", "net.rnn.t1", "net.rnn.t2", "net.rnn", "net.out"]


def test_the_page_of_an_imported_model_begins_with_its_notes_and_has_the_lines_of_the_program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "net.md"
    model = 'x = input([1.0])\nwith layer("net"):\n    y = x * 2  #@ train.py:7\n'
    path.write_text(f"# Net\n\n- NaN in `net.y`\n\n```python model\n{model}```\n", encoding="utf-8")
    assert main(["open", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:3] == ["- NaN in `net.y`", ""]
    assert [line.split() for line in lines if "net.y" in line][-1][:4] == ["net.y", "mul", "1", "train.py:7"]
