"""Warnings of a model: what is said unasked is right, and healthy models are silent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import gradlab
from gradlab.cli import main
from gradlab.scenario.catalogue import catalogue
from gradlab.scenario.model import draft
from tests.scenario.reading import traced

IRIS = 'x, t = dataset("iris")\n'
FIT = "minimize(loss, sgd(0.1))\n"
EACH = '    x, t = dataset("iris", split="train", HELD)\n    y, u = dataset("iris", split="test", HELD)\n'
THREE = "".join(f'x{s}, t{s} = dataset("iris", split="{s}", validation=0.2)\n' for s in ("train", "test", "validation")) + IRIS
ENCODER = 'x = input([[1.0, 2]])\nwith layer("enc"):\n    h = dense(x, 3)\n'
OVER = 'minimize(loss, sgd(0.1), over="enc")\n'
ROWS = "x = input([[1.0, 2], [3, 4], [5, 6]])\nt = input([1.0, 2, 3])\nW = param(shape=(2, 1))\n"
CROSSED = f"{ROWS}mask = input([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]])\ny = x @ W\nd = y - t\n"


def warned(text: str) -> list[tuple[str, str]]:
    """Return the messages of the warnings, each with the text that it stands at."""
    return [(one.message, one.span.text if one.span else "") for one in traced(text).warnings]


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        (f"{ENCODER}loss = mean(dense(stop_gradient(h), 1))\n{OVER}", '"enc"',
         "no path leads from `enc` to `loss`, cut by `stop_gradient` in _stop_gradient.0: its gradient is 0"),
        ('x = input([[1.0, 2]])\nside = dense(x, 3)\nloss = mean(dense(x, 1))\nminimize(loss, sgd(0.1), over="side.W")\n',
         '"side.W"', "no path leads from `side.W` to `loss`, and loss is not made from it: its gradient is 0"),
        (f"w = param([1.0, 2])\nloss = argmax(w) * 1.0\n{FIT}", FIT.strip(),
         "no path leads from a parameter to `loss`, cut by `argmax` in _argmax.0: nothing is learned"),
        (f"w = param([1.0, 2])\nv = param(1.0)\nloss = argmax(w) * 1.0\nother = square(v)\n{FIT}minimize(other, sgd(0.1))",
         FIT.strip(), "no path leads from a parameter to `loss`, cut by `argmax` in _argmax.0: nothing is learned from it"),
        (f"{IRIS}p = softmax(dense(x, 3))\nloss = cross_entropy(p, t)\n{FIT}", "cross_entropy(p, t)",
         "`cross_entropy` applies `softmax` itself, and `p` is the output of one"),
        (f"{IRIS}p = softmax(dense(x, 3))\nloss = cross_entropy(p, t, weights=[1, 2, 3])\n{FIT}",
         "cross_entropy(p, t, weights=[1, 2, 3])",
         "`weighted_cross_entropy` applies `softmax` itself, and `p` is the output of one"),
        (f"{IRIS}p = softmax(dense(x, 3))\nloss = nll(log_softmax(p), t)\n{FIT}", "log_softmax(p)",
         "`log_softmax` applies `softmax` itself, and `p` is the output of one"),
        ('x, t = dataset("moons", target="column")\np = sigmoid(dense(x, 1))\nloss = bce(p, t)\n', "bce(p, t)",
         "`bce` applies `sigmoid` itself, and `p` is the output of one"),
        (f"{IRIS}z = dense(x, 1)\nloss = mean(softmax(z))\n{FIT}", "softmax(z)",
         "`softmax` over one unit is 1 whatever `z` is: no gradient comes back"),
        (f"{IRIS}z = x @ param(shape=(4, 1)) + param(0.0)\nloss = mean(softmax(z))\n{FIT}", "softmax(z)",
         "`softmax` over one unit is 1 whatever `z` is: no gradient comes back"),
        (f"{IRIS}z = dense(x, 1)\nloss = cross_entropy(z, 0 * t)\n{FIT}", "cross_entropy(z, 0 * t)",
         "`softmax` over one unit is 1 whatever `z` is: no gradient comes back"),
        (f"{ROWS}y = x @ W\nd = y - t\nloss = mean(square(d))\n{FIT}", "y - t",
         "`y` (3, 1) minus `t` (3,) is (3, 3): all pairs go into `loss`"),
        (f"{CROSSED}loss = mean(where(abs(d) < 1, square(d), abs(d) * 2 - 1))\n{FIT}", "y - t",
         "`y` (3, 1) minus `t` (3,) is (3, 3): all pairs go into `loss`"),
        (f"{ROWS}y = x @ W\nloss = sum(abs(t - y))\n", "t - y",
         "`t` (3,) minus `y` (3, 1) is (3, 3): all pairs go into `loss`"),
        ('x, t = dataset("iris", split="train")\na, b = dataset("iris", split="validation", validation=0.2)\n',
         'dataset("iris", split="validation", validation=0.2)', "30 rows of this validation split are in the train split, too"),
        ('x, t = dataset("iris", split="train", test=30)\na, b = dataset("iris", split="test", test=31)\n',
         'dataset("iris", split="test", test=31)', "1 row of this test split is in the train split, too"),
    ],
)  # fmt: skip
def test_what_is_hardly_meant_is_said_at_its_place(text: str, at: str, message: str) -> None:
    found = dict(warned(text))
    assert found[message] == at
    assert len(found) == 1


@pytest.mark.parametrize(
    "text",
    [
        f"{ROWS}y = x @ W\nloss = mean(square(y - t[:, None]))\n{FIT}",
        f"{ROWS}y = (x @ W)[:, 0]\nloss = mean(square(y - t))\n{FIT}",
        f"{ROWS}y = (x @ W)[:, 0]\nloss = mean(square(y[:, None] - y))\n{FIT}",
        f"{ROWS}y = (x @ W)[:, 0]\nloss = mean(relu(1 - (y[:, None] - t)))\n{FIT}",
        f"{ROWS}y = x @ W\nloss = mean(max(square(y - t), axis=1))\n{FIT}",
        f"x = input([[1.0], [2], [3]])\nc = param([1.0, 2, 3])\nloss = mean(square(x - c))\n{FIT}",
        f"x = input([[1.0], [2], [3]])\nc = input([1.0, 2, 3])\nw = param(1.0)\nloss = w * mean(square(x - c))\n{FIT}",
        f'{CROSSED}loss = einsum("ii->", square(d))\n{FIT}',
        f"{CROSSED}loss = square(d)[1, 1]\n{FIT}",
        f"{CROSSED}loss = sum(square(d) * mask)\n{FIT}",
        f"{CROSSED}loss = mean(abs(where(mask, d, 0)))\n{FIT}",
        "x = input(shape=(2, 3))\nq = param(shape=(1, 3))\na = softmax(q @ x.T[:, :1])\nloss = sum(a)\n",
        "x = input(shape=(4, 3))\nv = param(shape=(3, 1))\na = softmax(x @ v, axis=0)\nloss = sum(a * x)\n",
        "x = input(shape=(4, 3))\nv = param(shape=(3, 1))\na = softmax(concat([x @ v], axis=1))\nloss = sum(a * x)\n",
        "mix = softmax(param([0.5]))\nloss = sum(mix)\n",
        f"{IRIS}teacher = softmax(dense(x, 3))\nloss = cross_entropy(dense(x, 3), teacher)\n{FIT}",
        f"{IRIS}p = softmax(dense(x, 3))\nloss = nll(log(p), t)\n{FIT}",
        'a = param(1.0)\nb = param(2.0)\nminimize(a * b, sgd(0.1), over="a")\nminimize(b * b, sgd(0.1), over="b")\n',
        'with layer("enc"):\n    a = param(1.0)\n    b = param(2.0)\nminimize(a * a, sgd(0.1), over="enc")\n',
        THREE,
        'x, t = dataset("iris", split="train", folds=5, fold=0)\na, b = dataset("iris", split="train", folds=5, fold=1)\n',
        f"for k in range(3):\n{EACH.replace('HELD', 'folds=3, fold=k')}",
        f"for share in [0.2, 0.4]:\n{EACH.replace('HELD', 'test=share')}",
        'x, t = dataset("moons", split="train", noise=0.1)\na, b = dataset("moons", split="test", noise=0.2, test=0.5)\n',
    ],
)
def test_what_may_be_meant_is_not_warned_of(text: str) -> None:
    assert warned(text) == []


def test_every_lesson_is_silent_or_speaks_of_its_warning() -> None:
    warned = [one.path for one in catalogue() if draft(one.path).finish().warnings]
    assert [path for path in warned if "gradlab warned of that" not in path.read_text(encoding="utf-8")] == []


def test_a_loop_warns_once_a_place() -> None:
    text = f"{ROWS}y = x @ W\nloss = 0.0\nfor k in range(5):\n    loss = loss + mean(square(y - k * t))\n{FIT}"
    assert [at for _, at in warned(text)] == ["y - k * t"]


LESSON = f"""# Twice

