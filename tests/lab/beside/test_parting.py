"""Nodes that part in shape are told first; a session is compared with its scenario; both can be stopped and show progress."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradlab.cli import main
from gradlab.draw.beside import parting_rows
from gradlab.lab.beside.comparing import compare
from gradlab.session import Lab, Stopped, build

ROWS = "x = input([[1.0, 2], [3, 4], [5, 6]])\nW = param([[0.5], [0.25]])\n"
A = f"{ROWS}t = input([1.0, 2, 3])\ny = x @ W\nd = y - t\nq = square(d)\nloss = mean(q)\nminimize(loss, sgd(0.1))\n"
B = A.replace("y = x @ W", "y = (x @ W)[:, 0]")
TRAINED = "w = param([3.0, 1.0])\nh = w * 2\nloss = sum(square(h))\nminimize(loss, sgd(0.01))\n"


def lines(lab: Lab, line: str) -> list[str]:
    """Do a line and return what was said."""
    return [one.text for one in lab.do(line).lines]


def test_the_first_node_that_parts_in_shape_is_told_first() -> None:
    found = compare(build(A, backend="plain"), build(B, backend="plain"))
    told = [one.text for one in found.alignment.origins]
    assert told == ["y is matmul in A, index in B"]
    other = B.replace("(x @ W)[:, 0]", "(x @ W)").replace("y - t", "(y - t[:, None])")
    found = compare(build(A, backend="plain"), build(other, backend="plain"))
    assert [one.text for one in found.alignment.origins] == ["d is (3, 3) in A, (3, 1) in B"]
    assert [one.name for one in found.alignment.parted][:2] == ["d", "q"]
    rows = ["".join(text for text, _ in row) for row in parting_rows(found, 120)]
    assert rows[:2] == ["they part: d is (3, 3) in A, (3, 1) in B", "1 more node differs in shape or op"]


def test_a_target_of_another_shape_is_told_before_what_it_makes() -> None:
    a = "t = input([[1.0], [2], [3]])\ny = param([1.0, 2, 3])\nd = y - t\nloss = mean(d * d)\n"
    b = a.replace("[[1.0], [2], [3]]", "[1.0, 2, 3]")
    found = compare(build(a, backend="plain"), build(b, backend="plain"))
    assert [one.text for one in found.alignment.origins] == ["t is (3, 1) in A, (3,) in B"]
    assert ("d", ((3, 3), (3,))) in [(one.name, one.shapes) for one in found.alignment.parted]


def test_the_command_and_its_json_tell_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [tmp_path / "a.md", tmp_path / "b.md"]
    for file, text in zip(files, (A, A.replace("y - t", "y - t[:, None]")), strict=True):
        file.write_text(f"# One\n\n```python model\n{text}```\n")
    names = [str(file) for file in files]
    assert main(["compare", *names]) == 1
    assert capsys.readouterr().out.splitlines()[2] == "they part: d is (3, 3) in A, (3, 1) in B"
    assert main(["compare", "--json", *names]) == 1
    (entry,) = json.loads(capsys.readouterr().out)["results"]
    assert entry["parted"][0] == {"name": "d", "ops": ["sub", "sub"], "shapes": [[3, 3], [3, 1]]}


def test_a_session_is_compared_with_its_scenario_as_it_is_written() -> None:
    lab = build(TRAINED, backend="plain")
    lab.do("train 3")
    assert "no number differs in 3 updates" in lines(lab, "compare session")
    lab.do("forward to h\nset w[0] = 7\ntrain 2")
    before = lab.digest(), lab.position
    told = lines(lab, "compare session")
    assert told[0] == "A  this session"
    assert told[1].endswith("as it is written")
    at = told.index("first difference: at 3.f.1 of A, 3.f.0 of B, value of w[0], 1 of 2 numbers")
    assert told[at + 1] == "  A  w[0] = 7"
    assert told[at + 2] == "     `set w[0] = 7`"
    assert (lab.digest(), lab.position) == before
    assert lab.compared is not None and lab.compared.updates == 5


def test_an_edited_value_and_an_edited_gradient_are_found() -> None:
    lab = build(TRAINED, backend="plain")
    lab.do("forward to h\nset h[1] = 9\nforward")
    found = lab.do("compare session").found
    assert (found.first.name, found.first.values, found.first.why[0]) == ("h[1]", (9.0, 2.0), ("`set h[1] = 9`",))
    other = build(TRAINED, backend="plain")
    other.do("backward\nset grad(w)[0] = 100\ntrain 1")
    found = other.do("compare session").found
    assert (found.first.what, found.first.name, found.first.values) == ("gradient", "w[0]", (100.0, 24.0))
    assert found.first.why[0] == ("`set grad(w)[0] = 100`",)


def test_another_root_of_the_session_is_a_difference() -> None:
    lab = build("x = param(2.0)\ny = x * x\nz = y + 3\n", backend="plain")
    lab.do("backward y")
    assert "they go backward from y in A, z in B" in lines(lab, "compare session")
    assert lab.compared is not None and lab.compared.differ
    rows = ["".join(text for text, _ in row) for row in parting_rows(lab.compared, 120)]
    assert rows[0] == "they go backward from y in A, z in B"


def test_an_edit_at_the_very_beginning_counts() -> None:
    lab = build(TRAINED, backend="plain")
    lab.do("set w = 5")
    found = lab.do("compare session").found
    assert (found.first.name, found.first.values) == ("w[1]", (5.0, 1.0))


def test_a_session_with_a_change_and_a_number_of_updates() -> None:
    lab = build(TRAINED, backend="plain")
    lab.do("train 1")
    told = lines(lab, "compare session with lr=0.5 for 4 updates")
    assert told[1].endswith("as it is written with lr=0.5")
    assert any(line.startswith("first difference: at 0.u.0, value of sgd.lr") for line in told)
    assert lab.compared is not None and lab.compared.updates == 4


def test_a_comparison_shows_how_far_it_is_and_can_be_stopped() -> None:
    lab = build(TRAINED, backend="plain")
    seen: list[float] = []

    def watch() -> None:
        if lab.progress is not None:
            seen.append(lab.progress)
            if lab.progress >= 0.5:
                lab.cancel()

    lab.on_chunk = watch
    before = lab.digest()
    with pytest.raises(Stopped):
        lab.do("compare with lr=0.5 for 40 updates")
    assert seen == sorted(seen) and 0 in seen and seen[-1] == 0.5
    assert (lab.progress, lab.compared, lab.digest()) == (None, None, before)
    lab.on_chunk = None
    assert lab.do("compare with lr=0.5 for 2 updates").found.updates == 2
