"""What the browser has to offer: where to begin, what was begun lately, what comes next, and which words find what."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from gradlab.lab.teach.progress import Reached, note
from gradlab.recording import kept
from gradlab.scenario.catalogue import Shipped, catalogue
from gradlab.scenario.courses import after
from gradlab.scenario.head import Head, Stand
from gradlab.session import load
from gradlab.tui.shelves import Shelves, fitting, read_shelves

TOUR, NEURON, GATES = "first/the-lab", "circuits/sigmoid-neuron", "circuits/max-gate"


def first(shelves: Shelves) -> list[tuple[str, list[str]]]:
    return [(section.title, [book.name for book in section.books]) for section in shelves.first]


def leave(name: str, *lines: str) -> None:
    """Do something in a scenario, and leave it."""
    lab = load(name, backend="plain")
    recorder = kept.keep(lab)
    for line in lines:
        lab.do(line)
    recorder.close()


def test_a_newcomer_begins_with_the_tour_and_the_first_lesson() -> None:
    assert first(read_shelves(None)) == [("begin here", [TOUR, NEURON])]


def test_behind_the_tour_comes_the_lesson_that_the_course_says() -> None:
    note(TOUR, Reached(29, 29, 4, 4, done=True))
    assert first(read_shelves(None)) == [("go on with", [NEURON])]


def test_what_was_begun_last_comes_first_and_the_others_are_below(monkeypatch: pytest.MonkeyPatch) -> None:
    leave(GATES, "forward")
    leave("mlp/xor-trained", "train 7")
    leave(NEURON, "forward")
    times = {NEURON: 3, "mlp/xor-trained": 2, GATES: 1}
    for session in kept.lately():
        os.utime(session.path, (times[session.scenario],) * 2)
    note(NEURON, Reached(3, 51))
    shelves = read_shelves(None)
    (head, begun), (lately, others), *_ = first(shelves)
    assert (head, begun[0]) == ("go on with", NEURON)
    assert (lately, others) == ("begun lately", ["mlp/xor-trained", GATES])
    assert shelves.shipped[NEURON].going_on == "line 3 / 51"
    assert shelves.shipped["mlp/xor-trained"].status == "update 7"
    assert shelves.shipped[GATES].going_on == "where you left it"


def test_what_is_done_does_not_go_on() -> None:
    leave(NEURON, "forward")
    note(NEURON, Reached(51, 51, 5, 6, done=True))
    book = read_shelves(None).shipped[NEURON]
    assert (book.state, book.going_on, book.status, book.you) == ("done", "", "5 of 6 right", "done, 5 of 6 right")


def test_a_session_that_cannot_be_read_is_left_out() -> None:
    leave(NEURON, "forward")
    (kept.folder() / "broken.gradlab").write_bytes(b"\xff\n")
    assert [session.scenario for session in kept.lately()] == [NEURON]


def test_only_the_latest_session_of_a_scenario_counts() -> None:
    leave(NEURON, "forward")
    leave(NEURON, "forward", "backward")
    sessions = kept.sessions()
    for age, path in enumerate(sessions):
        os.utime(path, (age, age))
    assert [session.path for session in kept.lately()] == [sessions[-1]]


def lesson(name: str, *stands: tuple[str, int], needs: tuple[str, ...] = ()) -> Shipped:
    head = Head(title=name, course=tuple(Stand(*stand) for stand in stands), needs=needs)
    return Shipped(name, Path(f"{name}.md"), head)


def test_what_comes_behind_a_lesson_is_the_next_of_its_courses_and_what_needs_it() -> None:
    entries = [
        lesson("a", ("x", 1), ("y", 5)),
        lesson("b", ("x", 2)),
        lesson("c", ("y", 7), needs=("a",)),
        lesson("d", needs=("a",)),
    ]
    assert [entry.name for entry in after("a", entries)] == ["b", "c", "d"]
    assert after("b", entries) == []


def test_every_lesson_of_a_course_but_the_last_has_one_behind_it() -> None:
    entries = catalogue()
    assert [entry.name for entry in after(TOUR, entries)][:1] == [NEURON]


@pytest.mark.parametrize(
    ("text", "name"), [("sigm", NEURON), ("sgnr", NEURON), ("circ max", GATES), ("One neuron", NEURON), ("SIGMOID-N", NEURON)]
)
def test_letters_in_order_and_words_of_the_title_find_a_lesson(text: str, name: str) -> None:
    assert name in [book.name for book in fitting(read_shelves(None).books, text)][:3]


def test_what_fits_nothing_finds_nothing() -> None:
    assert fitting(read_shelves(None).books, "xqzzy") == ()


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with names")
def test_a_pipe_in_the_folder_holds_nothing_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    assert read_shelves(tmp_path).here == ()


def test_a_folder_that_is_gone_has_no_files(tmp_path: Path) -> None:
    assert read_shelves(tmp_path / "gone").here == ()