```python model
{IRIS}p = softmax(dense(x, 3))
loss = cross_entropy(p, t)
```

```lab
forward
expect loss > 0
```
"""
SAID = "line 6: `cross_entropy` applies `softmax` itself, and `p` is the output of one"


def test_check_prints_warnings_and_fails_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "twice.md"
    file.write_text(LESSON)
    assert main(["check", str(file)]) == 0
    assert f"        warning  {SAID}\n" in capsys.readouterr().out
    assert main(["check", "--json", str(file)]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["results"]
    assert (entry["status"], entry["warnings"]) == ("ok", [SAID])


def test_run_and_open_say_warnings_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "twice.md"
    file.write_text(LESSON)
    assert main(["run", str(file), "forward", "step"]) == 0
    written = capsys.readouterr()
    assert written.err.count("warning: `cross_entropy` applies `softmax` itself") == 1
    assert "warning" not in written.out
    assert main(["open", str(file)]) == 0
    assert capsys.readouterr().out.count("warning: `cross_entropy` applies") == 1


def test_python_shows_warnings_with_the_laboratory(tmp_path: Path) -> None:
    file = tmp_path / "twice.md"
    file.write_text(LESSON)
    lab = gradlab.load(file, backend="plain")
    assert [problem.brief for problem in lab.warnings] == [SAID]
    assert ("warning", SAID) in lab.table().rows
