"""What is kept of a person's way through the lessons."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradlab.lab.teach.progress import Journey, Reached, Score, note, read_progress
from tests.lab.teach.lessons import lab_on

DONE = Reached(line=9, lines=9, right=3, asked=4, done=True)


def test_nothing_is_known_at_first(state_folder: Path) -> None:
    assert read_progress() == Journey()
    assert not state_folder.exists()


def test_what_was_noted_is_read_again(state_folder: Path) -> None:
    note("circuits/matmul", DONE)
    note("mlp/xor", Reached(2, 5, 0, 1))
    known = read_progress()
    assert known.of("circuits/matmul") == DONE
    assert [known.mark(name) for name in ("circuits/matmul", "mlp/xor", "linear/other")] == ["+", "-", " "]
    assert sorted(path.name for path in state_folder.iterdir()) == ["progress.json"]
    assert state_folder.stat().st_mode & 0o077 == 0


def test_a_second_run_keeps_the_better_score_and_that_it_was_done() -> None:
    note("a", DONE)
    note("a", Reached(2, 9, 1, 1))
    assert read_progress().of("a") == Reached(2, 9, 3, 4, done=True)


def test_a_score_counts_quizzes_and_no_bets_and_reasons(tmp_path: Path) -> None:
    lab = lab_on(tmp_path, 'bet size "Which?" a|b', 'quiz "Which?" a|b = b', 'why "Why?"', "quiz f", "forward")
    score = Score("a")
    for answer in ("a", "b", "because", "reveal"):
        lab.next_line()
        asked = lab.open_question().asked
        score.close(asked, lab.do(answer if answer == "reveal" else f"answer {answer}").lines)
    assert (score.right, score.asked) == (1, 2)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 2, "lessons": {}}', '{"version": 1}', "\x00", "[" * 200_000])
def test_a_file_that_cannot_be_read_is_put_aside(state_folder: Path, text: str) -> None:
    state_folder.mkdir(parents=True)
    (state_folder / "progress.json").write_text(text)
    assert read_progress() == Journey()
    note("a", DONE)
    assert (state_folder / "progress.broken.json").read_text() == text
    assert read_progress().done("a")


def test_what_others_wrote_into_it_is_read_as_far_as_it_makes_sense(state_folder: Path) -> None:
    state_folder.mkdir(parents=True)
    lessons = {"a": {"line": -1, "right": True, "done": "yes", "lines": 4}, "b": 3}
    (state_folder / "progress.json").write_text(json.dumps({"version": 1, "lessons": lessons}))
    assert dict(read_progress().lessons) == {"a": Reached(lines=4)}


def test_where_nothing_can_be_written_nothing_is_kept(state_folder: Path) -> None:
    state_folder.parent.mkdir(parents=True, exist_ok=True)
    state_folder.write_text("a file where the folder should be")
    note("a", DONE)
    assert read_progress() == Journey()
