"""Bad files and bad names on the command line: a clear error, exit 2, no traceback, and nothing that moves the cursor."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.calling import Call


def scenario(folder: Path, model: str) -> Path:
    """Write a scenario with a model and no script."""
    path = folder / "case.md"
    path.write_text(f"# Case\n\n```python model\n{model}\n```\n", encoding="utf-8")
    return path


BAD_MODELS: dict[str, tuple[str, ...]] = {
    "f = sigmiod(1.0)": ("unknown", "`sigmiod`", "did you mean `sigmoid`?"),
    "x = input(shape=(2, 3))\ny = input(shape=(4, 5))\nz = x @ y": ("(2, 3)", "(4, 5)"),
    "f = leaky_relu(input(1.0), slop=2)": ("slop", "slope"),
    "import os": ("import",),
    "f = input(1.0).__class__": ("__class__",),
    "f = eval('1')": ("eval",),
    "f = (lambda: 1)()": ("lambda",),
    "while True:\n    x = input(1.0)": ("while",),
    "x = input(1.0)\ny = x.real": ("real", ".T"),
    "for i in range(10**12):\n    x = input(1.0)": ("1,000,000",),
    "x = [0]*10**9": ("1,000,000",),
    "x = 10**10**10": ("large",),
    "x = 1\nf = f'{x:>1000000000}'": ("format",),
    "def f(x):\n    return f(x)\ny = f(1)": ("`f`",),
    "x = csv('../secret.csv')": ("..",),
    "f = ": ("case.md:4",),
}


@pytest.mark.parametrize("model", BAD_MODELS)
def test_a_bad_model_is_shown_with_its_line_and_a_caret(model: str, call: Call, tmp_path: Path) -> None:
    path = scenario(tmp_path, model)
    for arguments in (["check", path], ["run", path, "forward"], ["open", path]):
        code, out, err = call(*arguments)
        assert code == 2
        assert out == "" or arguments[0] == "check"
        assert err.startswith("error: ")
        assert f"--> {path}:" in err
        assert "^" in err
        assert all(word in err for word in BAD_MODELS[model])
        assert "Traceback" not in err


def test_an_expression_that_is_a_million_deep_is_refused(call: Call, tmp_path: Path) -> None:
    path = scenario(tmp_path, "x = " + "(" * 400_000 + "1" + ")" * 400_000)
    code, _, err = call("check", path)
    assert code == 2
    assert err.startswith("error: ")
    assert len(err) < 2000


def test_a_file_that_is_larger_than_a_scenario_may_be_is_refused(call: Call, tmp_path: Path) -> None:
    path = scenario(tmp_path, "x = " + "-" * 1_000_000 + "1" + " " * 100_000)
    assert call("check", path)[::2] == (2, f"error: `{path}` is larger than 1 MiB\n")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"# Only prose\n", "no model"),
        (b"---\ntitle: [\n---\n```python model\nx = input(1.0)\n```\n", "front matter"),
        (b"---\na: &a x\nb: *a\n---\n```python model\nx = input(1.0)\n```\n", "aliases"),
        (b"\x1b]52;c;aGk=\x07\n```python model\nx = input(1.0)\n```\n", "U+001B"),
    ],
)
def test_a_file_that_is_no_scenario_says_why(data: bytes, said: str, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "case.md"
    path.write_bytes(data)
    code, _, err = call("check", path)
    assert code == 2
    assert err.startswith("error: ")
    assert said in err
    assert "\x1b" not in err


@pytest.mark.parametrize("command", [["check"], ["open"], ["run", "forward"]])
def test_a_missing_file_is_named(command: list[str], call: Call) -> None:
    name, *actions = command
    code, out, err = call(name, "nowhere/at-all.md", *actions)
    assert code == 2
    assert "nowhere/at-all.md" in err
    assert "forward" not in out


def test_a_scenario_with_a_wrong_name_is_told_the_nearest_one(call: Call) -> None:
    code, _, err = call("open", "circuits/sigmoid-nueron")
    assert code == 2
    assert "circuits/sigmoid-neuron" in err


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such file names")
def test_an_escape_in_a_file_name_is_never_printed(call: Call, tmp_path: Path) -> None:
    for name in ("\x1b[31mred.md", "gone\x1b]52;c;aGk=\x07.md"):
        path = tmp_path / name
        if name.endswith("red.md"):
            path.write_text("```python model\nf = sigmoid(input(1.0))\n```\n")
        for command in (["check", path], ["open", path], ["run", path, "forward"]):
            _, out, err = call(*command)
            assert "\x1b" not in out + err


@pytest.mark.parametrize("model", ["f = input(1.0) / input(0.0)", "f = log(input(-1.0))", "f = sqrt(input(-1.0))"])
def test_what_is_not_a_number_is_a_finding_and_no_failure(model: str, call: Call, tmp_path: Path) -> None:
    code, out, err = call("run", scenario(tmp_path, model), "forward")
    assert (code, err) == (0, "")
    assert "`f`" in out or " f" in out


@pytest.mark.parametrize("command", [("check",), ("open",), ("run", "forward"), ("compare", "circuits/matmul")])
def test_an_empty_name_is_refused(command: tuple[str, ...], call: Call) -> None:
    name, *more = command
    code, out, err = call(name, "", *more)
    assert (code, out) == (2, "")
    assert "name of a scenario" in err
    assert "empty" in err


HEADS = {
    "title: Depth: how deep": 'put it in quotes: `title: "Depth: how deep"`',
    "about: @home": 'put it in quotes: `about: "@home"`',
    "title: % of zeros": 'put it in quotes: `title: "% of zeros"`',
    'source: "a" b: c': "source",
}


@pytest.mark.parametrize("line", HEADS)
def test_a_line_of_the_front_matter_that_yaml_misreads_says_how_to_write_it(line: str, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "case.md"
    path.write_text(f"---\n{line}\n---\n```python model\nx = input(1.0)\n```\n", encoding="utf-8")
    code, _, err = call("check", path)
    assert code == 2
    assert HEADS[line] in err


@pytest.mark.parametrize("line", [line for line in HEADS if "quotes" in HEADS[line]])
def test_what_it_says_is_right(line: str, call: Call, tmp_path: Path) -> None:
    path = tmp_path / "case.md"
    said = HEADS[line].removeprefix("put it in quotes: ").strip("`")
    path.write_text(f"---\n{said}\n---\n```python model\nx = input(1.0)\n```\n", encoding="utf-8")
    assert call("check", path)[0] == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fifos")
def test_answers_are_read_from_files_only(call: Call, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for path, kind in ((tmp_path / "fifo", "special file"), (tmp_path, "folder")):
        code, _, err = call("check", "circuits/matmul", "--answers", path)
        assert code == 2
        assert f"`{path}` is a {kind}, not a file of answers" in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_an_error_that_cannot_be_written_keeps_its_exit_code() -> None:
    for arguments in (["check", "nope"], ["run", "nope", "forward"]):
        with Path("/dev/full").open("wb") as full:
            ended = subprocess.run(
                [sys.executable, "-m", "gradlab", *arguments], stderr=full, capture_output=False, check=False
            )
        assert ended.returncode == 2


def test_the_statistics_of_an_empty_layer_are_no_percentages(call: Call, tmp_path: Path) -> None:
    path = scenario(tmp_path, "x = input(shape=(0, 3))\nh = relu(dense(x, 2))\nloss = mean(h)")
    _, out, _ = call("run", path, "forward", "backward", "stats")
    assert "nan" not in out
    assert out.splitlines()[-1].split() == ["h", "NaN", "NaN", "·", "NaN", "·", "·"]
