"""`open --plain`: whole talks, as a person hears them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from gradlab.commands._plain import LINES, PlainFace, flat_place
from gradlab.session import Lab
from tests.tui.driving import LESSON, MATRICES, lab_of
from tests.tui.terminal import ROOT, terminal

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
WELCOME = "an empty line tells where you are, a space goes on with the lesson, `more` or `all` reads on, q leaves"


@pytest.fixture(autouse=True)
def own_state_folder(state_folder: Path) -> Path:
    """No talk reads or writes what a person did."""
    return state_folder


def talked(lab: Lab, lines: Iterable[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Return all that is written in a talk, with the lines that are read."""
    given = iter([*(f"{line}\n" for line in lines), ""])
    assert PlainFace(lambda: next(given), echoes=True).talk(lambda: lab) == 0
    return "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines())


def test_a_neuron_is_stepped_and_asked(capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["n", "", "ff", "/w1", "w", "3", "1", "8", "9", "0", "z"]
    assert (
        talked(lab_of(), lines, capsys)
        == """\
The sigmoid neuron
an empty line tells where you are, a space goes on with the lesson, `more` or `all` reads on, q leaves
0.f.0 train > n
0.f.1  _mul.0  multiply  value -2.000000
0.f.1 train >
update 0 ▸ forward ▸ 1 of 5
0.f.1 train > ff
0.b.5  backward, 5 of 5 ops done  f +0.731059
0.b.5 train > /w1
w1, parameter, scalar: value -3.00000, done; gradient -0.393224, final (1/1)
w1: parameter
0.b.5 train > w
∂f/∂w1 = -0.393224
  _mul.1  +0.196612 × -2 = -0.393224  100.0 %
0.b.5 train > 3
∂f/∂w1 = -0.393224
through _mul.1: +0.196612 × -2 = -0.393224, 100.0 %
0.b.5 train > 1
10 nodes: 5 forward ops, 5 backward ops
w1, parameter: reads nothing; read by _mul.1
this phase is at its end
0.b.5 train > 8
update 0 ▸ backward ▸ 5 of 5
0.b.5 train > 9
nothing is compared: `compare with init=he for 100 updates`
0.b.5 train > 0
after explain w1:
∂f/∂w1 = -0.393224
7 more lines: `more`
0.b.5 train > z
`z` (enlarge) is for the screen
0.b.5 train >"""
    )


def test_a_question_hides_its_number_until_it_is_answered(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [" ", " ", " ", " ", " ", "backward", "/dot", "w", "a 7", "a 0.1966", "/dot", "q"]
    assert (
        talked(lab_of(), lines, capsys)
        == """\
The sigmoid neuron
an empty line tells where you are, a space goes on with the lesson, `more` or `all` reads on, q leaves
0.f.0 train >
The sigmoid neuron
Two inputs, three weights, one squashing function.
0.f.0 train >
Walk forward gate by gate.
0.f.0 train >
0.f.5  forward, 5 of 5 ops done  f +0.731059
0.f.5 train >
say: watch the sum
0.f.5 train >
quiz: what is grad(dot)?
a ANSWER answers, A yes shows the answer, a space, twice, skips it
0.f.5 train > backward
0.b.5  backward, 5 of 5 ops done  f +0.731059
0.b.5 train > /dot
dot, add, scalar: value +1.00000, done; gradient ?, final (1/1)
dot = _add.0 + w2
3 more lines: `more`
0.b.5 train > w
∂f/∂dot = ?
  f  +1.000000 × ? = ?
0.b.5 train > a 7
wrong: not 7; try again
0.b.5 train > a 0.1966
right: grad(dot) = 0.196612
0.b.5 train > /dot
dot, add, scalar: value +1.00000, done; gradient +0.196612, final (1/1)
dot = _add.0 + w2
3 more lines: `more`
0.b.5 train > q"""
    )


def test_a_space_reads_a_page_to_its_end_before_it_turns_it(capsys: pytest.CaptureFixture[str]) -> None:
    page = " ".join(f"word{k}" for k in range(60))
    told = talked(lab_of(LESSON.replace("Walk forward gate by gate.", page)), [" ", " ", "n", " ", " ", " "], capsys)
    for k in range(60):
        assert told.count(f"word{k}\n") + told.count(f"word{k} ") == 1
    assert told.index("word59") < told.rindex("0.f.5  forward")


def test_choices_and_the_way_to_answer_are_said_with_the_question(capsys: pytest.CaptureFixture[str]) -> None:
    lesson = LESSON.replace("quiz grad(dot)", 'quiz "Which?" up|down = up\nbet b "More?" yes|no')
    told = talked(lab_of(lesson), [" ", " ", " ", " ", " ", "a", "a up", " ", " ", "A yes"], capsys)
    assert "Which?; 1 up; 2 down" in told
    assert "a ANSWER answers, A yes shows the answer, a space, twice, skips it" in told
    assert "`a` begins `answer`: write the end of it in the same line, `a …`" in told
    assert "a ANSWER answers, A yes goes on without, a space, twice, skips it" in told


def test_a_network_is_trained_and_read(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        "t",
        "t 20",
        "5",
        "6",
        "/h[1,2]",
        "all",
        "/h[2,0]",
        "/nope",
        "set x = 1/0",
        "f",
        "7",
        "4",
        "bogus",
        "help train",
        "more",
        "n 3",
    ]
    assert (
        talked(lab_of(MATRICES, ""), lines, capsys)
        == """\
an empty line tells where you are, a space goes on with the lesson, `more` or `all` reads on, q leaves
0.f.0 train > t
`t` begins `train 100`: write the end of it in the same line, `t …`
0.f.0 train > t 20
20.f.0  20 updates  loss 0.641062300253 (update 0) to 0.0475687137021 (update 19)
20.f.0 train > 5
hidden: mean 0.473032, std 0.344274, zeros 0 %, sat. 12 %, |delta| 1.459e-01, upd/w -2.7, noise 1.57
out: mean 0.890467, std 0.188603, zeros 0 %, |delta| 2.181e-01, upd/w -3.0, noise 5.69
20.f.0 train > 6
loss: +0.641062 at update 0, +0.047569 at update 19; least +0.047569 at update 19
20.f.0 train > /h[1,2]
hidden.h, hyperbolic tangent, 2 x 4: value rms +0.585050, past; gradient rms +0.169699, past
hidden.h = tanh(hidden._affine.0)
2 more lines: `more`
20.f.0 train > all
hidden.h[1, 2] = tanh(0.628604) = +0.557090
sends to hidden._affine.0: delta · (1 - z²)
20.f.0 train > /h[2,0]
error: `[2,0]` is no element of a shape 2 x 4
20.f.0 train > /nope
error: no node is called `nope`
20.f.0 train > set x = 1/0
20.f.0  x is [inf, inf, inf, inf, inf, inf]
20.f.0 train > f
20.f.6  forward, 6 of 6 ops done  loss NaN
finding: NaN in `hidden._affine.0` at [0, 1] (4 of 8 numbers), from inputs of `affine` without NaN
20.f.6 train > 7
finding: NaN in `hidden._affine.0` at [0, 1] (4 of 8 numbers), from inputs of `affine` without NaN
20.f.6 train > 4
0 of 0 lines are done; next: a page
20.f.6 train > bogus
error: unknown action `bogus`; did you mean `focus`?
20.f.6 train > help train
train N [updates|epochs] [of NAME]  run many updates at full speed; with `of`, all of them by the `minimize` of that loss
20.f.6 train > more
20.f.6 train > n 3
error: `n` takes nothing: run the next op
20.f.6 train >"""
    )


def test_keys_that_the_screen_does_by_itself_work_here_too(capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["t 20", ",", "T", "/hidden.W[0,1]", "= 3", "g 0.b.3", "A", "b", "R", "J"]
    assert (
        talked(lab_of(MATRICES, ""), lines, capsys)
        == """\
an empty line tells where you are, a space goes on with the lesson, `more` or `all` reads on, q leaves
0.f.0 train > t 20
20.f.0  20 updates  loss 0.641062300253 (update 0) to 0.0475687137021 (update 19)
20.f.0 train > ,
40.f.0  20 updates  loss 0.0439753205896 (update 20) to 0.0108314838331 (update 39)
40.f.0 train > T
20.f.0  forward, 0 of 6 ops done  loss +0.047569 (past)
20.f.0 train > /hidden.W[0,1]
hidden.W, parameter, 3 x 4: value rms +0.547652, done; gradient rms +0.119242, past
hidden.W: parameter
20.f.0 train > = 3
20.f.0  hidden.W is [0.337849026965, 3, 1.0913880198, 0.132997309132, 0.277295836858, -0.166416621509, … 6 more]
20.f.0 train > g 0.b.3
0.b.3  backward, 3 of 6 ops done  loss +0.641062
0.b.3 train > A
no question is open
0.b.3 train > b
breakpoint 1: at grad(hidden.W)
0.b.3 train > R
nothing was run before this
0.b.3 train > J
`J` (view down) is for the screen
0.b.3 train >"""
    )


@pytest.mark.parametrize("lines", [["f", "f"], ["u", "t 3"], ["?", "help", "help train"]])
def test_no_answer_has_more_lines_than_an_answer_may_have(lines: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    told = talked(lab_of(MATRICES, ""), [*lines, *"1234567890w", "explain W", "stats", "digest"], capsys)
    answers = told.split(" train >")[1:]
    assert len(answers) > 14
    for answer in answers:
        said = answer.splitlines()[1:-1]
        assert len(said) <= LINES, answer


def test_reading_on_comes_to_an_end(capsys: pytest.CaptureFixture[str]) -> None:
    told = talked(lab_of(MATRICES, ""), ["ff", "stats", "2", *["more"] * 4], capsys)
    assert told.endswith("0.b.6 train > more\n0.b.6 train > more\n0.b.6 train >")
    assert "more line" in told


def test_the_place_of_an_element_is_checked() -> None:
    assert flat_place((2, 4), "1,2") == 6
    assert flat_place((2, 4), None) == 0
    assert flat_place((), "") == 0
    for wrong in ("2,0", "1", "1,2,3", "0,4"):
        with pytest.raises(ValueError, match=r"no element of a shape 2 x 4"):
            flat_place((2, 4), wrong)


def plain_open(*arguments: str, given: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command with lines from a pipe."""
    import os

    return subprocess.run(
        [sys.executable, "-m", "gradlab", "open", *arguments, "--plain"], input=given, capture_output=True, text=True, cwd=ROOT,
        env={**os.environ, **environment}, check=False, timeout=120,
    )  # fmt: skip


def test_it_works_from_a_pipe_and_writes_no_escape(tmp_path: Path) -> None:
    path = tmp_path / "neuron.md"
    path.write_text(LESSON.replace("TITLE", "A neuron"))
    done = plain_open(str(path), "--at", "0.b.2", "--ascii", given="/dot\nw\n8\n", TERM="dumb")
    assert (done.returncode, "\x1b" in done.stdout) == (0, False)
    assert done.stdout.splitlines() == [
        "A neuron",
        "an empty line tells where you are, a space goes on with the lesson, `more` or `all` reads on, q leaves",
        "0.b.2  backward, 2 of 5 ops done  f +0.731059",
        "0.b.2 train > /dot",
        "dot, add, scalar: value +1.00000, done; gradient +0.196612, final (1/1)",
        "dot = _add.0 + w2",
        "3 more lines: `more`",
        "0.b.2 train > w",
        "df/ddot = +0.196612",
        "  f  +1.000000 x 0.196612 = +0.196612  100.0 %",
        "0.b.2 train > 8",
        "update 0 > backward > 2 of 5",
        "0.b.2 train > ",
    ]


def test_a_bad_file_is_an_error_and_exit_2(tmp_path: Path) -> None:
    path = tmp_path / "bad.md"
    path.write_text("```python model\nf = sigmiod(1.0)\n```\n")
    done = plain_open(str(path), given="n\n")
    assert done.returncode == 2
    assert "unknown function `sigmiod`" in done.stderr
    assert "Traceback" not in done.stderr


@POSIX
def test_ctrl_c_stops_a_training_and_then_leaves(tmp_path: Path) -> None:
    path = tmp_path / "net.md"
    path.write_text(MATRICES)
    with terminal("-m", "gradlab", "open", str(path), "--plain", size=(100, 30), TERM="dumb") as shown:
        shown.wait_for("0.f.0 train >")
        shown.press("train 1000000000\n")
        shown.wait_for("runs: train 1000000000; ctrl+c stops it")
        shown.press("\x03")
        shown.wait_for("stopped at")
        shown.press("n\n")
        shown.wait_for(".f.1 train >")
        shown.press("\x03")
        assert shown.wait_for_end() == 130
        assert b"\x1b" not in shown.sent
