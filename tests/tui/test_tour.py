"""The lesson about the lab, played to its end with the keys that it names."""

from __future__ import annotations

import gradlab
from gradlab.lab.teach.progress import read_progress
from gradlab.session import Lab
from tests.tui.driving import opened, press, screen_text

TOUR = "first/the-lab"
ANSWERS = {
    "which one moves": "w",
    "What is s": "2",
    "What does w receive": "4",
    "What does the loss": "1",
    "Where does w go": "1.3",
}
MOST = 120


def tour() -> Lab:
    return gradlab.load(TOUR, backend="plain")


async def test_the_tour_is_played_to_its_end_at_100x30_and_every_answer_is_right() -> None:
    left = dict(ANSWERS)
    async with opened(tour, (100, 30)) as (pilot, screen):
        for _ in range(MOST):
            asked = " ".join(screen.moment.snapshot.card)
            if asked:
                words = next(words for words in left if words in asked)
                await press(pilot, "a", *left.pop(words), "enter")
            else:
                await press(pilot, "space")
            failed = [line for said in screen.moment.said for line in said.lines if line.kind in ("fail", "error", "wrong")]
            assert not failed
            if read_progress().done(TOUR):
                break
        assert "Try next." in screen_text(pilot)
    assert left == {}
    reached = read_progress().of(TOUR)
    assert reached is not None
    assert (reached.right, reached.asked) == (4, 4)


async def test_what_the_tour_lets_a_person_do_by_hand_leaves_the_rest_of_it_right() -> None:
    async with opened(tour, (100, 30)) as (pilot, screen):
        for key in "nNnnNfFfff":
            await press(pilot, key)
        await press(pilot, "w", "less_than_sign", "question_mark", "escape", "5", "1")
        while not read_progress().done(TOUR):
            if screen.moment.snapshot.question:
                await press(pilot, "space", "space")
            else:
                await press(pilot, "space")
            assert not [line for said in screen.moment.said for line in said.lines if line.kind in ("fail", "error")]
