"""`--depth` of the commands that open a scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.cli import main

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
