"""The diagnosis of a step in the middle of a training, as a snapshot holds it."""

from __future__ import annotations

from pathlib import Path

from gradlab.diagnose.doing import diagnosed
from gradlab.diagnose.told import lines
from gradlab.session import Lab, build, load

MODEL = """\
x = input([[1.0, 2.0], [3.0, -1.0]])
w = param([[0.5], [0.25]])
loss = mean((x @ w - [[40.0], [-30.0]]) ** 2)
minimize(loss, sgd(lr=0.01))
"""


def _in_the_middle(folder: Path) -> Lab:
    """Return a training that is past its first updates, as a scenario that begins there, with a rate that is too high."""
    before = build(MODEL, backend="plain")
    before.do("train 12")
    before.do(f"save {folder / 'state.npz'}")
    page = folder / "page.md"
    page.write_text(
        f"---\ntitle: T\nbegin: state.npz\n---\n```python model\n{MODEL.replace('0.01', '1e70')}```\n", encoding="utf-8"
    )
    return load(page, backend="plain")


def test_a_step_in_the_middle_of_a_training_is_asked_all_and_says_how_its_updates_are_counted(tmp_path: Path) -> None:
    """Where a number stops to be finite between the updates that were looked at, the run is gone over again."""
    lab = _in_the_middle(tmp_path)
    assert lab.position.update == 12
    found = diagnosed(lab, 2000, fix=False)
    assert [why for _, why in found.skipped if "failed" in why] == []
    assert any(one.rule == "B6" for one in found.findings)
    assert [*lines(found)][-1] == ("", "updates are counted from update 12 of the training, with which the file begins")
